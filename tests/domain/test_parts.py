"""What was worked out of state is kept as long as the state is, and no longer."""

from domain.foresight.parts import WorkedOut


def test_it_is_worked_out_once_for_the_same_state_and_anew_for_equal_state() -> None:
    worked_out, asked = WorkedOut[int](), list[int]()

    def work() -> int:
        asked.append(len(asked))
        return len(asked)

    state, beside = {"a": 1}, {"b": 2}
    assert [worked_out.of(state, beside, by=work) for _ in range(2)] == [1, 1]
    assert worked_out.of(dict(state), beside, by=work) == 2
    assert worked_out.of(state, dict(beside), by=work) == 3
    assert len(asked) == 3


def test_it_is_no_state() -> None:
    kept = WorkedOut[int]()
    kept.of({}, by=lambda: 1)
    assert kept == WorkedOut[int]()
