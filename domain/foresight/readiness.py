"""Readiness: what a process has of that which, by experience, makes one succeed. Warnings, never a gate.

Each check is a function of the process, the adaptations made in it and the thresholds of its programme, and of nothing
else: no clock. The reasons are those of Innovation Norway's account of foresight in Norwegian clusters (2011).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from domain.adaptation import Adaptation
from domain.dates import first_day
from domain.foresight.checks import Check, Thresholds
from domain.foresight.gatherings import Gathering, GatheringState
from domain.foresight.participation import Commitment
from domain.foresight.process import ForesightProcess, Waiver
from domain.lesson_record import Phase

Figure: TypeAlias = int | bool | str | None
Figures: TypeAlias = dict[str, Figure]
YEAR = timedelta(days=365)


class CheckState(StrEnum):
    MET = "met"
    NOT_YET = "not-yet"
    AT_RISK = "at-risk"
    """What was decided or done so far goes against it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`figures` are what was looked at, by name."""

    check: Check
    state: CheckState
    figures: Figures
    waived: Waiver | None = None


Judgement: TypeAlias = tuple[CheckState, Figures]
CheckFunction: TypeAlias = Callable[[ForesightProcess, Sequence[Adaptation], Thresholds], Judgement]


def readiness(
    process: ForesightProcess, adaptations: Sequence[Adaptation] = (), thresholds: Thresholds | None = None
) -> Iterator[Checked]:
    """Every check, in the order of a process. `adaptations` are those made in it."""
    wanted = thresholds or Thresholds()
    there = [adaptation for adaptation in adaptations if not adaptation.withdrawn]
    for check, judge in CHECKS.items():
        state, figures = judge(process, there, wanted)
        yield Checked(check, state, figures, process.waivers.get(check))


def _planning_time(process: ForesightProcess, _: Sequence[Adaptation], wanted: Thresholds) -> Judgement:
    """Time in the planning phase, especially for recruiting. A month counts from its first day; a year says nothing."""
    planning = (day for day, phase in process.phases if phase is Phase.PLANNING)
    begins, first = process.current.begins or next(planning, None), _first_day(process)
    weeks = (first - first_day(begins)).days // 7 if begins and len(begins) > len("2009") and first else None
    return _enough(weeks, wanted.planning_weeks), {"weeks": weeks, "wanted": wanted.planning_weeks}


def _neutral_facilitator(process: ForesightProcess, _: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """A professional who is external and neutral to the cluster; how that was found out is told."""
    leader = process.process_leader
    if leader is None:
        return _missing(process), {"external": None, "neutral": None, "checked": False}
    figures: Figures = {"external": leader.external, "neutral": leader.neutral, "checked": leader.checked is not None}
    if not (leader.external and leader.neutral):
        return CheckState.AT_RISK, figures
    return CheckState.MET if leader.checked else CheckState.NOT_YET, figures


def _both_leaders(process: ForesightProcess, _: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """Two roles, and not one person in both."""
    leaders = process.process_leader, process.project_leader
    one = {leader.person for leader in leaders if leader and leader.person}
    same = len(one) == 1 and all(leader and leader.person for leader in leaders)
    figures: Figures = {"process_leader": bool(leaders[0]), "project_leader": bool(leaders[1]), "same_person": same}
    if same:
        return CheckState.AT_RISK, figures
    return CheckState.MET if all(leaders) else _missing(process), figures


def _committed_first(process: ForesightProcess, _: Sequence[Adaptation], wanted: Thresholds) -> Judgement:
    """Enough committed on the day before the first gathering; before there is one, now."""
    first = _first_day(process)
    there = [p for p in process.participants.values() if _committed(p.on(first - timedelta(days=1)))] if first else []
    count = len(there) if first else len(process.committed())
    figures: Figures = {"committed": count, "invited": len(process.participants), "wanted": wanted.committed}
    if count >= wanted.committed:
        return CheckState.MET, figures
    return CheckState.AT_RISK if first else CheckState.NOT_YET, figures


def _many_perspectives(process: ForesightProcess, _: Sequence[Adaptation], wanted: Thresholds) -> Judgement:
    """A wide variety of actors with different perspectives."""
    committed = process.committed()
    kinds = len({p.record.organisation_kind for p in committed})
    perspectives = len({p.record.perspective.casefold() for p in committed if p.record.perspective})
    figures: Figures = {
        "kinds": kinds,
        "wanted_kinds": wanted.organisation_kinds,
        "perspectives": perspectives,
        "wanted_perspectives": wanted.perspectives,
    }
    if kinds >= wanted.organisation_kinds and perspectives >= wanted.perspectives:
        return CheckState.MET, figures
    return _missing(process), figures


def _evaluation_agreed(process: ForesightProcess, _: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """What will be asked is agreed before the first gathering: afterwards everything was as intended."""
    first, agreed = _first_day(process), process.evaluation_agreed_on
    figures: Figures = {"questions": len(process.questions), "agreed": agreed}
    if agreed is None:
        return _missing(process), figures
    return CheckState.MET if first is None or first_day(agreed) < first else CheckState.AT_RISK, figures


def _gatherings_in_a_year(process: ForesightProcess, _: Sequence[Adaptation], wanted: Thresholds) -> Judgement:
    """Regular arenas: typically at least four two-day workshops a year, for everybody. At risk where as many are there
    and too short or too far apart, or a year has gone by without them."""
    there = _regular(process)
    all_starts = [date.fromisoformat(g.plan.starts) for g in there]
    starts = [day for day, g in zip(all_starts, there, strict=True) if g.plan.days >= wanted.gathering_days]
    most = max((sum(first <= day < first + YEAR for day in starts) for first in starts), default=0)
    figures: Figures = {"most_in_a_year": most, "wanted": wanted.gatherings_in_a_year, "days": wanted.gathering_days}
    if most >= wanted.gatherings_in_a_year:
        return CheckState.MET, figures
    over = bool(there) and (len(there) >= wanted.gatherings_in_a_year or all_starts[-1] - all_starts[0] >= YEAR)
    return CheckState.AT_RISK if over else CheckState.NOT_YET, figures


def _purpose_and_product(process: ForesightProcess, _: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """Each gathering has one purpose, and something that it leaves behind; that to catch up has its purpose anyway.
    One that is planned can still get them."""
    there = _regular(process)
    without = [g for g in there if not (g.plan.purpose and g.plan.product)]
    figures: Figures = {"complete": len(there) - len(without), "gatherings": len(there)}
    if there and not without:
        return CheckState.MET, figures
    held = any(g.state is GatheringState.HELD for g in without)
    return CheckState.AT_RISK if held else CheckState.NOT_YET, figures


def _catch_up(process: ForesightProcess, _: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """A gathering for those who join after the first, and not over by the day on which they did."""
    first, day = process.first_gathering(), _first_day(process)
    committed = process.committed() if first and day else ()
    late = [p for p in committed if first and day and p.id not in first.attended and not _committed(p.on(day))]
    there = [g.plan for g in process.by_date(GatheringState.PLANNED, GatheringState.HELD) if g.plan.catch_up]
    figures: Figures = {"joined_late": len(late), "catch_up_gatherings": len(there)}
    if there and all(any(p.turns[-1][1].isoformat() <= plan.ends for plan in there) for p in late):
        return CheckState.MET, figures
    return CheckState.AT_RISK if late else CheckState.NOT_YET, figures


def _not_copied(_: ForesightProcess, adaptations: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """A process is made for its cluster: of what was borrowed something was changed or dropped."""
    own = sum(bool(a.current.changed or a.current.dropped) for a in adaptations)
    figures: Figures = {"borrowed": len(adaptations), "made_its_own": own}
    return _enough(own if adaptations else None, len(adaptations)), figures


def _follow_up(process: ForesightProcess, _: Sequence[Adaptation], __: Thresholds) -> Judgement:
    """Somebody sees to it, from a day on, with money: no money is none. At risk once the process is being wound up."""
    plan = process.follow_up
    parts: Figures = {"owner": plan.owner is not None, "date": plan.on is not None, "budget": bool(plan.budget)}
    if all(parts.values()):
        return CheckState.MET, parts
    ending = any(phase in (Phase.EVALUATION, Phase.FOLLOW_UP) for _, phase in process.phases)
    return CheckState.AT_RISK if ending or plan.budget == 0 else CheckState.NOT_YET, parts


CHECKS: Mapping[Check, CheckFunction] = {
    Check.PLANNING_TIME: _planning_time,
    Check.NEUTRAL_FACILITATOR: _neutral_facilitator,
    Check.BOTH_LEADERS: _both_leaders,
    Check.COMMITTED_FIRST: _committed_first,
    Check.MANY_PERSPECTIVES: _many_perspectives,
    Check.EVALUATION_AGREED: _evaluation_agreed,
    Check.GATHERINGS_IN_A_YEAR: _gatherings_in_a_year,
    Check.PURPOSE_AND_PRODUCT: _purpose_and_product,
    Check.CATCH_UP: _catch_up,
    Check.NOT_COPIED: _not_copied,
    Check.FOLLOW_UP: _follow_up,
}


def _first_day(process: ForesightProcess) -> date | None:
    first = process.first_gathering()
    return date.fromisoformat(first.plan.starts) if first else None


def _regular(process: ForesightProcess) -> list[Gathering]:
    """Those that are planned or were held for everybody, earliest first."""
    there = process.by_date(GatheringState.PLANNED, GatheringState.HELD)
    return [gathering for gathering in there if not gathering.plan.catch_up]


def _missing(process: ForesightProcess) -> CheckState:
    """Of something that should be there when the first gathering is held."""
    return CheckState.AT_RISK if process.by_date(GatheringState.HELD) else CheckState.NOT_YET


def _committed(commitment: Commitment | None) -> bool:
    return commitment is Commitment.COMMITTED


def _enough(count: int | None, wanted: int) -> CheckState:
    """None: there is nothing to count yet."""
    if count is None:
        return CheckState.NOT_YET
    return CheckState.MET if count >= wanted else CheckState.AT_RISK
