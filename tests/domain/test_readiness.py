"""Readiness: each check met, not yet met and at risk, at the edges of its thresholds; and what was waived."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.adaptation import Adaptation, AdaptationRecord
from domain.cluster_record import MemberKind
from domain.foresight.actions import FollowUpPlan
from domain.foresight.checks import Check, Thresholds
from domain.foresight.evaluation import Area, Question
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess, Waiver
from domain.foresight.readiness import Checked, CheckState, Figures, readiness
from domain.foresight.record import Leader, ProcessLeader
from domain.lesson_record import Phase
from domain.text import Prose, Title
from tests.domain.processes import (
    ANNE,
    BO,
    CARL,
    CATCH_UP,
    CLUSTER,
    PROCESS,
    RECORD,
    SECOND,
    Decision,
    a_process,
    answered,
    cancelled,
    committed,
    held,
    invited,
    planned,
)  # fmt: skip

MET, NOT_YET, AT_RISK = CheckState
FEW = Thresholds(committed=2, organisation_kinds=2, perspectives=2)
QUESTION = Question(id=UUID(int=95), area=Area.JOINT_GOALS, text=Title(en="We agree."))


def checked(check: Check, process: ForesightProcess, *adaptations: Adaptation, wanted: Thresholds = FEW) -> Checked:
    (found,) = (one for one in readiness(process, adaptations, wanted) if one.check is check)
    return found


def as_of(begins: str | None) -> Decision:
    return lambda process: process.describe(RECORD.model_copy(update={"begins": begins}))


def entered(phase: Phase, on: str = "2026-01-01") -> Decision:
    return lambda process: process.enter_phase(phase, on)


def test_every_check_is_made_in_the_order_of_a_process_and_none_is_met_by_an_empty_one() -> None:
    found = list(readiness(a_process()))
    assert [one.check for one in found] == list(Check)
    assert [(one.state, one.waived) for one in found] == [(NOT_YET, None)] * len(Check)


def test_a_waived_check_is_still_made_and_carries_the_waiver_until_it_ends() -> None:
    process = a_process(lambda p: p.waive(Check.CATCH_UP, "Nobody joins later."))
    figures: Figures = {"joined_late": 0, "catch_up_gatherings": 0}
    waived = Checked(Check.CATCH_UP, NOT_YET, figures, Waiver("Nobody joins later.", "kari"))
    assert checked(Check.CATCH_UP, process) == waived
    assert [one.check for one in readiness(process) if one.waived] == [Check.CATCH_UP]
    process.end_waiver(Check.CATCH_UP)
    assert checked(Check.CATCH_UP, process) == Checked(Check.CATCH_UP, NOT_YET, figures)


@pytest.mark.parametrize(
    ("given", "state", "weeks"),
    [
        ((), NOT_YET, None),
        ((planned(starts="2026-02-26"),), MET, 8),
        ((planned(starts="2026-02-25"),), AT_RISK, 7),
        ((planned(starts="2025-12-31"),), AT_RISK, -1),
        ((planned(starts="2026-01-05"), cancelled(), planned(SECOND, "2026-03-01")), MET, 8),
        ((planned(starts="2026-01-05", catch_up=True), planned(SECOND, "2026-03-01")), MET, 8),
        ((as_of("2026-01-05"), planned(starts="2026-03-01")), AT_RISK, 7),
        ((as_of("2026-01-05"), planned(starts="2026-03-02")), MET, 8),
        ((as_of("2026"), planned(starts="2026-12-01")), NOT_YET, None),
        ((as_of(None), planned(starts="2026-12-01")), NOT_YET, None),
        ((as_of(None), entered(Phase.PLANNING, "2026-01-05"), planned(starts="2026-03-02")), MET, 8),
        ((as_of(None), entered(Phase.RECRUITMENT, "2026-01-05"), planned(starts="2026-03-02")), NOT_YET, None),
        ((entered(Phase.PLANNING, "2026-02-20"), planned(starts="2026-03-01")), MET, 8),
    ],
)
def test_planning_time(given: tuple[Decision, ...], state: CheckState, weeks: int | None) -> None:
    found = checked(Check.PLANNING_TIME, a_process(*given))
    assert found == Checked(Check.PLANNING_TIME, state, {"weeks": weeks, "wanted": 8})


@pytest.mark.parametrize(
    ("external", "neutral", "how", "state"),
    [
        (True, True, "No owner among the members.", MET),
        (True, True, None, NOT_YET),
        (True, False, "Sells to a member.", AT_RISK),
        (False, True, "The cluster's own.", AT_RISK),
        (False, False, None, AT_RISK),
    ],
)
def test_neutral_facilitator(external: bool, neutral: bool, how: str | None, state: CheckState) -> None:
    leader = ProcessLeader(organisation="Futures Ltd", external=external, neutral=neutral, checked=how)
    figures: Figures = {"external": external, "neutral": neutral, "checked": how is not None}
    found = checked(Check.NEUTRAL_FACILITATOR, a_process(lambda p: p.name_process_leader(leader)))
    assert found == Checked(Check.NEUTRAL_FACILITATOR, state, figures)


@pytest.mark.parametrize(("given", "state"), [((planned(),), NOT_YET), ((planned(), held()), AT_RISK)])
def test_nobody_facilitates_a_gathering_that_was_held(given: tuple[Decision, ...], state: CheckState) -> None:
    figures: Figures = {"external": None, "neutral": None, "checked": False}
    found = checked(Check.NEUTRAL_FACILITATOR, a_process(*given))
    assert found == Checked(Check.NEUTRAL_FACILITATOR, state, figures)


def facilitated(person: str | None) -> Decision:
    leader = ProcessLeader(organisation="Futures Ltd", person=person, external=True, neutral=True)
    return lambda process: process.name_process_leader(leader)


def led(person: str | None) -> Decision:
    return lambda process: process.name_project_leader(Leader(organisation="The office", person=person))


@pytest.mark.parametrize(
    ("given", "state", "figures"),
    [
        ((), NOT_YET, (False, False, False)),
        ((facilitated("ola"),), NOT_YET, (True, False, False)),
        ((led("ola"),), NOT_YET, (False, True, False)),
        ((led("ola"), planned(), held()), AT_RISK, (False, True, False)),
        ((facilitated("ola"), led("kari")), MET, (True, True, False)),
        ((facilitated(None), led(None)), MET, (True, True, False)),
        ((facilitated("ola"), led(None)), MET, (True, True, False)),
        ((facilitated("ola"), led("ola")), AT_RISK, (True, True, True)),
    ],
)
def test_both_leaders(given: tuple[Decision, ...], state: CheckState, figures: tuple[bool, bool, bool]) -> None:
    names = ("process_leader", "project_leader", "same_person")
    found = checked(Check.BOTH_LEADERS, a_process(*given))
    assert found == Checked(Check.BOTH_LEADERS, state, dict(zip(names, figures, strict=True)))


def withdrew(on: str, id: UUID = BO) -> Decision:
    return answered(id, Commitment.WITHDREW, on)


@pytest.mark.parametrize(
    ("given", "state", "count", "asked"),
    [
        ((committed(ANNE), invited(BO)), NOT_YET, 1, 2),
        ((committed(ANNE), committed(BO)), MET, 2, 2),
        ((committed(ANNE), committed(BO), planned()), MET, 2, 2),
        ((committed(ANNE), committed(BO, "2026-05-12"), planned()), MET, 2, 2),
        ((committed(ANNE), committed(BO, "2026-05-13"), planned()), AT_RISK, 1, 2),
        ((committed(ANNE), committed(BO), withdrew("2026-05-12"), planned()), AT_RISK, 1, 2),
        ((committed(ANNE), committed(BO), withdrew("2026-05-13"), planned()), MET, 2, 2),
        ((committed(ANNE), committed(BO), withdrew("2026-03-01")), NOT_YET, 1, 2),
        ((committed(ANNE), planned(starts="2026-02-01"), cancelled(), planned(SECOND), committed(BO, "2026-03-01")),
         MET, 2, 2),
        ((committed(ANNE), committed(BO, "2026-05-13"), planned(), planned(CATCH_UP, "2026-04-01", catch_up=True)),
         AT_RISK, 1, 2),
    ],
)  # fmt: skip
def test_committed_first(given: tuple[Decision, ...], state: CheckState, count: int, asked: int) -> None:
    found = checked(Check.COMMITTED_FIRST, a_process(*given))
    assert found == Checked(Check.COMMITTED_FIRST, state, {"committed": count, "invited": asked, "wanted": 2})


def seeing(perspective: str | None, kind: MemberKind = MemberKind.COMPANY) -> ParticipantRecord:
    return ParticipantRecord(organisation="Elkem", organisation_kind=kind, perspective=perspective)


LAW, SAME_LAW, TECHNOLOGY = seeing("law"), seeing("Law", MemberKind.PUBLIC), seeing("technology", MemberKind.RESEARCH)


@pytest.mark.parametrize(
    ("given", "state", "kinds", "perspectives"),
    [
        ((), NOT_YET, 0, 0),
        ((committed(ANNE, record=LAW), committed(BO, record=TECHNOLOGY)), MET, 2, 2),
        ((committed(ANNE, record=LAW), invited(BO, record=TECHNOLOGY)), NOT_YET, 1, 1),
        ((committed(ANNE, record=LAW), committed(BO, record=TECHNOLOGY), withdrew("2026-03-01")), NOT_YET, 1, 1),
        ((committed(ANNE, record=LAW), committed(BO, record=SAME_LAW)), NOT_YET, 2, 1),
        ((committed(ANNE, record=LAW), committed(BO, record=seeing("customers"))), NOT_YET, 1, 2),
        ((committed(ANNE, record=LAW), committed(BO, record=seeing(None, MemberKind.PUBLIC))), NOT_YET, 2, 1),
        ((committed(ANNE, record=LAW), planned(), held(ANNE)), AT_RISK, 1, 1),
        ((committed(ANNE, record=LAW), planned(), cancelled()), NOT_YET, 1, 1),
    ],
)
def test_many_perspectives(given: tuple[Decision, ...], state: CheckState, kinds: int, perspectives: int) -> None:
    figures: Figures = {"kinds": kinds, "wanted_kinds": 2, "perspectives": perspectives, "wanted_perspectives": 2}
    assert checked(Check.MANY_PERSPECTIVES, a_process(*given)) == Checked(Check.MANY_PERSPECTIVES, state, figures)


def asked(on: str, question: Question = QUESTION) -> Decision:
    return lambda process: process.agree_evaluation([question], on)


@pytest.mark.parametrize(
    ("given", "state", "questions", "agreed"),
    [
        ((planned(),), NOT_YET, 0, None),
        ((planned(), held()), AT_RISK, 0, None),
        ((asked("2026-05-12"),), MET, 1, "2026-05-12"),
        ((asked("2026-05-12"), planned()), MET, 1, "2026-05-12"),
        ((asked("2026-05-13"), planned()), AT_RISK, 1, "2026-05-13"),
        ((asked("2026-05-12"), planned(), held(), asked("2026-06-01", QUESTION.model_copy(update={"id": ANNE}))),
         AT_RISK, 1, "2026-06-01"),
    ],
)  # fmt: skip
def test_evaluation_agreed(given: tuple[Decision, ...], state: CheckState, questions: int, agreed: str | None) -> None:
    found = checked(Check.EVALUATION_AGREED, a_process(*given))
    assert found == Checked(Check.EVALUATION_AGREED, state, {"questions": questions, "agreed": agreed})


def gathered(*starts: str, days: int = 2, catch_up: bool = False) -> Decision:
    """A gathering from each of these days."""

    def decide(process: ForesightProcess) -> None:
        for start in starts:
            end = (date.fromisoformat(start) + timedelta(days=days - 1)).isoformat()
            planned(UUID(int=2000 + len(process.gatherings)), start, end, catch_up=catch_up)(process)

    return decide


THREE = gathered("2026-02-01", "2026-05-01", "2026-08-01")


@pytest.mark.parametrize(
    ("given", "state", "most"),
    [
        ((gathered("2026-02-01"),), NOT_YET, 1),
        ((THREE,), NOT_YET, 3),
        ((THREE, gathered("2027-01-31")), MET, 4),
        ((THREE, gathered("2027-01-31", days=3)), MET, 4),
        ((THREE, gathered("2027-02-01")), AT_RISK, 3),
        ((THREE, gathered("2027-02-01", "2027-01-01")), MET, 4),
        ((THREE, gathered("2026-10-01", days=1)), AT_RISK, 3),
        ((gathered("2026-02-01", "2027-02-01"),), AT_RISK, 1),
        ((THREE, gathered("2026-10-01", catch_up=True)), NOT_YET, 3),
        ((THREE, planned(starts="2026-10-01", ends="2026-10-02"), cancelled()), NOT_YET, 3),
        ((gathered("2026-02-01", days=1),), NOT_YET, 0),
    ],
)
def test_gatherings_in_a_year(given: tuple[Decision, ...], state: CheckState, most: int) -> None:
    found = checked(Check.GATHERINGS_IN_A_YEAR, a_process(*given))
    figures: Figures = {"most_in_a_year": most, "wanted": 4, "days": 2}
    assert found == Checked(Check.GATHERINGS_IN_A_YEAR, state, figures)


WHOLE: dict[str, Any] = {"purpose": "Find forces.", "product": "A list."}


@pytest.mark.parametrize(
    ("given", "state", "complete", "gatherings"),
    [
        ((planned(**WHOLE),), MET, 1, 1),
        ((planned(**WHOLE), held()), MET, 1, 1),
        ((planned(purpose="Meet."),), NOT_YET, 0, 1),
        ((planned(product="A list."),), NOT_YET, 0, 1),
        ((planned(purpose="Meet."), held()), AT_RISK, 0, 1),
        ((planned(**WHOLE), held(), planned(SECOND)), NOT_YET, 1, 2),
        ((planned(**WHOLE), planned(SECOND), cancelled(SECOND)), MET, 1, 1),
        ((planned(**WHOLE), planned(CATCH_UP, catch_up=True), held(id=CATCH_UP)), MET, 1, 1),
    ],
)
def test_purpose_and_product(given: tuple[Decision, ...], state: CheckState, complete: int, gatherings: int) -> None:
    found = checked(Check.PURPOSE_AND_PRODUCT, a_process(*given))
    assert found == Checked(Check.PURPOSE_AND_PRODUCT, state, {"complete": complete, "gatherings": gatherings})


def catching_up(starts: str) -> Decision:
    return planned(CATCH_UP, starts, catch_up=True)


LATE = (planned(), held(), committed(ANNE, "2026-06-01"))


@pytest.mark.parametrize(
    ("given", "state", "late", "there"),
    [
        ((planned(), committed(ANNE)), NOT_YET, 0, 0),
        ((planned(), committed(ANNE), catching_up("2026-06-01")), MET, 0, 1),
        (LATE, AT_RISK, 1, 0),
        ((*LATE, catching_up("2026-06-01")), MET, 1, 1),
        ((*LATE, catching_up("2026-05-31")), AT_RISK, 1, 1),
        ((*LATE, catching_up("2026-06-01"), cancelled(CATCH_UP)), AT_RISK, 1, 0),
        ((*LATE, catching_up("2026-06-01"), committed(BO, "2026-06-02")), AT_RISK, 2, 1),
        ((*LATE, withdrew("2026-07-01", ANNE)), NOT_YET, 0, 0),
        ((planned(), committed(ANNE, "2026-05-13")), NOT_YET, 0, 0),
        ((invited(ANNE), planned(), held(ANNE), answered(ANNE, Commitment.COMMITTED, "2026-06-01")), NOT_YET, 0, 0),
        ((committed(ANNE), committed(CARL, "2026-06-01"), planned(), cancelled()), NOT_YET, 0, 0),
    ],
)
def test_catch_up(given: tuple[Decision, ...], state: CheckState, late: int, there: int) -> None:
    found = checked(Check.CATCH_UP, a_process(*given))
    assert found == Checked(Check.CATCH_UP, state, {"joined_late": late, "catch_up_gatherings": there})


def borrowed(record: AdaptationRecord) -> Adaptation:
    return Adaptation.make(ANNE, record, lesson=BO, revision=1, cluster=CLUSTER, process=PROCESS)


WHY = Prose(en="We are smaller.")
COPIED = AdaptationRecord(kept=Prose(en="All of it."), why=WHY)
CHANGED = AdaptationRecord(changed=Prose(en="Two gatherings."), why=WHY)
DROPPED = AdaptationRecord(dropped=Prose(en="The dinner."), why=WHY)


@pytest.mark.parametrize(
    ("records", "state", "own"),
    [
        ((), NOT_YET, 0),
        ((CHANGED, DROPPED), MET, 2),
        ((CHANGED, COPIED), AT_RISK, 1),
        ((COPIED,), AT_RISK, 0),
    ],
)
def test_not_copied(records: tuple[AdaptationRecord, ...], state: CheckState, own: int) -> None:
    found = checked(Check.NOT_COPIED, a_process(), *map(borrowed, records))
    assert found == Checked(Check.NOT_COPIED, state, {"borrowed": len(records), "made_its_own": own})


def test_an_adaptation_that_was_withdrawn_does_not_count_as_copied() -> None:
    given_up = borrowed(COPIED)
    given_up.withdraw("Never done.")
    figures: Figures = {"borrowed": 1, "made_its_own": 1}
    assert checked(Check.NOT_COPIED, a_process(), borrowed(CHANGED), given_up).figures == figures
    alone = Checked(Check.NOT_COPIED, NOT_YET, {"borrowed": 0, "made_its_own": 0})
    assert checked(Check.NOT_COPIED, a_process(), given_up) == alone


def followed_up(owner: str | None, on: str | None, budget: int | None) -> Decision:
    return lambda process: process.plan_follow_up(FollowUpPlan(owner=owner, on=on, budget=budget))


ALL = followed_up("The board", "2027-01-15", 1)


@pytest.mark.parametrize(
    ("given", "state", "parts"),
    [
        ((ALL,), MET, (True, True, True)),
        ((ALL, entered(Phase.FOLLOW_UP)), MET, (True, True, True)),
        ((followed_up("The board", None, None),), NOT_YET, (True, False, False)),
        ((followed_up("The board", "2027-01-15", None),), NOT_YET, (True, True, False)),
        ((followed_up("The board", "2027-01-15", None), entered(Phase.FOLLOW_UP)), AT_RISK, (True, True, False)),
        ((followed_up("The board", "2027-01-15", 0),), AT_RISK, (True, True, False)),
        ((entered(Phase.ACTION),), NOT_YET, (False, False, False)),
        ((entered(Phase.EVALUATION), entered(Phase.ACTION)), AT_RISK, (False, False, False)),
    ],
)
def test_follow_up(given: tuple[Decision, ...], state: CheckState, parts: tuple[bool, bool, bool]) -> None:
    found = checked(Check.FOLLOW_UP, a_process(*given))
    assert found == Checked(Check.FOLLOW_UP, state, dict(zip(("owner", "date", "budget"), parts, strict=True)))


def test_a_programme_sets_what_is_enough() -> None:
    process = a_process(committed(ANNE), gathered("2026-02-01", days=1))
    lower = Thresholds(
        planning_weeks=4, committed=1, organisation_kinds=1, perspectives=1, gatherings_in_a_year=1, gathering_days=1
    )
    turned = (Check.PLANNING_TIME, Check.COMMITTED_FIRST, Check.MANY_PERSPECTIVES, Check.GATHERINGS_IN_A_YEAR)
    assert [checked(check, process, wanted=Thresholds()).state for check in turned] == [
        AT_RISK, AT_RISK, NOT_YET, NOT_YET,
    ]  # fmt: skip
    assert [checked(check, process, wanted=lower).state for check in turned] == [MET, MET, MET, MET]
