"""The lessons for the phase of a process, as its page shows them: see templates/process_lessons.html."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.pages.adaptations_shown import adapted_in
from api.pages.seen import Linked, named
from api.usecases.process_lessons import FittingLesson, NamedLesson, lessons_for
from api.usecases.reason_words import in_words
from api.wiring import System
from domain.adaptation import Adaptation
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import Checked
from domain.policy import may
from domain.viewer import Viewer
from search.index import Lang, SearchUnavailable


@dataclass(frozen=True, slots=True)
class ShownFitting:
    """`elsewhere` are lessons that disagree with it and are not shown beside it."""

    fitting: FittingLesson
    cluster: Linked | None
    reasons: Sequence[str]
    elsewhere: Sequence[NamedLesson]


def lessons_shown(
    system: System, viewer: Viewer, process: ForesightProcess, lang: Lang, checks: Sequence[Checked] | None = None
) -> dict[str, Any]:
    """What templates/process_lessons.html takes: the lessons in groups of those that disagree, None while search is
    away; what was adapted in the process; and the query of the form with which this cluster adapts a lesson.
    `checks` is the readiness of the process, where it is known already."""
    record = process.current
    adapts = may(viewer, "make", Adaptation) and (viewer.operator or record.cluster in viewer.clusters)
    return {
        "fitting": _groups(system, viewer, process, lang, checks),
        "adapted_here": adapted_in(system, viewer, process, lang),
        "adapt_query": f"?cluster={record.cluster}&process={process.id}" if adapts and not process.withdrawn else None,
    }


def _groups(
    system: System, viewer: Viewer, process: ForesightProcess, lang: Lang, checks: Sequence[Checked] | None
) -> list[list[ShownFitting]] | None:
    try:
        fitting = lessons_for(system, viewer, process, checks)
    except SearchUnavailable:
        return None
    ids = [one.lesson.current.cluster for one in fitting if one.lesson.current.cluster]
    clusters = {link.thing.id: link for link in named(system, viewer, ids, lang)}
    groups: list[list[FittingLesson]] = []
    for one in fitting:
        first = {other.id for other in groups[-1][0].disagrees_with} if groups else set[UUID]()
        if one.lesson.id in first:
            groups[-1].append(one)
        else:
            groups.append([one])
    return [[_shown(one, group, clusters, lang) for one in group] for group in groups]


def _shown(
    one: FittingLesson, beside: Sequence[FittingLesson], clusters: dict[Any, Linked], lang: Lang
) -> ShownFitting:
    there = {other.lesson.id for other in beside}
    return ShownFitting(
        one,
        clusters.get(one.lesson.current.cluster),
        [in_words(reason)[lang] for reason in one.reasons],
        [other for other in one.disagrees_with if other.id not in there],
    )
