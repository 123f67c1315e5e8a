"""Templates to answers, in the language of the request."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, StreamingResponse

from api.pages import labels, pictures
from api.pages.absolute import site
from api.pages.assets import addresses
from api.pages.fields import Field
from api.pages.markdown import rendered
from api.pages.past import ShownPast
from api.pages.pictures.frame import figure
from api.pages.process_told import told_part
from api.pages.translation import N_, catalogue, language, words
from api.wiring import System
from domain.access import Access
from domain.case import Case
from domain.lesson import Lesson
from domain.person import Person
from domain.policy import may
from domain.text import LocalText
from domain.viewer import Viewer
from search.index import Lang
from store.unavailable import StoreUnavailable

SCHEMES = ("auto", "light", "dark")
PIECES = 500
"""Of a template, sent at once."""


@cache
def environment(lang: Lang) -> Environment:
    """One for each language, so that a template is compiled once and speaks it throughout."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    say = words(lang)
    env.install_gettext_translations(catalogue(lang), newstyle=True)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    filters: dict[str, Callable[..., Any]] = {
        "say": say,
        "day": say.day,
        "span": say.span,
        "instant": say.instant,
        "when": partial(say.instant, time=True),
        "number": say.number,
        "figure": partial(figure, lang=lang),
        "markdown": rendered,
        "safe_html": Markup,
        "label": partial(label, lang=lang),
        "field": partial(field_label, lang=lang),
        "runs": runs,
        "told": partial(told, lang=lang),
    }
    env.filters.update(filters)
    known: dict[str, Any] = {"lang": lang, "assets": addresses(), "labels": labels, "new_key": lambda: str(uuid4())}
    known |= {"pictures": pictures, "phase_named": partial(label, of="phase", lang=lang)}
    known["area_named"] = partial(label, of="area", lang=lang)
    env.globals.update(known)
    return env


def label(value: str, of: str, lang: Lang) -> str:
    """What a value of the domain is called: `"driving-forces"` of `"phase"`."""
    return words(lang)(labels.LABELS[of].get(value, value))


def field_label(name: str, lang: Lang) -> str:
    """`title.en` as "Title (English)"."""
    say = words(lang)
    head, *parts = name.split(".")
    label = say(labels.FIELDS.get(head, head))
    named = [say(labels.PARTS.get(part, part)) for part in parts if not part.isdigit()]
    return f"{label} ({', '.join(named)})" if named else label


@dataclass(frozen=True, slots=True)
class Run:
    """Fields that stand together under one heading, or one after the other under none."""

    name: str
    fields: list[Field]


def runs(fields: Sequence[Field]) -> list[Run]:
    return [Run(name, list(run)) for name, run in groupby(fields, key=lambda f: f.group)]


def told(text: str, field: str, known: Mapping[str, str], lang: Lang) -> str:
    """A value of a history as a reader knows it: the label of an enum, the names of things and people."""
    for name in (field, field.rpartition(".")[2]):
        if text in (labelled := labels.LABELS.get(name, {})):
            return words(lang)(labelled[text])
    if field == "consents":
        return "; ".join(consent_told(one, known, lang) for one in text.split("; ") if one)
    for id, name in known.items():
        text = text.replace(id, name)
    of_process = told_part(text, field, lang)
    return text if of_process is None else of_process


def consent_told(text: str, known: Mapping[str, str], lang: Lang) -> str:
    """`<case> <visibility>: title, lesson` as "Foresight in Halden (Everyone): title, the lesson"."""
    say, (to, _, fields) = words(lang), text.partition(": ")
    case, _, visibility = to.partition(" ")
    widely = f" ({label(visibility, 'visibility', lang)})" if visibility else ""
    some = say(N_("A case"))
    told = f": {', '.join(field_label(name, lang).lower() for name in fields.split(', '))}" if fields else ""
    return f"{known.get(case, some)}{widely}{told}"


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    here: str | None = None,
    past: ShownPast | None = None,
    **values: Any,
) -> HTMLResponse:
    """`here` is where its links lead back to, if not to its own address; `past` tells of a thing as it was."""
    lang = language(request)
    caller, entrance = request.state.caller, request.state.entrance
    scheme = request.cookies.get("scheme", "auto")
    here = here or request.url.path + (f"?{request.url.query}" if request.url.query else "")
    html = (
        environment(lang)
        .get_template(template)
        .render(
            path=request.url.path,
            here=quote(here, safe="/"),
            site=site(request),
            scheme=scheme if scheme in SCHEMES else "auto",
            viewer=caller.viewer,
            caller=caller,
            menu=menu(caller.viewer),
            # While the store is away a reader is told so at once, under no name.
            name_of_viewer=lambda: name_of(request.app.state.system, caller.viewer) if status < 500 else "",
            csrf=lambda: caller.csrf,
            demo=entrance.demo,
            said=done_message(request),
            past=past,
            **values,
        )
    )
    return HTMLResponse(html, status, headers={"Vary": "Accept-Language, Cookie", **(headers or {})})


def streamed(request: Request, template: str, *, headers: Mapping[str, str], **values: Any) -> StreamingResponse:
    """A page that is sent while it is made, however long it gets: without the head of other pages."""
    lang, scheme = language(request), request.cookies.get("scheme", "auto")
    stream = (
        environment(lang)
        .get_template(template)
        .stream(path=request.url.path, scheme=scheme if scheme in SCHEMES else "auto", **values)
    )
    stream.enable_buffering(PIECES)
    told = {"Vary": "Accept-Language, Cookie", **headers}
    return StreamingResponse(stream, media_type="text/html; charset=utf-8", headers=told)


def menu(viewer: Viewer) -> list[tuple[str, str]]:
    """Address and name of what the head of every page leads to, without what this viewer may not use."""
    works = may(viewer, "make", Lesson) or may(viewer, "make", Case)
    return [
        (address, name)
        for address, name, shown in (
            ("/", N_("Search"), True),
            ("/cases", N_("Cases"), True),
            ("/processes", N_("Processes"), True),
            ("/clusters", N_("Clusters"), True),
            ("/programmes", N_("Programmes"), True),
            ("/review", N_("Review"), works),
            ("/people", N_("People"), may(viewer, "read", Person)),
            ("/events", N_("Event log"), may(viewer, "read", Access)),
            ("/lessons/new", N_("Share a lesson"), works),
        )
        if shown
    ]


def name_of(system: System, viewer: Viewer) -> str:
    """As the register has it; empty for whoever was forgotten, and while it cannot be asked."""
    try:
        known = system.people.get(viewer.person)
    except StoreUnavailable:
        return ""
    return known.name if known else ""


def done_message(request: Request) -> str:
    """What the step before this page did, as its redirect says (`?done=lesson.publish`); empty for anything else."""
    from api.pages.done import DONE

    return words(language(request))(DONE.get(request.query_params.get("done", ""), ""))


def spoken(text: LocalText | None, lang: str) -> tuple[str, str] | None:
    """(language, text), as asked where the text has that language, else in its other one."""
    return text.in_language(lang) if text else None
