"""What was worked out of state is kept as long as the state is; ids that say the same are kept as one."""

from uuid import UUID

from domain.foresight.parts import WorkedOut, same_ids
from tests.domain.processes import ANNE, BO, CARL, a_process, invited


def test_it_is_worked_out_once_for_the_same_state_and_anew_for_equal_state() -> None:
    worked_out, asked = WorkedOut(), list[int]()

    def work() -> int:
        asked.append(len(asked))
        return len(asked)

    state, beside = {"a": 1}, {"b": 2}
    assert [worked_out.of((state, beside), "sum", work) for _ in range(2)] == [1, 1]
    assert worked_out.of((dict(state), beside), "sum", work) == 2
    assert worked_out.of((state, dict(beside)), "sum", work) == 3
    assert len(asked) == 3


def test_one_thing_that_is_worked_out_of_some_state_does_not_displace_another() -> None:
    worked_out, state = WorkedOut(), {"a": 1}
    assert [worked_out.of((state,), "first", lambda: 1), worked_out.of((state,), "second", lambda: 2)] == [1, 2]
    assert worked_out.of((state,), "first", lambda: 3) == 1


def test_it_is_no_state() -> None:
    kept = WorkedOut()
    kept.of(({},), "one", lambda: 1)
    assert kept == WorkedOut()


def test_ids_are_those_of_the_parts_and_others_stay() -> None:
    parts = a_process(invited(ANNE), invited(BO)).participants
    given = [UUID(int=id.int) for id in (BO, CARL, ANNE)]
    assert list(same_ids(parts, given)) == given
    assert [id is part for id, part in zip(same_ids(parts, given), (BO, given[1], ANNE), strict=True)] == [True] * 3
