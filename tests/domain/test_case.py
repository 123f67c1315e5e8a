"""The life of a case: every decision in every state, what it records and what it refuses."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import Aggregate
from domain.case import Case, CaseRecord
from domain.errors import Invalid, NotReady, Refused, WrongState
from domain.release import State, Visibility
from domain.text import Prose, Title

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]
Decision = Callable[[Case], object]

CASE = UUID(int=1)
BARE = CaseRecord(title=Title(en="Foresight in Halden"))
READY = BARE.model_copy(update={"summary": Prose(en="Four gatherings."), "body": Prose(nb="## Hva ble gjort")})
OTHER = READY.model_copy(update={"title": Title(en="Scenarios in Halden")})
DECISIONS: dict[str, Decision] = {
    "edit": lambda case: case.edit(OTHER),
    "publish": Case.publish,
    "share": lambda case: case.share(Visibility.PUBLIC),
    "withdraw": lambda case: case.withdraw("Replaced."),
}
LIVES: dict[str, Sequence[Decision]] = {
    "draft": (),
    "published": (Case.publish,),
    "revising": (Case.publish, lambda case: case.edit(BARE), lambda case: case.edit(READY)),
    "withdrawn": (Case.publish, DECISIONS["withdraw"]),
}


def a_case(state: str = "draft", record: CaseRecord = READY) -> Case:
    case = Case.draft_new(CASE, record)
    for decide in LIVES[state]:
        decide(case)
    case.collect_events()
    return case


def outcome(state: str, decision: str) -> str:
    case = a_case(state)
    try:
        DECISIONS[decision](case)
    except WrongState:
        assert case.pending == ()
        return "-"
    return " ".join(event.topic.removeprefix("case.") for event in case.pending)


def test_every_decision_in_every_state() -> None:
    """A dash is a refusal: the decision does not fit the state."""
    wanted = """
                edit    publish    share   withdraw
    draft       edited  published  shared  withdrawn
    published   edited  -          shared  withdrawn
    revising    edited  published  shared  withdrawn
    withdrawn   -       -          -       -
    """
    rows = [line.split() for line in wanted.splitlines()[2:-1]]
    assert {state: [outcome(state, d) for d in DECISIONS] for state in LIVES} == {row[0]: row[1:] for row in rows}


def test_what_is_recorded(decided: Decided) -> None:
    case = Case.draft_new(CASE, READY, visibility=Visibility.PROGRAMME)
    for decision in DECISIONS.values():
        decision(case)
    assert decided(case) == [
        ("case.drafted", {"record": READY, "visibility": Visibility.PROGRAMME}),
        ("case.edited", {"record": OTHER}),
        ("case.published", {"revision": 1}),
        ("case.shared", {"visibility": Visibility.PUBLIC}),
        ("case.withdrawn", {}),
    ]


@pytest.mark.parametrize("state", ["draft", "published"])
def test_what_changes_nothing_records_nothing(state: str) -> None:
    case = a_case(state)
    case.edit(READY)
    case.share(Visibility.MANAGERS)
    assert case.pending == ()


MISSING = "Before this can be published, fill in: {}."
AUDIENCE = "A case is published to a programme, to all managers or to the public."


REFUSALS: list[tuple[Callable[[], object], type[Refused], str, str | None]] = [
    (lambda: Case.draft_new(CASE, READY, visibility=Visibility.OWN_CLUSTER), Invalid, AUDIENCE, "visibility"),
    (lambda: a_case("published").share(Visibility.OWN_CLUSTER), Invalid, AUDIENCE, "visibility"),
    (lambda: a_case("published").publish(), WrongState,
     "There is no draft to publish: change the text first.", None),
    (lambda: a_case(record=BARE).publish(), NotReady, MISSING.format("summary, body"), None),
    (lambda: a_case(record=BARE.model_copy(update={"summary": Prose(en="x")})).publish(), NotReady,
     MISSING.format("body"), None),
    (lambda: a_case("draft").withdraw(" "), Invalid, "Say why the case is withdrawn.", "reason"),
    (lambda: a_case("withdrawn").edit(OTHER), WrongState,
     "This case is withdrawn; it can no longer be changed.", None),
    (lambda: a_case("withdrawn").withdraw("again"), WrongState,
     "This case is withdrawn; it can no longer be changed.", None),
]  # fmt: skip


@pytest.mark.parametrize(("decide", "error", "message", "at_fault"), REFUSALS)
def test_refusals(decide: Callable[[], object], error: type[Refused], message: str, at_fault: str | None) -> None:
    with pytest.raises(Refused) as refused:
        decide()
    assert (type(refused.value), str(refused.value), refused.value.field) == (error, message, at_fault)


def test_the_released_story_is_read_while_a_newer_draft_is_in_work() -> None:
    case = a_case("published")
    case.edit(OTHER)
    assert (case.current, case.draft, case.state) == (READY, OTHER, State.PUBLISHED)
    case.publish()
    first, second = case.releases
    assert (case.current, case.draft, first.until, second.until) == (OTHER, None, second.released_at, None)


def test_withdrawing_ends_the_release() -> None:
    case = a_case("revising")
    case.withdraw("Replaced.")
    assert (case.state, case.releases[-1].until) == (State.WITHDRAWN, case.modified_at)


def test_its_events_tell_its_life_again() -> None:
    case = Case.draft_new(CASE, READY)
    for decide in (*LIVES["revising"], Case.publish, DECISIONS["share"], DECISIONS["withdraw"]):
        decide(case)
    events = case.collect_events()
    assert vars(Case.replay(CASE, events)) == vars(case)
