"""What a process leaves behind for the next one: a draft case and draft lessons with its figures filled in."""

from collections.abc import Callable, Mapping
from typing import TypeAlias
from uuid import UUID

from api.usecases.adapted import adapted_any
from api.usecases.cases import NewCase, draft_case
from api.usecases.check_topics import BEHIND
from api.usecases.evidence_text import Telling
from api.usecases.evidence_words import CHECKS, PHASES
from api.usecases.lessons import NewLesson, draft_lesson
from api.usecases.looking import load
from api.usecases.processes import readiness_of
from api.wiring import System
from domain.case import Case
from domain.dates import Span
from domain.foresight.checks import Check
from domain.foresight.gatherings import GatheringState
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import CheckState
from domain.lesson import Lesson
from domain.lesson_record import Evidence, EvidenceKind, Phase, Polarity
from domain.policy import allow
from domain.release import Visibility
from domain.text import PROSE_MAX, TITLE_MAX, Prose, Title
from domain.viewer import Viewer

About: TypeAlias = Check | Phase | None
"""What a lesson is about: one check, one phase, or the process as a whole."""
MOST_EVIDENCE = 20
WIDELY = (Visibility.MANAGERS, Visibility.PUBLIC)
Told: TypeAlias = Mapping[str, Telling]
"""The process in each of its languages."""


def draft_case_from(system: System, viewer: Viewer, process: UUID, *, id: UUID | None = None) -> Case:
    """The new draft, for programme staff to edit: the whole process, and the lessons that were adapted in it. It is
    shared with no more readers than the process, as far as a case can be.

    Raises `NotFound`, `NotAllowed`."""
    thing = load(system, viewer, ForesightProcess, process)
    allow(viewer, "draft-case", thing)
    told = _told(system, viewer, thing)
    record = thing.current
    new = NewCase(
        title=record.title,
        summary=_prose(told, Telling.summary),
        body=_prose_if_any(told, Telling.body),
        clusters=(record.cluster,) if record.cluster else (),
        programmes=record.programmes,
        lessons=tuple(dict.fromkeys(next(iter(told.values())).titles)),
        happened=_happened(thing),
        source=record.sources[0] if record.sources else None,
        visibility=Visibility.MANAGERS if thing.visibility in WIDELY else Visibility.PROGRAMME,
    )
    return draft_case(system, viewer, new, id=id, process=thing.id)


def draft_lesson_from(
    system: System, viewer: Viewer, process: UUID, about: About = None, *, id: UUID | None = None
) -> Lesson:
    """The new draft, of the cluster of the process, for those who run it to edit. What it recommends is left to them.

    Raises `NotFound`, `NotAllowed`."""
    thing = load(system, viewer, ForesightProcess, process)
    allow(viewer, "write", thing)
    told = _told(system, viewer, thing)
    record = thing.current
    new = NewLesson(
        title=_title(told, about),
        lesson=_prose(told, lambda one: _lesson(one, about)),
        what_happened=_prose_if_any(told, lambda one: _happening(one, about)),
        polarity=_polarity(next(iter(told.values())), about),
        phase=CHECKS[about][0] if isinstance(about, Check) else about,
        topics=BEHIND[about] if isinstance(about, Check) else (),
        cluster=record.cluster,
        programmes=record.programmes,
        process=thing.id,
        happened=_happened(thing),
        evidence=tuple(_evidence(next(iter(told.values())))),
        source=record.sources[0] if record.sources else None,
    )
    return draft_lesson(system, viewer, new, id=id)


def _told(system: System, viewer: Viewer, process: ForesightProcess) -> Told:
    checks = {checked.check: checked for checked in readiness_of(system, viewer, process)}
    adapted = [one for one in adapted_any(system, viewer, [process.id]) if one.adaptation.process == process.id]
    titles = {one.lesson.id: one.lesson.current.title for one in adapted}
    adaptations = [one.adaptation for one in adapted]
    return {lang: Telling(process, checks, adaptations, titles, lang) for lang in process.current.title.languages}


def _title(told: Told, about: About) -> Title:
    def one(lang: str, telling: Telling) -> str:
        of = telling.process.current.title.in_language(lang)[1]
        match about:
            case Check():
                name = f"{CHECKS[about][1][lang]}: "
            case Phase():
                name = f"{PHASES[about][lang]}: "
            case None:
                name = ""
        whole = name + of
        return whole if len(whole) <= TITLE_MAX else f"{whole[: TITLE_MAX - 1]}…"

    return Title(**{lang: one(lang, telling) for lang, telling in told.items()})


def _lesson(told: Telling, about: About) -> str:
    match about:
        case Check():
            return told.check(about)
        case Phase():
            return "\n\n".join([*told.phase(about), *told.figures(about)]) or told.summary()
        case None:
            return told.summary()


def _happening(told: Telling, about: About) -> str:
    """Of a lesson about one thing, what came to the gatherings; of the whole, everything."""
    return told.body() if about is None else "\n\n".join(told.attendance())


def _polarity(told: Telling, about: About) -> Polarity | None:
    if not isinstance(about, Check):
        return None
    return Polarity.KEEP if told.checks[about].state is CheckState.MET else Polarity.CHANGE


def _evidence(told: Telling) -> list[Evidence]:
    """Attendance, and what the evaluation found."""
    attendance = list(told.attendance())
    answers = [line for line in told.figures(Phase.EVALUATION) if line not in attendance]
    kinds = {EvidenceKind.FIGURE: attendance, EvidenceKind.EVALUATION: answers}
    return [Evidence(kind=kind, text=line) for kind, lines in kinds.items() for line in lines][:MOST_EVIDENCE]


def _prose(told: Told, tell: Callable[[Telling], str]) -> Prose:
    return Prose(**{lang: tell(telling)[:PROSE_MAX] for lang, telling in told.items()})


def _prose_if_any(told: Told, tell: Callable[[Telling], str]) -> Prose | None:
    return _prose(told, tell) if all(map(tell, told.values())) else None


def _happened(process: ForesightProcess) -> Span | None:
    """From its beginning to the last thing that has a day."""
    begins = process.current.begins
    days = [on for on, _ in process.phases] + [g.plan.ends for g in process.by_date(GatheringState.HELD)]
    first = min([begins, *days] if begins else days, default=None)
    last = max(days, default=None)
    return Span(start=first, end=last) if first else None
