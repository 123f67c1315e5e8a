"""How a browser searches here: the description that it reads once, and suggestions while somebody types."""

from typing import Annotated
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import JSONResponse

from api.access.given import TheSystem, TheViewer
from api.pages.absolute import site
from api.pages.assets import addresses
from api.pages.feed_formats import NAME
from api.pages.feeds import VARY
from api.pages.rendering import label
from api.pages.translation import N_, language, words
from api.problems import PROBLEMS
from api.usecases.finding import PLURALS, suggest

OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
routes = APIRouter(tags=["search"], responses=PROBLEMS)


class Description(Response):
    media_type = "application/opensearchdescription+xml"


class Suggestions(JSONResponse):
    media_type = "application/x-suggestions+json"


@routes.get("/opensearch.xml", response_class=Description)
def description(request: Request) -> Response:
    """OpenSearch 1.1: where a browser sends what is typed, to search and for suggestions."""
    home, lang = site(request), language(request)
    root = Element("OpenSearchDescription", {"xmlns": OPENSEARCH})
    for tag, text in (
        ("ShortName", NAME),
        ("Description", words(lang)(N_("Search what clusters learned."))),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
        ("Language", lang),
    ):
        SubElement(root, tag).text = text
    icon = SubElement(root, "Image", {"width": "16", "height": "16", "type": "image/svg+xml"})
    icon.text = home + addresses().icon
    for type, rel, path in (
        ("text/html", "results", "/?q={searchTerms}"),
        (Suggestions.media_type, "suggestions", "/suggest.json?q={searchTerms}"),
        ("application/atom+xml", "results", "/search.atom?q={searchTerms}"),
        (Description.media_type, "self", "/opensearch.xml"),
    ):
        SubElement(root, "Url", {"type": type, "rel": rel, "method": "get", "template": home + path})
    return Description(tostring(root, encoding="utf-8", xml_declaration=True), headers=VARY)


@routes.get("/suggest.json", response_class=Suggestions)
def suggestions(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    q: Annotated[str, Query(max_length=200, description="What is typed so far.")] = "",
) -> Response:
    """What was typed; and of published things whose titles have words that begin so, at most eight: their titles, kinds
    and addresses, in lists of one length."""
    home, lang = site(request), language(request)
    found = suggest(system, viewer, q, prefer=lang) if q.strip() else ()
    titles = [s.title for s in found]
    kinds = [label(s.kind, "thing", lang) for s in found]
    places = [f"{home}/{PLURALS[s.kind]}/{s.thing}" for s in found]
    return Suggestions([q, titles, kinds, places], headers=VARY)
