"""Whatever is decided in whatever order: the events alone give the same process and the same readiness again."""

from collections.abc import Sequence
from copy import copy
from datetime import UTC, date, datetime
from typing import Any, TypeAlias, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.acting import acting
from domain.adaptation import Adaptation, AdaptationRecord
from domain.cluster_record import MemberKind
from domain.errors import Refused
from domain.foresight.actions import ActionRecord, ActionState, FollowUpPlan
from domain.foresight.checks import Check, Thresholds
from domain.foresight.evaluation import Answer, Area, Question
from domain.foresight.forces import ForceRecord, Score, Standing, Steep
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.options import OptionRecord, Reading, SignpostRecord
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.readiness import readiness
from domain.foresight.record import Leader, ProcessLeader, ProcessRecord
from domain.foresight.scenarios import AtEnd, AxisRecord, End, ScenarioRecord
from domain.lesson_record import Phase
from domain.release import Visibility
from domain.text import Prose, Title
from store.mapper import EventMapper
from tests.domain.processes import AXIS, CLUSTER, FORCE, MAKER, OPTION, PROCESS, RECORD, TWO_DAYS

Command: TypeAlias = tuple[str, tuple[Any, ...]]
"""The name of a decision and what it takes."""

ids = st.sampled_from([UUID(int=n) for n in range(1, 3)])
"""Few, so that decisions meet."""
texts = st.sampled_from(["", " ", "a", "b"])
titles = st.builds(Title, en=st.sampled_from("ab"))
real_days = st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(str)
days = real_days | st.sampled_from(["soon", "2026"])
ratings = st.integers(1, 5)
maybe_ids = st.none() | ids
notes = st.sampled_from([None, "a", "b"])


def plan(first: str, second: str, catch_up: bool, purpose: str | None, product: str | None) -> GatheringPlan:
    """Of a day, or of two where they follow each other."""
    ends = second if 0 <= int(second[-2:]) - int(first[-2:]) < 3 and second[:7] == first[:7] else first
    return GatheringPlan(starts=first, ends=ends, catch_up=catch_up, purpose=purpose, product=product)


plans = st.builds(plan, real_days, real_days, st.booleans(), notes, notes)
people = st.builds(
    ParticipantRecord,
    organisation=st.just("a"),
    organisation_kind=st.sampled_from(MemberKind),
    perspective=notes,
    person=notes,
)
forces = st.builds(ForceRecord, title=titles, steep=st.sampled_from(Steep), standing=st.sampled_from([None, *Standing]))
places = st.lists(st.builds(AtEnd, axis=ids, end=st.sampled_from(End)), max_size=2).map(tuple)
records = st.builds(
    ProcessRecord,
    title=titles,
    cluster=st.just(CLUSTER),
    begins=st.sampled_from([None, "2025", "2026-01", "2026-02-15"]),
)
questions = st.builds(Question, id=ids, area=st.sampled_from(Area), text=titles)
DECISIONS: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "describe": (records,),
    "share": (st.sampled_from(Visibility),),
    "enter_phase": (st.sampled_from(Phase), days),
    "name_process_leader": (
        st.builds(
            ProcessLeader, person=st.sampled_from("ab"), external=st.booleans(), neutral=st.booleans(), checked=notes
        ),
    ),
    "name_project_leader": (st.builds(Leader, person=st.sampled_from("ab")),),
    "waive": (st.sampled_from(Check), texts),
    "end_waiver": (st.sampled_from(Check),),
    "invite": (ids, people, days),
    "describe_participant": (ids, people),
    "answer_invitation": (ids, st.sampled_from(Commitment), days),
    "plan_gathering": (ids, plans),
    "replan_gathering": (ids, plans),
    "hold_gathering": (ids, st.frozensets(ids)),
    "cancel_gathering": (ids, texts),
    "name_force": (ids, forces),
    "change_force": (ids, forces),
    "drop_force": (ids,),
    "assess": (ids, st.lists(st.builds(Score, force=ids, impact=ratings, uncertainty=ratings), min_size=1, max_size=2)),
    "clear_scores": (ids, st.lists(ids, max_size=2)),
    "draw_axis": (ids, st.builds(AxisRecord, title=titles, low=titles, high=titles, force=maybe_ids)),
    "remove_axis": (ids,),
    "write_scenario": (ids, st.builds(ScenarioRecord, title=titles, place=places)),
    "drop_scenario": (ids,),
    "propose_option": (ids, st.builds(OptionRecord, title=titles)),
    "drop_option": (ids,),
    "rate_option": (ids, ids, st.integers(0, 6), notes),
    "clear_rating": (ids, ids),
    "set_signpost": (ids, st.builds(SignpostRecord, indicator=titles, threshold=st.just("1"), scenario=maybe_ids)),
    "read_signpost": (ids, st.builds(Reading, on=real_days, value=st.just("1"), reached=st.booleans())),
    "remove_signpost": (ids,),
    "agree_action": (ids, st.builds(ActionRecord, title=titles, owner=notes, option=maybe_ids)),
    "move_action": (ids, st.sampled_from(ActionState)),
    "plan_follow_up": (
        st.builds(FollowUpPlan, owner=notes, on=st.none() | real_days, budget=st.sampled_from([None, 0, 1])),
    ),
    "agree_evaluation": (st.lists(questions, max_size=3), days),
    "answer_evaluation": (ids, st.lists(st.builds(Answer, question=ids, rating=ratings), max_size=3)),
    "clear_answers": (ids, st.lists(ids, max_size=2)),
}
commands: st.SearchStrategy[Command] = st.sampled_from(sorted(DECISIONS)).flatmap(
    lambda name: st.tuples(st.just(name), st.tuples(*DECISIONS[name]))
)
ONE, TWO = UUID(int=1), UUID(int=2)
BEGUN: tuple[Command, ...] = (
    ("invite", (ONE, MAKER, "2026-01-01")),
    ("invite", (TWO, MAKER, "2026-01-01")),
    ("answer_invitation", (ONE, Commitment.COMMITTED, "2026-01-01")),
    ("plan_gathering", (ONE, TWO_DAYS)),
    ("plan_gathering", (TWO, TWO_DAYS)),
    ("name_force", (ONE, FORCE)),
    ("name_force", (TWO, FORCE)),
    ("assess", (ONE, [Score(force=ONE, impact=3, uncertainty=3)])),
    ("draw_axis", (ONE, AXIS)),
    ("draw_axis", (TWO, AXIS)),
    ("write_scenario", (ONE, ScenarioRecord(title=OPTION.title))),
    ("propose_option", (ONE, OPTION)),
    ("set_signpost", (ONE, SignpostRecord(indicator=OPTION.title, threshold="1"))),
    ("agree_action", (ONE, ActionRecord(title=OPTION.title))),
    ("agree_evaluation", ([Question(id=ONE, area=Area.JOINT_GOALS, text=OPTION.title)], "2026-01-01")),
    ("waive", (Check.CATCH_UP, "a")),
)
"""Something of each kind, so that most of what follows is not refused."""
TOLD: tuple[Command, ...] = (
    ("rate_option", (ONE, ONE, 3, None)),
    ("answer_evaluation", (ONE, [Answer(question=ONE, rating=3)])),
)
"""After which the questions hardly change any more."""
borrowings = st.lists(
    st.builds(AdaptationRecord, why=st.just(Prose(en="a")), changed=st.sampled_from([None, Prose(en="b")])), max_size=2
)
thresholds = st.builds(Thresholds, **dict.fromkeys(Thresholds.model_fields, st.integers(1, 3)))


def state(process: ForesightProcess) -> dict[str, Any]:
    """All of it but what is pending; of what has an order, also the order."""
    there = {name: value for name, value in vars(process).items() if name != "_pending"}
    return there | {f"order of {name}": [*cast(Any, value)] for name, value in there.items() if isinstance(value, dict)}


def take(process: ForesightProcess, steps: Sequence[Command]) -> None:
    """What is refused is left out, and changes nothing."""
    for name, takes in steps:
        before = state(process)
        try:
            getattr(process, name)(*takes)
        except (Refused, ValidationError):
            assert state(process) == before


def decided_at(year: int, steps: Sequence[Command]) -> ForesightProcess:
    with acting("kari", clock=lambda: datetime(year, 1, 1, tzinfo=UTC)):
        process = ForesightProcess.open(PROCESS, RECORD)
        take(process, [*BEGUN, *steps])
    return process


def borrowed_at(year: int, borrowings: Sequence[AdaptationRecord]) -> list[Adaptation]:
    with acting("kari", clock=lambda: datetime(year, 1, 1, tzinfo=UTC)):
        return [
            Adaptation.make(UUID(int=n), record, lesson=CLUSTER, revision=1, cluster=CLUSTER)
            for n, record in enumerate(borrowings)
        ]


@given(st.lists(commands, min_size=8, max_size=16), st.booleans())
def test_replayed_it_is_the_same_process_also_after_its_events_were_stored(steps: list[Command], broken: bool) -> None:
    process = decided_at(2026, [*steps, *([("withdraw", ("Over.",))] if broken else [])])
    mapper = EventMapper()
    stored = [mapper.to_domain_event(mapper.to_stored_event(event)) for event in process.pending]
    assert tuple(stored) == process.pending
    assert state(ForesightProcess.replay(PROCESS, process.pending)) == state(process)
    assert state(ForesightProcess.replay(PROCESS, stored)) == state(process)


@given(st.lists(commands, min_size=5, max_size=10), st.lists(commands, min_size=5, max_size=10))
def test_a_shallow_copy_stays_as_it_was_whatever_is_decided_afterwards(
    before: list[Command], after: list[Command]
) -> None:
    """So that a process that was loaded once can be kept, and gone on from."""
    process = decided_at(2026, before)
    kept = copy(process)
    take(process, after)
    assert state(kept) == state(ForesightProcess.replay(PROCESS, process.pending[: kept.version]))


@pytest.mark.parametrize("name", sorted(DECISIONS))
@settings(max_examples=30)
@given(st.data())
def test_no_decision_changes_the_state_that_it_finds(name: str, data: st.DataObject) -> None:
    """It puts another in its place, whichever decision it is, and however often it is taken."""
    process = decided_at(2026, data.draw(st.sampled_from([(), TOLD])))
    kept = copy(process)
    take(process, [(name, takes) for takes in data.draw(st.lists(st.tuples(*DECISIONS[name]), min_size=4, max_size=8))])
    assert state(kept) == state(ForesightProcess.replay(PROCESS, process.pending[: kept.version]))


@given(st.lists(commands, min_size=8, max_size=16), borrowings, thresholds)
def test_readiness_is_a_function_of_state_alone(
    steps: list[Command], borrowings: list[AdaptationRecord], wanted: Thresholds
) -> None:
    process, adaptations = decided_at(2026, steps), borrowed_at(2026, borrowings)
    before = state(process)
    found = list(readiness(process, adaptations, wanted))
    assert [one.check for one in found] == list(Check)
    assert state(process) == before
    assert list(readiness(ForesightProcess.replay(PROCESS, process.pending), adaptations, wanted)) == found
    assert list(readiness(decided_at(2041, steps), borrowed_at(2041, borrowings), wanted)) == found


@given(st.lists(commands, min_size=8, max_size=16))
def test_a_decision_that_is_repeated_at_once_records_nothing_more_or_is_refused(steps: list[Command]) -> None:
    """So that a step that was sent twice is taken once."""
    process = ForesightProcess.open(PROCESS, RECORD)
    for name, takes in [*BEGUN, *steps]:
        try:
            getattr(process, name)(*takes)
            version = process.version
            getattr(process, name)(*takes)
        except (Refused, ValidationError):
            continue
        assert process.version == version
