"""No text of anybody's runs as a script: every payload through every field, in a real browser."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page
from pydantic import ValidationError

from api.usecases.cases import NewCase
from api.usecases.clusters import NewCluster, new_cluster
from api.usecases.finding import PLURALS
from api.usecases.lessons import NewLesson, new_lesson
from api.usecases.people import add_person
from api.wiring import System
from domain.acting import acting
from domain.aggregate import Aggregate
from domain.case import Case, CaseRecord
from domain.names import NameClaim
from domain.programme import Programme, ProgrammeRecord
from domain.release import Visibility
from domain.viewer import Viewer
from tests.pages.conftest import serving
from tests.sampling import by_turns

PAYLOADS: list[str] = [json.loads(line) for line in Path(__file__).with_name("payloads.jsonl").open("rb")]
"""What has been used to run a script where a text should be: each would call `x`."""
OPERATOR = Viewer("<img src=x onerror=x(1)>", operator=True)
Next: TypeAlias = Callable[[], str]

WATCH = """
window.hits = [];
window.x = window.alert = window.confirm = window.prompt = () => { window.hits.push('ran'); };
document.addEventListener('securitypolicyviolation', e => window.hits.push('csp ' + e.violatedDirective));
"""
LOOK = """() => {
  const bad = [];
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) {
      const value = a.value.replace(/[\\u0000-\\u0020]/g, '').toLowerCase();
      if (/^on|^hx-on|^data-hx-on|^srcdoc$|^style$/.test(a.name)) bad.push(e.outerHTML.slice(0, 200));
      const leads = /^(href|src|action|formaction|data|xlink:href)$/.test(a.name);
      if (leads && /^(javascript|vbscript|data:text)/.test(value)) bad.push(e.outerHTML.slice(0, 200));
    }
    const strange = /^(script|iframe|object|embed|base|template|svg|math|style|link|meta|video|audio|marquee)$/i;
    if (strange.test(e.tagName) && !document.head.contains(e)) bad.push(e.tagName);
    e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
  }
  for (const a of document.querySelectorAll('main a[href]'))
    if (!/^(https?:|mailto:)/.test(a.href)) bad.push(a.outerHTML.slice(0, 200));
  return [...window.hits, ...bad];
}"""

LOOK_BESIDE_PICTURES = LOOK.replace("|svg|", "|foreignObject|animate|set|use|")
"""Where pictures are, SVG is written here."""


def test_there_are_enough_of_them() -> None:
    assert len(PAYLOADS) == len(set(PAYLOADS)) > 100


def line(payload: str, longest: int = 200) -> str:
    """As far as a field of one line takes it."""
    return " ".join(payload.split())[:longest]


def topic(payload: str) -> str:
    return line("".join(c for c in payload if c not in ",;|"), 60).strip()


def address(payload: str) -> str:
    return "https://example.org/" + "".join(payload.split())


def payloads(first: int) -> Next:
    """One after the other from the `first` on: over all things each field gets each of them."""
    numbers = count(first)
    return lambda: PAYLOADS[next(numbers) % len(PAYLOADS)]


def a_lesson(system: System, n: int, cluster: UUID) -> Aggregate:
    p = payloads(n)
    lesson = new_lesson(system, OPERATOR, NewLesson.model_validate({
        "title": {"en": line(p()), "nb": line(p())}, "lesson": {"en": p(), "nb": p()}, "what_happened": {"en": p()},
        "recommendation": {"en": p()}, "phase": "recruitment", "polarity": "keep", "sector": line(p()),
        "topics": [topic(p()), topic(p())], "cluster": cluster, "visibility": "public",
        "evidence": [{"kind": "link", "text": p(), "url": address(p())}],
        "source": {"url": address(p()), "title": line(p()), "kind": line(p()), "note": p()}}))  # fmt: skip
    lesson.submit()
    lesson.return_draft(p())
    lesson.submit()
    lesson.publish()
    return lesson


def a_case(n: int, clusters: tuple[UUID, ...]) -> Aggregate:
    p = payloads(n)
    new = NewCase.model_validate({
        "title": {"en": line(p()), "nb": line(p())}, "summary": {"en": p(), "nb": p()}, "body": {"en": p()},
        "geographical_focus": line(p()), "clusters": clusters, "visibility": "public",
        "source": {"url": address(p()), "title": line(p()), "note": p()}})  # fmt: skip
    case = Case.draft_new(
        uuid4(), CaseRecord.model_validate(new.model_dump(exclude={"visibility"})), visibility=Visibility.PUBLIC
    )
    case.publish()
    return case


def a_cluster(system: System, n: int) -> tuple[Aggregate, NameClaim]:
    p = payloads(n)
    cluster, claim = new_cluster(system, OPERATOR, NewCluster.model_validate({
        "name": f"{line(p(), 190)} {n}", "county": line(p()), "municipality": line(p()), "sector": line(p()),
        "description": {"en": p(), "nb": p()}, "former_names": [line(p())], "website": address(p()), "notes": p(),
        "sources": [{"url": address(p()), "title": line(p())}]}))  # fmt: skip
    return cluster, claim


def a_programme(n: int) -> Aggregate:
    p = payloads(n)
    record = ProgrammeRecord.model_validate({"name": {"en": line(p()), "nb": line(p())}, "owner": line(p())})
    return Programme.establish(uuid4(), f"P {n}", record)


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """A site whose every text is a payload, and the addresses of its pages."""
    with serving(tmp_path_factory.mktemp("attacked") / "data", lambda _: OPERATOR) as (system, site):
        with acting(OPERATOR.person, reason=PAYLOADS[0]):
            paths: list[str] = []
            clusters, made = list[Aggregate](), list[Aggregate]()
            for n in range(len(PAYLOADS)):
                add_person(system, OPERATOR, line(PAYLOADS[n]))
                cluster, claim = a_cluster(system, n)
                clusters += [cluster, claim]
            system.save(clusters[0], *clusters[1:])
            ids = [c.id for c in clusters[::2]]
            for n, cluster in enumerate(ids):
                made += [a_lesson(system, n, cluster), a_case(n, (cluster,)), a_programme(n)]
            system.save(made[0], *made[1:])
        for n, cluster in by_turns([*enumerate(ids)], 0, of=3):
            things = [f"/{PLURALS[t.kind]}/{t.id}" for t in made[3 * n : 3 * n + 3]] + [f"/clusters/{cluster}"]
            paths += things
            if n % 10 == 0:
                paths += [f"{thing}/{tail}" for thing in things for tail in ("edit", "history")]
                paths += [f"{thing}?lang=nb" for thing in things[:2]]
        lists = (
            "/lessons",
            "/lessons?offset=50",
            "/lessons?offset=100",
            "/cases",
            "/clusters",
            "/programmes",
            "/review",
        )
        forms = ("/lessons/new", "/cases/new", "/clusters/new")
        yield site, [*lists, *forms, "/?q=script", "/?q=onerror", "/?q=img&kind=case", *paths]


@contextmanager
def watched(browser: Browser) -> Generator[Page]:
    """A page that notices what runs."""
    context = browser.new_context(locale="en-GB")
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_navigation_timeout(300_000)  # pages are long here, and the machine may be busy
    yield page
    context.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with watched(browser) as page:
        yield page


def what_runs(page: Page, site: str, paths: list[str], look: str = LOOK) -> list[Any]:
    """What was noticed, with the path; each has to be there."""
    found: list[Any] = []
    for path in paths:
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == 200, path
        found += [(path, hit) for hit in page.evaluate(look)]
    return found


@pytest.mark.timeout(900)
def test_nothing_that_was_written_runs(page: Page, attacked: tuple[str, list[str]]) -> None:
    assert what_runs(page, *attacked) == []


@pytest.mark.timeout(300)
def test_nothing_that_is_asked_for_runs(page: Page, attacked: tuple[str, list[str]]) -> None:
    """What an address carries and the page shows: the words searched for, filters, language, an unknown path."""
    site, _ = attacked
    found: list[Any] = []
    for n, payload in enumerate(PAYLOADS):
        both = {"q": payload, "sector": payload, "topic": payload}, {"as_of": payload, "year_from": payload}
        for pairs in by_turns(both, n, of=2):
            page.goto(f"{site}/?{urlencode(pairs)}")
            found += [(pairs, hit) for hit in page.evaluate(LOOK)]
    assert found == []


def test_a_field_that_takes_no_script_refuses_it() -> None:
    for payload in ("javascript:x(1)", "data:text/html,x", " javascript:x(1)", "//evil.example", "java\tscript:x(1)"):
        with pytest.raises(ValidationError):
            NewCluster.model_validate({"name": "x", "website": payload})


@pytest.mark.parametrize(
    "html",
    ["<img src=x onerror=x(1)>", "<a href='java&#10;script:x(1)'>a</a>", "<svg onload=x(1)>", "<p onclick=x(1)>x"],
)
def test_what_watches_would_see_it(page: Page, html: str) -> None:
    page.goto("data:text/html,<main></main>")
    page.set_content(f"<main>{html}</main>")
    assert page.evaluate(LOOK) != []
