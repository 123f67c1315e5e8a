"""Adaptations: the list, one with its lesson and what came of it, the form to adapt a lesson, and where one went."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.access.given import TheSystem, TheViewer
from api.pages.adaptation_deeds import ADAPTATION_DEEDS, adapting_deed
from api.pages.adaptation_labels import LABELS
from api.pages.adaptations_shown import ShownAdaptation, shown
from api.pages.deeds import AnyDeed, open_deeds
from api.pages.form_route import FormRoute, Sent
from api.pages.forms import add_deeds, show_form, take_form
from api.pages.listing import PER_PAGE, Offset
from api.pages.past import AsOfThen, look, shown_past
from api.pages.pictures import Node
from api.pages.rendering import page
from api.pages.seen import named, people
from api.pages.translation import language, words
from api.usecases.adapted import all_adapted, with_lesson
from api.usecases.glass import openings
from api.usecases.histories import history_of
from api.usecases.looking import load
from api.usecases.provenance import Provenance, provenance_of
from domain.access import Access
from domain.adaptation import Adaptation
from domain.lesson import Lesson
from domain.policy import allow, may
from domain.viewer import Viewer

routes = APIRouter(include_in_schema=False, route_class=FormRoute)
own = APIRouter(include_in_schema=False, route_class=FormRoute)


@own.get("")
def list_adaptations(request: Request, system: TheSystem, viewer: TheViewer, offset: Offset = 0) -> Response:
    """Most lately changed first."""
    found, more = all_adapted(system, viewer, offset, PER_PAGE)
    return page(
        request,
        "adaptations.html",
        adaptations=shown(system, viewer, found, language(request)),
        before=f"/adaptations?offset={max(offset - PER_PAGE, 0)}" if offset else None,
        after=f"/adaptations?offset={offset + PER_PAGE}" if more else None,
    )


add_deeds(own, ADAPTATION_DEEDS)


@own.get("/{id}")
def show_adaptation(
    request: Request, system: TheSystem, viewer: TheViewer, id: UUID, as_of: AsOfThen = None
) -> Response:
    """Now, or as it was; the lesson as it is now."""
    lang = language(request)
    found, past = look(system, viewer, Adaptation, id, as_of)
    one = with_lesson(system, viewer, found)
    adaptation = one.adaptation
    ids = [*adaptation.programmes, *([adaptation.process] if adaptation.process else [])]
    around = named(system, viewer, ids, lang)
    opened = () if past else openings(system, viewer, adaptation)
    return page(
        request,
        "adaptation.html",
        shown=shown(system, viewer, [one], lang)[0],
        openings=opened,
        opened_by=people(system, *(line.actor for line in opened)),
        programmes=[link for link in around if link.kind == "programme"],
        process=next((link for link in around if link.kind == "process"), None),
        deeds=[] if past else open_deeds(ADAPTATION_DEEDS, viewer, adaptation),
        past=shown_past(request, system, viewer, past),
    )


@own.get("/{id}/history")
def adaptation_history(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    one = with_lesson(system, viewer, load(system, viewer, Adaptation, id))
    entries = history_of(system, viewer, Adaptation, id)
    return page(
        request,
        "history.html",
        audits=may(viewer, "read", Access),
        removes=may(viewer, "redact", one.adaptation),
        title=one.lesson.current.title.in_language(language(request))[1],
        thing=one.adaptation,
        entries=entries[::-1],
        url=f"/adaptations/{id}",
        names=people(system, *(entry.actor for entry in entries)),
        known={},
    )


@routes.get("/lessons/{id}/adapt")
def show_adapting(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    lesson = load(system, viewer, Lesson, id)
    allow(viewer, "make", Adaptation)
    return show_form(request, system, viewer, _filled(request, viewer), lesson)


@routes.post("/lessons/{id}/adapt")
def take_adapting(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
    lesson = load(system, viewer, Lesson, id)
    allow(viewer, "make", Adaptation)
    return take_form(request, system, viewer, _filled(request, viewer), lesson, sent)


def _filled(request: Request, viewer: Viewer) -> AnyDeed:
    """With the cluster and process that the address names, and else the only cluster that it can be."""
    asked = {name: request.query_params[name] for name in ("cluster", "process") if name in request.query_params}
    only = [str(cluster) for cluster in viewer.clusters]
    return adapting_deed({"cluster": only[0], **asked} if len(only) == 1 else asked)


@routes.get("/lessons/{id}/provenance")
def show_provenance(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
    """Where the lesson came from and where it went: drawn, and as a table."""
    lang, lesson = language(request), load(system, viewer, Lesson, id)
    found = provenance_of(system, viewer, lesson)
    adapted = list(found.adaptations.values())
    adaptations = {one.adaptation.id: one for one in shown(system, viewer, adapted, lang)}
    return page(
        request,
        "provenance.html",
        lesson=lesson,
        found=found,
        adaptations=adaptations,
        nodes=[*_nodes(found, adaptations, lesson, lang)],
        edges=[(edge.source, edge.target) for edge in found.edges],
    )


def _nodes(found: Provenance, adaptations: Mapping[UUID, ShownAdaptation], begin: Lesson, lang: str) -> Iterator[Node]:
    """From left to right: what came first, the lesson itself, what came of it."""
    for id, step in sorted(found.steps.items(), key=lambda node: node[1]):
        if id in found.lessons:
            title = found.lessons[id].current.title.in_language(lang)[1]
            yield Node(id, step, title, "here" if id == begin.id else "lesson")
        else:
            cluster, say = adaptations[id].cluster, words(lang)
            notes = [f"{say(LABELS['rater'][by])}: {say(LABELS['outcome'][o])}" for by, o in adaptations[id].outcomes]
            yield Node(id, step, cluster.title if cluster else "–", "adaptation", tuple(notes))


routes.include_router(own, prefix="/adaptations")
