"""A programme is established, changed and closed once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import Aggregate
from domain.dates import Span
from domain.errors import Invalid, Refused, WrongState
from domain.programme import Programme, ProgrammeRecord
from domain.text import Title

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]

NCE = UUID(int=1)
RECORD = ProgrammeRecord(
    name=Title(en="Norwegian Centres of Expertise"), owner="Innovation Norway", period=Span(start="2006")
)
OTHER = RECORD.model_copy(update={"owner": "Siva"})


def test_what_is_recorded(decided: Decided) -> None:
    programme = Programme.establish(NCE, "NCE", RECORD)
    programme.change(OTHER)
    programme.close("2019-06")
    assert decided(programme) == [
        ("programme.established", {"code": "NCE", "record": RECORD}),
        ("programme.changed", {"record": OTHER}),
        ("programme.closed", {"period": Span(start="2006", end="2019-06")}),
    ]
    assert (programme.code, programme.closed) == ("NCE", True)
    assert programme.current == OTHER.model_copy(update={"period": Span(start="2006", end="2019-06")})


def test_one_whose_beginning_is_not_known_is_closed_on_the_day() -> None:
    programme = Programme.establish(NCE, "NCE", RECORD.model_copy(update={"period": None}))
    programme.close("2019")
    assert programme.current.period == Span(start="2019", end="2019")


def test_what_changes_nothing_records_nothing() -> None:
    programme = Programme.establish(NCE, "NCE", RECORD)
    programme.collect_events()
    programme.change(RECORD)
    assert programme.pending == ()


def closed_twice() -> None:
    programme = Programme.establish(NCE, "NCE", RECORD)
    programme.close("2019")
    programme.close("2020")


REFUSALS: list[tuple[Callable[[], object], type[Refused], str, str | None]] = [
    (closed_twice, WrongState, "This programme is closed already.", None),
    (lambda: Programme.establish(NCE, "NCE", RECORD).close("2005"), Invalid,
     "The date comes before the one it follows.", "on"),
]  # fmt: skip


@pytest.mark.parametrize(("decide", "error", "message", "at_fault"), REFUSALS)
def test_refusals(decide: Callable[[], object], error: type[Refused], message: str, at_fault: str | None) -> None:
    with pytest.raises(Refused) as refused:
        decide()
    assert (type(refused.value), str(refused.value), refused.value.field) == (error, message, at_fault)


def test_its_events_tell_its_life_again() -> None:
    programme = Programme.establish(NCE, "NCE", RECORD)
    programme.change(OTHER)
    programme.close("2019")
    events = programme.collect_events()
    assert vars(Programme.replay(NCE, events)) == vars(programme)
