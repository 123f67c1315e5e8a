"""Which lessons fit a process that is in a phase, and why: each reason has a weight, and the sum orders them.

The weights are chosen, not measured, so that each of these holds: what fits the current phase comes before what fits
the next one; a check that is not met weighs nearly as much as the phase, for that is where the process can still be
helped; likeness of the cluster, all of it together, weighs no more than the phase, for a lesson crosses sectors better
than phases; what others found when they tried it moves a lesson up or down among its likes, not past the phase.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from api.usecases.adapted import Adapted, effect_of
from api.usecases.check_topics import BEHIND
from domain.adaptation import Outcome
from domain.cluster import Cluster
from domain.foresight.checks import Check
from domain.lesson import Lesson
from domain.lesson_record import Phase, Polarity

Figure: TypeAlias = int | str | list[str]
PHASE, COMING, FIRST_CHECK, NEXT_CHECK = 4.0, 2.0, 3.0, 1.0
SECTOR, PROGRAMME, COUNTY, SIZE = 1.5, 1.5, 0.5, 0.5
EVIDENCE, ADAPTED = 0.5, 0.5
OUTCOMES: Mapping[Outcome, float] = {Outcome.WORKED: 0.5, Outcome.PARTLY: 0.25, Outcome.DID_NOT: -0.5}
MOST_OF_OUTCOMES = 1.5
"""Either way: many who tried it do not make it fit another phase."""
LIKE_IN_SIZE = 2
"""As many members, or up to so many times as many."""
MOST = 12
MOST_OF_ONE_CLUSTER = MOST // 3
OPPOSITE = {Polarity.KEEP: Polarity.CHANGE, Polarity.CHANGE: Polarity.KEEP}


@dataclass(frozen=True, slots=True)
class Reason:
    """`figures` by name; `weight` is what it adds."""

    kind: str
    figures: Mapping[str, Figure]
    weight: float


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a process is: its phase and the one to come, the cluster, the programmes with their codes, and the checks
    that are neither met nor waived."""

    phase: Phase | None
    coming: Phase | None
    cluster: Cluster | None
    programmes: Mapping[UUID, str]
    unmet: Sequence[Check]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lesson as the viewer may know it, with the cluster that it tells it is from, and the adaptations of it by
    others than the cluster of the process."""

    lesson: Lesson
    cluster: Cluster | None
    adapted: Sequence[Adapted]


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        return sum(reason.weight for reason in self.reasons)


def following(phase: Phase | None) -> Phase | None:
    """The phase to come: none after the last, the first where none was entered."""
    phases = list(Phase)
    at = phases.index(phase) + 1 if phase else 0
    return phases[at] if at < len(phases) else None


def reasons_for(candidate: Candidate, here: Situation) -> tuple[Reason, ...]:
    return (
        *_of_phase(candidate, here),
        *_of_checks(candidate, here),
        *_of_likeness(candidate, here),
        *_tried(candidate, here),
    )


def ranked(candidates: Iterable[Candidate], here: Situation) -> list[Ranked]:
    """Those that fit the phase, the next one, or a check that is not met; best first, then the latest."""
    found = [Ranked(one, reasons_for(one, here)) for one in candidates]
    fitting = [one for one in found if one.reasons and one.reasons[0].kind in ("phase", "phase-to-come", "check")]
    fitting.sort(key=lambda one: str(one.candidate.lesson.id))
    fitting.sort(key=lambda one: one.candidate.lesson.releases[-1].released_at, reverse=True)
    return sorted(fitting, key=lambda one: -one.score)


def spread(best: Iterable[Ranked]) -> list[Ranked]:
    """The first twelve, with no more than a third of the places for any one cluster. What tells of no cluster takes
    nobody's place."""
    taken: list[Ranked] = []
    count: dict[UUID, int] = {}
    for one in best:
        cluster = one.candidate.lesson.current.cluster
        if cluster is not None:
            if count.get(cluster, 0) == MOST_OF_ONE_CLUSTER:
                continue
            count[cluster] = count.get(cluster, 0) + 1
        taken.append(one)
        if len(taken) == MOST:
            break
    return taken


def disagree(one: Lesson, other: Lesson) -> bool:
    """On the same topic, the one advises to keep what the other advises to change. The same: most of the topics of the
    one that has fewer are the other's too, for one in common may be as wide as all that is shared."""
    a, b = one.current, other.current
    opposite = OPPOSITE.get(a.polarity) if a.polarity else None
    fewer = min(len(set(a.topics)), len(set(b.topics)))
    return opposite is not None and opposite is b.polarity and 2 * len(set(a.topics) & set(b.topics)) > fewer


def _of_phase(one: Candidate, here: Situation) -> Iterator[Reason]:
    phase = one.lesson.current.phase
    if phase is not None and phase is here.phase:
        yield Reason("phase", {"phase": phase.value}, PHASE)
    elif phase is not None and phase is here.coming:
        yield Reason("phase-to-come", {"phase": phase.value}, COMING)


def _of_checks(one: Candidate, here: Situation) -> Iterator[Reason]:
    topics = set(one.lesson.current.topics)
    touched = [check for check in here.unmet if topics & set(BEHIND[check])]
    for check in touched:
        yield Reason("check", {"check": check.value}, FIRST_CHECK if check is touched[0] else NEXT_CHECK)


def _of_likeness(one: Candidate, here: Situation) -> Iterator[Reason]:
    record, theirs, ours = one.lesson.current, one.cluster, here.cluster
    if ours is not None and record.cluster == ours.id:
        yield Reason("own", {}, 0)
        return
    if shared := [code for id, code in here.programmes.items() if id in record.programmes]:
        yield Reason("programme", {"programmes": shared}, PROGRAMME)
    if ours is None or (theirs is None and record.sector is None):
        return
    sector = record.sector or (theirs and theirs.current.sector)
    if sector and ours.current.sector and sector.casefold() == ours.current.sector.casefold():
        yield Reason("sector", {"sector": sector}, SECTOR)
    if theirs is None:
        return
    if theirs.current.county and theirs.current.county == ours.current.county:
        yield Reason("county", {"county": theirs.current.county}, COUNTY)
    sizes = sorted(c.current.members_reported or 0 for c in (theirs, ours))
    if sizes[0] and sizes[1] <= LIKE_IN_SIZE * sizes[0]:
        yield Reason("size", {"members": theirs.current.members_reported or 0}, SIZE)


def _tried(one: Candidate, here: Situation) -> Iterator[Reason]:
    if evidence := len(one.lesson.current.evidence):
        yield Reason("evidence", {"pieces": evidence}, EVIDENCE)
    if not one.adapted:
        return
    effect = effect_of(one.adapted)
    near = {a.adaptation.cluster for a in one.adapted if here.programmes.keys() & set(a.adaptation.programmes)}
    yield Reason("adapted", {"clusters": effect.clusters, "of_your_programmes": len(near)}, ADAPTED)
    for by, told in (("cluster", effect.by_cluster), ("programme", effect.by_programme)):
        if any(told.values()):
            weight = sum(OUTCOMES[outcome] * count for outcome, count in told.items())
            weight = max(-MOST_OF_OUTCOMES, min(MOST_OF_OUTCOMES, weight))
            yield Reason(f"rated-by-{by}", {o.value.replace("-", "_"): count for o, count in told.items()}, weight)
