"""The auditor's desk: everything that happened, with what it changed; narrowed, counted and taken along."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from api.access.given import TheSystem, TheViewer
from api.pages.choices import places
from api.pages.events_asked import Asking, asking
from api.pages.labels import HAPPENED, LABELS
from api.pages.process_parts import named_parts
from api.pages.rendering import page, streamed
from api.pages.seen import Linked, named, names_in, people
from api.pages.translation import N_, language, words
from api.usecases.auditing import Page, Told, count_events, events
from api.usecases.event_counts import Counts, Per
from api.usecases.event_export import select_events
from api.usecases.finding import PLURALS
from api.usecases.proving import ledger_state
from api.wiring import System
from domain.foresight.process import ForesightProcess
from domain.viewer import Viewer
from projections.events_asked import NEWEST, OLDEST
from search.index import Lang

routes = APIRouter(include_in_schema=False)
AT_ONCE = 50
PEOPLE = 20
"""So many of a name are offered to choose from."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the rows mention: `people` by id, `things` by id with address and name, `parts` all that a difference may
    mention, by id."""

    people: Mapping[str, str]
    things: Mapping[UUID, tuple[str, str]]
    parts: Mapping[str, str]


@routes.get("/events")
def show_events(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    lang, ask = language(request), asking(request.query_params)
    found = _found(system, viewer, ask)
    counts = count_events(system, viewer, ask.asked)
    say, who = words(lang), ask.asked.person
    unknown = who is not None and who not in found.names and not found.items
    return page(
        request,
        "events.html",
        ask=ask,
        ledger=ledger_state(system, viewer),
        items=found.items,
        newest=max((told.line.position for told in found.items), default=0),
        follows=ask.before is None and ask.after is None and ask.order == NEWEST,
        next=_next(ask, found),
        names=_names(system, viewer, found.items, found.names, lang),
        counts=counts,
        bars=_bars(counts, lang),
        people=system.people.everybody(who)[:PEOPLE] if unknown and who else (),
        chips=_chips(system, viewer, ask, found, lang),
        kinds=[(kind, say(label)) for kind, label in LABELS["of_event"].items()],
        topics=sorted(
            ((topic, say(told)) for topic, told in HAPPENED.items()), key=lambda choice: choice[1].casefold()
        ),
        places=places(system, viewer, lang),
    )


@routes.get("/events/newer")
def show_newer(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    """The rows that came since the position `after`, newest first, for a page that stays open."""
    ask, lang = asking(request.query_params), language(request)
    found = events(system, viewer, ask.asked, after=ask.after or 0, order=OLDEST, limit=AT_ONCE)
    items = found.items[::-1]
    return page(
        request,
        "event_rows.html",
        ask=ask,
        items=items,
        newest=items[0].line.position if items else ask.after or 0,
        follows=True,
        names=_names(system, viewer, items, found.names, lang),
    )


@routes.get("/events/print")
def print_events(request: Request, system: TheSystem, viewer: TheViewer) -> StreamingResponse:
    """A report of all of them, oldest first, to be printed. Recorded as an export."""
    ask, lang = asking(request.query_params), language(request)
    found = select_events(system, viewer, ask.asked, changes=True)

    def pages() -> Iterator[tuple[Sequence[Told], Named]]:
        for items, known in found.pages:
            yield items, _names(system, viewer, items, known, lang)

    return streamed(
        request,
        "events_print.html",
        headers={"X-Total-Count": str(found.count)},
        pages=pages(),
        count=found.count,
        chips=_chips(system, viewer, ask, None, lang),
    )


def _found(system: System, viewer: Viewer, ask: Asking) -> Page:
    return events(system, viewer, ask.asked, before=ask.before, after=ask.after, order=ask.order, limit=AT_ONCE)


def _next(ask: Asking, found: Page) -> str | None:
    if not found.more:
        return None
    return ask.address(after=found.next) if ask.order == OLDEST else ask.address(before=found.next)


def _names(system: System, viewer: Viewer, items: Sequence[Told], known: Mapping[str, str], lang: Lang) -> Named:
    lines = [told.line for told in items]
    ids = [line.aggregate for line in lines if line.kind in PLURALS] + [line.thing for line in lines if line.thing]
    things = named(system, viewer, ids, lang)
    parts = names_in(system, viewer, (change for told in items for change in told.changes), lang)
    for one in things:
        if isinstance(one.thing, ForesightProcess):
            parts |= named_parts(one.thing, lang)
    return Named(known, {UUID(one.id): (one.url, _called(one, lang)) for one in things}, parts)


def _called(one: Linked, lang: Lang) -> str:
    """An adaptation has no name of its own."""
    return one.code or one.title or words(lang)(LABELS["of_event"][one.kind])


def _bars(counts: Counts, lang: Lang) -> list[tuple[str, int]]:
    say = words(lang)
    cut = {Per.MONTH: 7, Per.YEAR: 4}.get(counts.per, 10)
    return [(say.day(first.isoformat()[:cut]), count) for first, count in counts.counts.items()]


def _chips(system: System, viewer: Viewer, ask: Asking, found: Page | None, lang: Lang) -> list[tuple[str, str]]:
    """What narrows it, in words, with the address without it."""
    asked, say = ask.asked, words(lang)
    ids = [id for id in (asked.thing, asked.cluster, asked.programme) if id]
    called = {UUID(one.id): _called(one, lang) for one in named(system, viewer, ids, lang)}
    who = asked.person or ""
    names = found.names if found else people(system, who)

    def chips() -> Iterable[tuple[str, str]]:
        if asked.person:
            yield names.get(who, who), ask.narrowed(person=None)
        if asked.kinds:
            yield ", ".join(say(LABELS["of_event"][kind]) for kind in asked.kinds), ask.narrowed(kinds=())
        if asked.topic:
            yield say(HAPPENED.get(asked.topic, asked.topic)), ask.narrowed(topic=None)
        for field, id in (("thing", asked.thing), ("cluster", asked.cluster), ("programme", asked.programme)):
            if id:
                yield called.get(id, str(id)), ask.narrowed(**{field: None})
        if asked.since:
            yield say.filled(N_("from {day}"), {"day": say.day(asked.since)}), ask.narrowed(since=None)
        if asked.until:
            yield say.filled(N_("to {day}"), {"day": say.day(asked.until)}), ask.narrowed(until=None)
        if asked.request:
            yield asked.request, ask.narrowed(request=None)

    return list(chips())
