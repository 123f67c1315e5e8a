"""A person's dated appointments, and what an administrator opened."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.errors import Invalid, NotFound, WrongState
from domain.person import OF, Part, Person, Role
from tests.domain.conftest import BEGIN, Decided

HALDEN = UUID(int=1)
MANAGER = Part(Role.CLUSTER_MANAGER, HALDEN)
AUDITOR = Part(Role.AUDITOR)


@pytest.fixture
def mona() -> Person:
    return Person(UUID(int=20))


def test_appointed_and_stood_down(mona: Person, decided: Decided) -> None:
    mona.appoint(MANAGER, "2020-08")
    mona.stand_down(MANAGER, "2026-01-01")
    assert decided(mona) == [
        ("person.appointed", {"role": Role.CLUSTER_MANAGER, "of": HALDEN, "since": "2020-08"}),
        ("person.stood-down", {"role": Role.CLUSTER_MANAGER, "of": HALDEN, "until": "2026-01-01"}),
    ]
    assert mona.turns == 2


@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2020, 7, 31), set[Part]()),
        (date(2020, 8, 1), {MANAGER}),
        (date(2025, 12, 31), {MANAGER}),
        (date(2026, 1, 1), set[Part]()),
    ],
)
def test_a_part_is_held_from_its_first_day_to_the_day_before_its_end(mona: Person, day: date, held: set[Part]) -> None:
    mona.appoint(MANAGER, "2020-08")
    mona.stand_down(MANAGER, "2026-01-01")
    assert mona.parts(day) == held


def test_who_stood_down_may_be_appointed_again(mona: Person) -> None:
    for since, until in (("2010", "2015"), ("2020", "2022")):
        mona.appoint(MANAGER, since)
        mona.stand_down(MANAGER, until)
    years = [year for year in range(2009, 2024) if mona.parts(date(year, 6, 1))]
    assert years == [2010, 2011, 2012, 2013, 2014, 2020, 2021]


def test_a_role_that_is_held_is_not_given_again(mona: Person, decided: Decided) -> None:
    mona.appoint(AUDITOR, "2020")
    decided(mona)
    with pytest.raises(WrongState) as refused:
        mona.appoint(AUDITOR, "2021")
    assert (str(refused.value), refused.value.field) == ("This person holds the role already.", "role")
    assert decided(mona) == []


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_held_of_what_it_is_held_of(mona: Person, role: Role, decided: Decided) -> None:
    with pytest.raises(Invalid) as refused:
        mona.appoint(Part(role, None if OF[role] else HALDEN), "2020")
    assert refused.value.field == "of"
    assert decided(mona) == []


def test_nobody_stands_down_from_what_they_do_not_hold_or_before_they_had_it(mona: Person, decided: Decided) -> None:
    with pytest.raises(NotFound) as missing:
        mona.stand_down(MANAGER, "2020")
    mona.appoint(MANAGER, "2020-08")
    decided(mona)
    with pytest.raises(Invalid) as early:
        mona.stand_down(MANAGER, "2020-07")
    assert (missing.value.field, early.value.field) == ("role", "until")
    assert decided(mona) == []


def test_the_glass_is_broken_for_a_while_and_for_a_reason(mona: Person, decided: Decided) -> None:
    until = BEGIN + timedelta(hours=1)
    mona.break_glass(UUID(int=10), " A complaint. ", until=until)
    assert mona.opened == {UUID(int=10): until}
    [event] = mona.pending
    assert event.reason == "A complaint."
    assert decided(mona) == [("person.glass-broken", {"thing": UUID(int=10), "until": until})]
    with pytest.raises(Invalid) as refused:
        mona.break_glass(UUID(int=10), "  ", until=until)
    assert refused.value.field == "reason"
    assert decided(mona) == []


def test_erasure_is_asked_for_once(mona: Person, decided: Decided) -> None:
    mona.ask_erasure()
    mona.ask_erasure()
    assert decided(mona) == [("person.erasure-asked", {})]
    assert mona.erasure_asked


def test_who_is_forgotten_has_no_part_from_that_day_on(mona: Person, decided: Decided) -> None:
    mona.appoint(MANAGER, "2020-08")
    mona.appoint(AUDITOR, str(BEGIN.year + 1))
    mona.appoint(Part(Role.CLUSTER_CONTRIBUTOR, HALDEN), "2019")
    mona.stand_down(Part(Role.CLUSTER_CONTRIBUTOR, HALDEN), "2020")
    mona.break_glass(UUID(int=5), "x", until=BEGIN + timedelta(days=1))
    decided(mona)
    mona.forget(" They asked. ")
    [event] = mona.pending
    assert (event.topic, event.reason) == ("person.forgotten", "They asked.")
    day = event.recorded_at.date()
    assert [a.until for a in mona.appointments] == [day.isoformat(), str(BEGIN.year + 1), "2020"]
    assert (mona.parts(day), mona.parts(day + timedelta(days=1_000)), mona.opened) == (frozenset(), frozenset(), {})
    assert mona.turns == 5
    with pytest.raises(WrongState):
        mona.forget("Again.")


def test_nobody_is_forgotten_without_a_reason(mona: Person) -> None:
    with pytest.raises(Invalid) as refused:
        mona.forget(" ")
    assert (refused.value.field, mona.pending) == ("reason", ())
