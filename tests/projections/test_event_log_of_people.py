"""The lines of the event log that are of the door and of people's parts, on both engines alike."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.wiring import System
from domain.access import Access, Noted
from domain.acting import but
from domain.aggregate import Event
from domain.person import Part, Person, Role
from projections.event_log import OF_PEOPLE
from projections.events_asked import Asked, Line
from projections.projection import Recorded

KARI, OLA, CLUSTER, LESSON, TOKEN = (UUID(int=n) for n in (101, 102, 21, 31, 7))
UNTIL = datetime(2026, 1, 8, tzinfo=UTC)
NOTED: list[tuple[type[Noted], dict[str, Any], dict[str, Any]]] = [
    (Access.SignedIn, {"method": "password"}, {"method": "password"}),
    (Access.SignInFailed, {"why": "code"}, {"why": "code"}),
    (Access.SignedOut, {"sessions": 2}, {"sessions": 2}),
    (Access.Denied, {"asked": "GET /lessons/\x00å"}, {"asked": "GET /lessons/\x00å"}),
    (Access.Read, {"thing": LESSON}, {}),
    (Access.Exported, {"what": "lessons", "count": 41}, {"what": "lessons", "count": 41}),
    (Access.Invited, {"until": UNTIL}, {"until": "2026-01-08T00:00:00Z"}),
    (Access.PasswordChanged, {}, {}),
    (Access.SecondFactorChanged, {"on": True}, {"on": True}),
    (
        Access.TokenMade,
        {"token": TOKEN, "scope": "read", "until": UNTIL},
        {"token": str(TOKEN), "scope": "read", "until": "2026-01-08T00:00:00Z"},
    ),
    (Access.TokenRevoked, {"token": TOKEN}, {"token": str(TOKEN)}),
    (Access.Suspended, {}, {}),
    (Access.Restored, {}, {}),
]


def noted(system: System, event: type[Noted], person: UUID | None = KARI, **fields: Any) -> int:
    access = Access.note(uuid4(), event, person=str(person) if person else None, **fields)
    return system.store.save(access)


@pytest.fixture
def kari_s(system: System) -> Person:
    """Everything that happens to a person, by an actor who is another."""
    person = Person(KARI)
    with but(actor=str(OLA), reason="She is new."):
        person.appoint(Part(Role.CLUSTER_MANAGER, CLUSTER), "2026")
        person.appoint(Part(Role.ADMINISTRATOR), "2026-02")
    with but(actor=str(KARI)):
        person.break_glass(LESSON, "A complaint.", until=UNTIL)
        person.ask_erasure()
    person.stand_down(Part(Role.CLUSTER_MANAGER, CLUSTER), "2027")
    system.store.save(person)
    return person


def caught_up(system: System) -> System:
    system.projector.catch_up()
    assert system.dead_letters.all() == ()
    return system


def test_everything_that_can_happen_has_its_line(system: System, kari_s: Person, tell: Callable[..., None]) -> None:
    tell(system.store)
    kari_s.forget("She asked for it.")
    system.store.save(kari_s)
    for event, fields, _ in NOTED:
        noted(system, event, **fields)
    caught_up(system)
    log = system.event_log
    lines = log.listing(Asked(kinds=OF_PEOPLE), limit=100)
    told = {line.topic: line.detail for line in lines}
    assert told == {
        "person.appointed": {"role": "cluster-manager", "since": "2026"},
        "person.glass-broken": {"until": "2026-01-08T00:00:00Z"},
        "person.erasure-asked": {},
        "person.stood-down": {"role": "cluster-manager", "until": "2027"},
        "person.forgotten": {},
        **{event.topic: detail for event, _, detail in NOTED},
    }
    assert set(told) == {*Access.events(), *Person.events()}
    assert (log.position, len(lines)) == (system.store.position, len(NOTED) + 6)


def test_a_line_says_who_whom_what_when_and_why(system: System, kari_s: Person) -> None:
    events = kari_s_events(system)
    lines = caught_up(system).event_log.listing()
    ola, kari = str(OLA), str(KARI)
    told = [(e.actor, thing, e.reason) for e, thing in zip(events, (CLUSTER, None, LESSON, None, CLUSTER), strict=True)]
    assert [(line.actor, line.thing, line.reason) for line in lines[::-1]] == told
    first = events[0]
    assert lines[-1] == Line(
        position=1,
        at=first.recorded_at,
        topic="person.appointed",
        kind="person",
        aggregate=KARI,
        version=1,
        actor=ola,
        person=kari,
        thing=CLUSTER,
        clusters=(CLUSTER,),
        programmes=(),
        reason="She is new.",
        detail={"role": "cluster-manager", "since": "2026"},
        request_id="request-1",
    )


def kari_s_events(system: System) -> tuple[Event, ...]:
    return system.store.events(KARI)


def test_no_character_in_a_reason_hides_what_was_done(system: System) -> None:
    person = Person(KARI)
    with but(actor=str(OLA), reason="a\0b"):
        person.appoint(Part(Role.ADMINISTRATOR), "2026")
    system.store.save(person)
    [line] = caught_up(system).event_log.listing()
    assert (line.topic, line.reason) == ("person.appointed", "a\ufffdb")


def test_both_who_did_it_and_whom_it_concerns_find_it(system: System, kari_s: Person) -> None:
    noted(system, Access.SignedIn, OLA, method="sso")
    noted(system, Access.SignInFailed, None, why="password")
    log = caught_up(system).event_log
    assert [line.position for line in log.about(str(KARI))] == [5, 4, 3, 2, 1]
    assert [line.position for line in log.about(str(OLA))] == [6, 2, 1]
    assert [line.position for line in log.about("kari")] == [7, 6, 5]
    assert log.about("nobody") == ()
    assert log.listing(Asked(person=str(OLA))) == log.about(str(OLA))


def test_pages_go_on_where_the_last_one_ended(system: System, kari_s: Person) -> None:
    log = caught_up(system).event_log
    assert [line.position for line in log.listing(limit=2)] == [5, 4]
    noted(system, Access.SignedIn, KARI, method="sso")
    caught_up(system)
    assert [line.position for line in log.listing(before=4, limit=2)] == [3, 2]
    assert [line.position for line in log.about(str(KARI), before=2)] == [1]
    assert [line.position for line in log.listing(Asked(topic="person.appointed", person=str(OLA)), before=2)] == [1]
    assert log.listing(Asked(topic="lesson.drafted")) == ()


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "'; DROP TABLE access; --", "x" * 10_000])
def test_what_nobody_is_called_finds_nothing(system: System, kari_s: Person, text: str) -> None:
    log = caught_up(system).event_log
    assert (log.listing(Asked(person=text)), log.listing(Asked(topic=text)), log.about(text)) == ((), (), ())


def test_what_was_opened_and_who_was_appointed(system: System, kari_s: Person) -> None:
    with but(actor=str(KARI)):
        kari_s.break_glass(LESSON, "Another.", until=UNTIL + timedelta(hours=1))
    system.store.save(kari_s)
    log = caught_up(system).event_log
    assert [line.reason for line in log.openings(LESSON)] == ["Another.", "A complaint."]
    assert log.openings(CLUSTER) == ()
    [person] = log.appointed(CLUSTER)
    assert (person.id, person.version, person.holds(Part(Role.CLUSTER_MANAGER, CLUSTER))) == (KARI, 6, False)
    assert log.appointed(LESSON) == ()


def test_applied_again_it_is_the_same(system: System, kari_s: Person) -> None:
    log = caught_up(system).event_log
    once = log.listing()
    events = [Recorded(row.id, system.store.decode(row)) for row in system.store.read(0, 100)]
    for again in (events, events[2:4], list(reversed(events)), []):
        log.apply(again, events[-1].position)
        assert (log.listing(), log.position) == (once, events[-1].position)
