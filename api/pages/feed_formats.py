"""What was found, as feeds are written: Atom (RFC 4287) and JSON Feed 1.1. The same feed is always the same bytes."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAME = "Lærdom"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was updated: an instant that tells nothing."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Category:
    """`scheme` is what it is a value of, `label` how a reader calls it."""

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing. `id` stays whatever becomes of it; `updated` is the release of what is shown. Plain text throughout."""

    id: str
    url: str
    title: str
    summary: str
    lang: str
    updated: datetime
    author: str | None
    categories: Sequence[Category]


@dataclass(frozen=True, slots=True)
class Feed:
    """Addresses are absolute; `itself` is that of the feed, `page` that of the same search on a page."""

    id: str
    title: str
    lang: str
    itself: str
    page: str
    home: str
    icon: str
    entries: Sequence[Entry]


def atom(feed: Feed) -> bytes:
    root = Element("feed", {"xmlns": ATOM, XML_LANG: feed.lang})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _instant(max((entry.updated for entry in feed.entries), default=NEVER)))
    _text(SubElement(root, "author"), "name", NAME)
    _text(root, "generator", NAME)
    _text(root, "icon", feed.icon)
    _link(root, "self", feed.itself, "application/atom+xml")
    _link(root, "alternate", feed.page, "text/html")
    _link(root, "search", f"{feed.home}/opensearch.xml", "application/opensearchdescription+xml")
    for entry in feed.entries:
        _entry(root, entry)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def json_feed(feed: Feed) -> bytes:
    items = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            "content_text": entry.summary or entry.title,
            "date_modified": _instant(entry.updated),
            **({"authors": [{"name": entry.author}]} if entry.author else {}),
            "tags": [category.label for category in entry.categories],
            "language": entry.lang,
        }
        for entry in feed.entries
    ]
    told = {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.itself,
        "icon": feed.icon,
        "authors": [{"name": NAME, "url": feed.home}],
        "language": feed.lang,
        "items": items,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def xml_text(text: str) -> str:
    """Without the characters that no XML 1.0 document may hold, however they are written."""
    return _NO_XML.sub("", text)


def _entry(root: Element, entry: Entry) -> None:
    element = SubElement(root, "entry", {XML_LANG: entry.lang})
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", _instant(entry.updated))
    if entry.author:
        _text(SubElement(element, "author"), "name", entry.author)
    SubElement(element, "link", {"rel": "alternate", "type": "text/html", "href": entry.url, "hreflang": entry.lang})
    for category in entry.categories:
        told = {"term": category.term, "scheme": category.scheme, "label": category.label}
        SubElement(element, "category", {name: xml_text(value) for name, value in told.items()})
    if entry.summary:
        _text(element, "summary", entry.summary)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = xml_text(text)


def _link(root: Element, rel: str, href: str, type: str) -> None:
    SubElement(root, "link", {"rel": rel, "type": type, "href": xml_text(href)})


def _instant(at: datetime) -> str:
    """RFC 3339, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
