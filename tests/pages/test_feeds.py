"""Any search as a feed, under the rights of whoever fetches it: Atom (RFC 4287) and JSON Feed 1.1, by their rules."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, TypeAlias
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.access.rates import Limits, Rates
from api.app import create_app
from api.pages import feeds
from api.pages.feed_formats import ATOM, NEVER, Category, Entry, Feed, atom, json_feed
from api.usecases import lessons
from api.wiring import System
from domain.acting import acting
from domain.person import Part, Role
from domain.viewer import ANYBODY, Viewer
from search.index import SearchUnavailable
from store.missed import MissedSearches
from tests.access.browsing import SITE, Browser, add_account, caught_up, signing_in_app
from tests.pages.conftest import HOST, Cast, Things

NS = {"a": ATOM}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IN_FEED = {"id", "title", "updated", "author", "generator", "icon", "link", "entry"}
IN_ENTRY = {"id", "title", "updated", "author", "link", "category", "summary"}
Told: TypeAlias = list[tuple[str, str]]
"""Id and title of each entry, in order."""


def parsed(answer: Any) -> Element:
    """The document, after what every Atom feed has to keep to."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml"), answer.text
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{{{ATOM}}}feed"
    for element, known in ((root, IN_FEED), *((e, IN_ENTRY) for e in root.findall("a:entry", NS))):
        names = [child.tag.removeprefix(f"{{{ATOM}}}") for child in element]
        assert set(names) <= known
        assert [names.count(once) for once in ("id", "title", "updated")] == [1, 1, 1]
        assert ID.fullmatch(text(element, "id"))
        assert RFC_3339.fullmatch(text(element, "updated"))
        assert element.get(LANG) in ("en", "nb")
        for link in element.findall("a:link", NS):
            assert link.get("href", "").startswith(("http://", "https://"))
        alternates = [(x.get("type"), x.get("hreflang")) for x in links(element, "alternate")]
        assert len(alternates) == len(set(alternates)) == 1
    ids = [text(entry, "id") for entry in root.findall("a:entry", NS)]
    assert len(ids) == len(set(ids))
    assert len(links(root, "self")) == 1
    assert text(root, "author/a:name")
    return root


def text(element: Element, path: str) -> str:
    return element.findtext(f"a:{path}", "", NS)


def links(element: Element, rel: str) -> list[Element]:
    return element.findall(f"a:link[@rel='{rel}']", NS)


def told(root: Element) -> Told:
    return [(text(e, "id").removeprefix("urn:uuid:"), text(e, "title")) for e in root.findall("a:entry", NS)]


def as_json(answer: Any) -> dict[str, Any]:
    """The feed, after what every JSON Feed has to keep to."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/feed+json"), answer.text
    feed = json.loads(answer.content)
    assert (feed["version"], bool(feed["title"])) == ("https://jsonfeed.org/version/1.1", True)
    assert set(feed) <= {"version", "title", "home_page_url", "feed_url", "icon", "authors", "language", "items"}
    for item in feed["items"]:
        assert set(item) <= {"id", "url", "title", "content_text", "date_modified", "authors", "tags", "language"}
        assert (ID.fullmatch(item["id"]), RFC_3339.fullmatch(item["date_modified"])) != (None, None)
        assert all(isinstance(item[name], str) and item[name] for name in ("id", "url", "title", "content_text"))
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    return feed


def found(client: TestClient, asked: str) -> Told:
    hits = client.get(f"/api/v1/search?{asked}&sort=newest&limit=100").json()["hits"]
    return [(hit["id"], hit["title"]) for hit in hits]


@pytest.mark.parametrize("asked", ["", "q=commit", "kind=lesson&phase=recruitment", "q=zzzz", "programme=NCE"])
def test_it_tells_what_a_search_finds_newest_first(client: TestClient, things: Things, asked: str) -> None:
    root, feed = parsed(client.get(f"/search.atom?{asked}")), as_json(client.get(f"/search.json?{asked}"))
    assert told(root) == found(client, asked)
    assert [(item["id"].removeprefix("urn:uuid:"), item["title"]) for item in feed["items"]] == told(root)
    released = [text(entry, "updated") for entry in root.findall("a:entry", NS)]
    assert [item["date_modified"] for item in feed["items"]] == released
    assert text(root, "updated") == max(released, default="1970-01-01T00:00:00Z")
    # Of what is shared anonymously the index has the day alone, whoever may know the hour.
    known = [at for (id, _), at in zip(told(root), released, strict=True) if id != str(things.anonymous)]
    assert known == sorted(known, reverse=True)


def test_an_entry(client: TestClient, things: Things) -> None:
    root = parsed(client.get("/search.atom?q=commit&phase=recruitment&programme=Arena"))
    [entry] = root.findall("a:entry", NS)
    page = f"{HOST}/lessons/{things.revised}"
    assert (text(entry, "title"), text(entry, "author/a:name")) == (
        "Recruit committed participants early",
        "NCE Smart Energy Markets",
    )
    assert text(entry, "summary").startswith("Finding people who commit to it all takes longest.")
    assert [link.get("href") for link in links(entry, "alternate")] == [page]
    assert [(c.get("scheme"), c.get("term"), c.get("label")) for c in entry.findall("a:category", NS)] == [
        ("urn:laerdom:kind", "lesson", "Lesson"),
        ("urn:laerdom:phase", "recruitment", "Recruitment"),
        ("urn:laerdom:programme", "Arena", "Arena"),
    ]
    [item] = as_json(client.get("/search.json?q=commit&phase=recruitment&programme=Arena"))["items"]
    assert item == {
        "id": f"urn:uuid:{things.revised}",
        "url": page,
        "title": text(entry, "title"),
        "content_text": text(entry, "summary"),
        "date_modified": text(entry, "updated"),
        "authors": [{"name": "NCE Smart Energy Markets"}],
        "tags": ["Lesson", "Recruitment", "Arena"],
        "language": "en",
    }
    assert client.get(page).status_code == 200


def test_the_feed_itself(client: TestClient, things: Things) -> None:
    asked = "q=trust+%26+time&phase=planning"
    root = parsed(client.get("/search.atom?phase=planning&q=+trust+%26+time+&kind=&sort=oldest"))
    feed = as_json(client.get(f"/search.json?{asked}"))
    assert text(root, "title") == feed["title"] == "Lærdom: trust & time · Planning"
    assert [link.get("href") for rel in ("self", "alternate") for link in links(root, rel)] == [
        f"{HOST}/search.atom?{asked}",
        f"{HOST}/?{asked}&sort=oldest",
    ]
    assert (feed["feed_url"], feed["home_page_url"]) == (f"{HOST}/search.json?{asked}", f"{HOST}/?{asked}")
    assert [client.get(text(root, "icon")).status_code, client.get(feed["icon"]).status_code] == [200, 200]


def test_one_search_is_one_feed_however_it_is_written(client: TestClient, things: Things) -> None:
    written = ("q=commit&phase=planning", "phase=planning&q=commit+&sort=relevance", "q=commit&phase=planning&limit=50")
    answers = {client.get(f"/search.atom?{asked}").headers["etag"] for asked in written}
    ids = {text(parsed(client.get(f"/search.atom?{asked}")), "id") for asked in (*written, "q=commit")}
    assert (len(answers), len(ids)) == (1, 2)


def test_an_id_stays_while_what_it_is_of_is_revised(
    client: TestClient, system: System, cast: Cast, things: Things
) -> None:
    def seen() -> tuple[str, str]:
        entries = parsed(client.get("/search.atom")).findall("a:entry", NS)
        [entry] = [e for e in entries if text(e, "id") == f"urn:uuid:{things.published}"]
        return text(entry, "title"), text(entry, "updated")

    before = seen()
    with acting(cast.staff.person):
        version = system.store.events(things.published)[-1].originator_version
        new = {"title": {"en": "Meet, and meet again"}, "reason": "x"}
        lesson = lessons.change_lesson(system, cast.staff, things.published, version, new)
        assert seen() == before
        lesson = lessons.submit_lesson(system, cast.staff, lesson.id, lesson.version)
        lesson = lessons.publish_lesson(system, cast.staff, lesson.id, lesson.version)
    caught_up(system)
    released = lesson.releases[-1].released_at.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert seen() == ("Meet, and meet again", released)


def test_what_is_withdrawn_is_gone(client: TestClient, system: System, cast: Cast, things: Things) -> None:
    before = told(parsed(client.get("/search.atom")))
    with acting(cast.staff.person):
        version = system.store.events(things.published)[-1].originator_version
        lessons.withdraw_lesson(system, cast.staff, things.published, version, "It held once.")
    caught_up(system)
    assert told(parsed(client.get("/search.atom"))) == [t for t in before if t[0] != str(things.published)]


def test_who_shared_anonymously_is_not_told(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = cast.stranger
    root = parsed(client.get("/search.atom?q=nobody"))
    [entry] = [e for e in root.findall("a:entry", NS) if str(things.anonymous) in text(e, "id")]
    assert (text(entry, "author/a:name"), text(entry, "title")) == ("", "Tell nobody who said it")
    assert [c.get("term") for c in entry.findall("a:category", NS)] == ["lesson", "recruitment"]
    [item] = as_json(client.get("/search.json?q=nobody"))["items"]
    assert "authors" not in item


def test_the_language_is_the_readers(client: TestClient, things: Things) -> None:
    asked = f"/search.atom?cluster={things.cluster}&year_from=2009&as_of=2200-05-30"
    nb = client.get(asked, headers={"Accept-Language": "nb"})
    root = parsed(nb)
    assert (root.get(LANG), nb.headers["vary"]) == ("nb", "Accept-Language, Authorization, Cookie")
    assert text(root, "title") == "Lærdom: NCE Smart Energy Markets · fra 2009 · slik det var 30. mai 2200"
    assert "Rekrutter forpliktede deltakere tidlig" in [title for _, title in told(root)]
    en = parsed(client.get(asked))
    assert (en.get(LANG), text(en, "title")) == (
        "en",
        "Lærdom: NCE Smart Energy Markets · from 2009 · as of 30 May 2200",
    )
    assert text(parsed(client.get("/search.atom")), "title") == "Lærdom: Lately published"


def test_fifty_at_most_or_fewer(client: TestClient, things: Things, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = told(parsed(client.get("/search.atom")))
    assert (feeds.MOST, len(everything)) == (50, len(found(client, "")))
    two = parsed(client.get("/search.atom?limit=2"))
    assert told(two) == everything[:2]
    assert [link.get("href") for link in links(two, "self")] == [f"{HOST}/search.atom?limit=2"]
    assert told(parsed(client.get("/search.atom?limit=0"))) == []
    monkeypatch.setattr(feeds, "MOST", 3)
    for asked in ("", "?limit=3", "?limit=100"):
        assert told(parsed(client.get(f"/search.atom{asked}"))) == everything[:3]


def conditional(client: TestClient, path: str, known: str) -> tuple[int, bytes, str]:
    answer = client.get(path, headers={"If-None-Match": known})
    return answer.status_code, answer.content, answer.headers["etag"]


@pytest.mark.parametrize("path", ["/search.atom?q=commit", "/search.json?q=commit"])
def test_what_has_not_changed_is_not_sent_again(
    client: TestClient, system: System, cast: Cast, things: Things, path: str
) -> None:
    first = client.get(path)
    etag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', etag)
    for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        assert conditional(client, path, known) == (304, b"", etag)
    for known in ("", '"x"', etag.strip('"'), etag.upper(), f"{etag[:-2]}"):
        assert conditional(client, path, known) == (200, first.content, etag)
    with acting(cast.staff.person):
        version = system.store.events(things.published)[-1].originator_version
        lessons.withdraw_lesson(system, cast.staff, things.published, version, "It held once.")
    caught_up(system)
    status, content, now = conditional(client, path, etag)
    assert (status, now != etag, str(things.published) in content.decode()) == (200, True, False)


def test_the_tag_of_somebody_who_sees_more_says_nothing(client: TestClient, cast: Cast, things: Things) -> None:
    everything = client.get("/search.atom").headers["etag"]
    cast.now = cast.stranger
    own = client.get("/search.atom")
    assert conditional(client, "/search.atom", everything) == (200, own.content, own.headers["etag"])


ROGUE = {
    "Host": "127.0.0.1:6666",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "ftp",
    "Forwarded": "host=evil.example",
}
ADDRESSES = ("/search.atom?q=commit", "/search.json?q=commit", "/opensearch.xml", "/suggest.json?q=rec")


@pytest.mark.parametrize("path", ADDRESSES)
def test_addresses_are_those_of_the_public_address_whatever_a_stranger_sends(
    system: System, things: Things, path: str
) -> None:
    entrance = Entrance(lambda: Viewer(ANYBODY), frozenset({"127.0.0.1", "laerdom.test"}), origin=SITE)
    with TestClient(create_app(system, entrance=entrance), base_url=SITE) as client:
        answers = [client.get(path, headers=headers) for headers in ({}, ROGUE)]
        assert client.get(path, headers={"Host": "evil.example"}).status_code == 421
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    hosts = set(re.findall(r"https?://([^/\"?<\\]+)", answers[0].text))
    assert hosts - {"www.w3.org", "a9.com", "jsonfeed.org"} == {"laerdom.test"}


@pytest.fixture
def mona(system: System, things: Things) -> str:
    return add_account(system, "Mona Nordvik", "mona", Part(Role.CLUSTER_MANAGER, things.cluster))


def bearer(system: System, person: str, scope: str = "read") -> dict[str, str]:
    now = datetime.now(UTC)
    _, secret = system.sign_ins.tokens.create(person, "reader", scope, now=now, until=now + timedelta(days=1))
    return {"authorization": f"Bearer {secret}"}


def shared_with_managers(system: System, cast: Cast, things: Things) -> str:
    """The id of a lesson that the public does not read."""
    with acting(cast.staff.person):
        lesson = lessons.draft_lesson(system, cast.staff, lessons.NewLesson.model_validate({
            "title": {"en": "For managers"}, "lesson": {"en": "x"}, "recommendation": {"en": "y"}, "polarity": "keep",
            "phase": "recruitment", "cluster": things.cluster, "visibility": "managers",
        }))  # fmt: skip
        lesson = lessons.submit_lesson(system, cast.staff, lesson.id, lesson.version)
        lessons.publish_lesson(system, cast.staff, lesson.id, lesson.version)
    caught_up(system)
    return str(lesson.id)


def test_a_token_reads_what_its_person_may_and_a_stranger_what_is_public(
    system: System, cast: Cast, things: Things, mona: str
) -> None:
    shared = shared_with_managers(system, cast, things)
    program, browser = Browser(signing_in_app(system)), Browser(signing_in_app(system))
    browser.sign_in("mona")
    for path in ("/search.atom", "/search.json"):
        answers = {
            "token": program.get(path, **bearer(system, mona)),
            "session": browser.get(path),
            "stranger": program.get(path),
        }
        assert {who: shared in a.text for who, a in answers.items()} == {
            "token": True,
            "session": True,
            "stranger": False,
        }
        assert {who: a.headers["cache-control"] for who, a in answers.items()} == {
            "token": "private, no-cache",
            "session": "no-store",
            "stranger": "private, no-cache",
        }
        known = answers["token"].headers["etag"]
        assert program.get(path, **bearer(system, mona), **{"If-None-Match": known}).status_code == 304
        assert program.get(path, **{"If-None-Match": known}).content == answers["stranger"].content
        bad = program.get(path, authorization="Bearer laerdom_x")
        assert (bad.status_code, bad.headers["content-type"]) == (401, "application/problem+json")


def test_a_token_that_was_revoked_reads_no_more(system: System, things: Things, mona: str) -> None:
    program, header = Browser(signing_in_app(system)), bearer(system, mona)
    assert program.get("/search.atom", **header).status_code == 200
    system.sign_ins.tokens.revoke(mona, system.sign_ins.tokens.of(mona)[0].id)
    assert program.get("/search.atom", **header).status_code == 401


@pytest.mark.parametrize("path", [a for a in ADDRESSES if a != "/opensearch.xml"])
def test_so_often_and_no_more(system: System, things: Things, path: str) -> None:
    program = Browser(signing_in_app(system, rates=Rates(Limits(search=2))))
    answers = [program.get(path) for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 0


REFUSED = {
    "secret=1": "secret", "year_from=x": "year_from", "as_of=yesterday": "as_of", "cursor=eyJv": "cursor",
    "limit=-1": "limit", f"q={'x' * 10_001}": "q", "sort=best": "sort", "&".join(["topic=x"] * 51): "topic",
}  # fmt: skip


@pytest.mark.parametrize("asked", REFUSED)
def test_what_cannot_be_asked(client: TestClient, asked: str) -> None:
    for path in ("/search.atom", "/search.json"):
        answer = client.get(f"{path}?{asked}")
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        assert [error["field"] for error in answer.json()["errors"]] == [REFUSED[asked]]


def test_while_search_is_away(client: TestClient, system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise SearchUnavailable("gone")

    monkeypatch.setattr(system.index, "search", away)
    monkeypatch.setattr(system.index, "suggest", away)
    for path in ("/search.atom", "/search.json", "/suggest.json?q=rec"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:laerdom:problem:search-away")
        assert int(answer.headers["retry-after"]) > 0


ODD = "\x00\x01\x0b\x1b\x7f\x85\ufffe\uffff <script>alert(1)</script> ]]> & \"' 🌲 Årsak\u0301 \u202e"


def test_odd_words_are_told_as_words(client: TestClient, things: Things) -> None:
    root = parsed(client.get(f"/search.atom?q={quote(ODD)}"))
    assert text(root, "title").startswith("Lærdom: ")
    assert "<script>alert(1)</script> ]]> & \"' 🌲 Årsak\u0301" in text(root, "title")
    assert as_json(client.get(f"/search.json?q={quote(ODD)}"))["title"].endswith("🌲 Årsak\u0301 \u202e")


def feed_of(words: str) -> Feed:
    entry = Entry("urn:uuid:x", f"{SITE}/x", words, words, "en", NEVER, words, [Category("urn:x", words, words)])
    return Feed("urn:uuid:y", words, "en", f"{SITE}/f", f"{SITE}/", SITE, f"{SITE}/i", [entry])


def test_whatever_a_text_holds_the_document_can_be_read() -> None:
    """Every character there is, but for half pairs, which no text of ours holds."""
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x110000))))
    allowed = [c for c in every if c in "\t\n\r" or " " <= c <= "\ufffd" or c >= "\U00010000"]
    root = ElementTree.fromstring(atom(feed_of(every)))
    read = "".join(allowed).replace("\r", "\n")
    assert {text(root, path) for path in ("title", "entry/a:title", "entry/a:summary", "entry/a:author/a:name")} == {
        read
    }
    category = root.find("a:entry/a:category", NS)
    assert category is not None
    assert [category.get(name) for name in ("term", "label")] == ["".join(allowed)] * 2
    assert json.loads(json_feed(feed_of(every)))["items"][0]["title"] == every


def test_the_same_feed_is_the_same_bytes() -> None:
    written: tuple[Callable[[Feed], bytes], ...] = (atom, json_feed)
    assert [write(feed_of("x")) == write(feed_of("x")) != write(feed_of("y")) for write in written] == [True, True]


def test_a_page_of_results_leads_to_its_feeds(client: TestClient, things: Things) -> None:
    asked = "?q=commit&phase=recruitment"
    for path, behind in (("/", ""), (f"/{asked}", asked), (f"/{asked}&sort=oldest", asked)):
        page = client.get(path).text
        head = page.split("</head>")[0]
        found = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', head)
        assert [(kind, unescape(href)) for kind, href in found] == [
            ("application/atom+xml", f"/search.atom{behind}"),
            ("application/feed+json", f"/search.json{behind}"),
        ]
        assert [client.get(unescape(href)).headers["content-type"] for _, href in found] == [kind for kind, _ in found]
    assert 'rel="alternate"' not in client.get("/?year_from=x").text
    assert 'rel="alternate"' not in client.get("/about").text


def test_followed_searches_are_not_counted_as_missed(client: TestClient, cast: Cast, things: Things) -> None:
    """A program that asks every hour is nobody who looks for something."""
    cast.now = cast.stranger
    noted: list[object] = []

    def note(_: object, what: object) -> None:
        noted.append(what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MissedSearches, "note", note)
        assert (client.get("/?q=zzzz").status_code, len(noted)) == (200, 1)
        for path in ("/search.atom?q=zzzz", "/search.json?q=zzzz", "/suggest.json?q=zzzz"):
            assert client.get(path).status_code == 200
    assert len(noted) == 1
