"""Adaptations as pages name them: the lesson, the cluster and what came of it, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.pages.seen import Linked, named
from api.usecases.adapted import Adapted, Asked, Effect, adapted_any, adapted_of, effect_of, waiting
from api.wiring import System
from domain.adaptation import Adaptation, Outcome, Rater
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import may
from domain.release import State
from domain.viewer import Viewer
from search.index import Lang


@dataclass(frozen=True, slots=True)
class ShownAdaptation:
    """`outcomes` are what was said last, by the cluster and by the programme; `successor` is the lesson that took over,
    where the viewer may know it."""

    adaptation: Adaptation
    lesson: Lesson
    over: State | None
    cluster: Linked | None
    successor: Linked | None
    outcomes: Sequence[tuple[Rater, Outcome]]

    @property
    def url(self) -> str:
        return f"/adaptations/{self.adaptation.id}"


@dataclass(frozen=True, slots=True)
class ShownAsked:
    shown: ShownAdaptation
    by: Rater
    months: int


@dataclass(frozen=True, slots=True)
class ShownEffect:
    """What is told on the page of a lesson. `adapts`: the viewer may adapt it."""

    effect: Effect
    adaptations: Sequence[ShownAdaptation]
    adapts: bool


def shown(system: System, viewer: Viewer, adapted: Sequence[Adapted], lang: Lang) -> list[ShownAdaptation]:
    ids = [one.adaptation.cluster for one in adapted]
    ids += [one.lesson.superseded_by for one in adapted if one.lesson.superseded_by]
    links = {link.thing.id: link for link in named(system, viewer, ids, lang)}
    return [
        ShownAdaptation(
            one.adaptation,
            one.lesson,
            one.over,
            links.get(one.adaptation.cluster),
            links.get(one.lesson.superseded_by) if one.lesson.superseded_by else None,
            [(by, outcome) for by in Rater if (outcome := one.adaptation.outcome(by))],
        )
        for one in adapted
    ]


def effect_shown(system: System, viewer: Viewer, lesson: Lesson, lang: Lang) -> ShownEffect:
    adapted = adapted_of(system, viewer, lesson.id)
    adapts = lesson.state is State.PUBLISHED and may(viewer, "make", Adaptation)
    return ShownEffect(effect_of(adapted), shown(system, viewer, adapted, lang), adapts)


def adapted_in(system: System, viewer: Viewer, process: ForesightProcess, lang: Lang) -> list[ShownAdaptation]:
    """In a process that the viewer may read."""
    found = (one for one in adapted_any(system, viewer, [process.id]) if one.adaptation.process == process.id)
    return shown(system, viewer, list(found), lang)


def waiting_shown(system: System, viewer: Viewer, lang: Lang) -> tuple[list[ShownAdaptation], list[ShownAsked]]:
    """Of lessons that no longer hold, and those whose outcome is asked for."""
    found = waiting(system, viewer)
    due = shown(system, viewer, [one.adapted for one in found.due], lang)
    asked = [_asked(one, s) for one, s in zip(found.due, due, strict=True)]
    return shown(system, viewer, found.over, lang), asked


def _asked(one: Asked, shown: ShownAdaptation) -> ShownAsked:
    return ShownAsked(shown, one.by, one.months)
