"""Breaking the glass: one thing, for an hour, for a reason, and everybody who works on it is told."""

from datetime import timedelta
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from api.usecases.cases import NewCase, draft_case
from api.usecases.glass import break_glass, openings
from api.usecases.looking import load, viewer_of
from api.usecases.persons import stand_down
from domain.case import Case
from domain.cluster import Cluster
from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.lesson import Lesson
from domain.person import Part, Role
from domain.policy import may
from projections.events_asked import Asked

World: TypeAlias = Any


def test_it_opens_one_thing_for_an_hour(world: World) -> None:
    lesson, other = world.lesson("kari", published=False), world.lesson("kari")
    with world.acts("alan") as alan:
        until = break_glass(world.system, alan, Lesson, lesson.id, " A complaint was made. ")
    assert until == world.now + timedelta(minutes=60)
    for minutes, read in ((0, True), (59, True), (60, False)):
        world.now = until - timedelta(minutes=60 - minutes)
        assert may(world.viewer("alan"), "read", lesson) is read
        assert not may(world.viewer("alan"), "read", other)
        assert not may(world.viewer("alan"), "write", lesson)
    world.now = until - timedelta(minutes=1)
    with world.acts("alan") as alan:
        assert load(world.system, alan, Lesson, lesson.id).draft == lesson.draft


def test_it_ends_with_the_part(world: World) -> None:
    lesson = world.lesson("kari", published=False)
    with world.acts("alan") as alan:
        break_glass(world.system, alan, Lesson, lesson.id, "A complaint.")
    with world.acts("operator") as operator:
        stand_down(world.system, operator, world["alan"], Part(Role.ADMINISTRATOR), "2026-11-24")
    assert not may(world.viewer("alan"), "read", lesson)


def test_a_case_as_well(world: World) -> None:
    with world.acts("siv") as siv:
        new = NewCase.model_validate({"title": {"en": "A draft"}, "programmes": [world["NCE"]]})
        case = draft_case(world.system, siv, new)
    with world.acts("alan") as alan:
        break_glass(world.system, alan, Case, case.id, "A complaint.")
    assert may(world.viewer("alan"), "read-draft", case)


def test_those_who_work_on_it_are_told_and_the_auditors(world: World) -> None:
    lesson, public = world.lesson("kari"), world.lesson("kari", visibility="public")
    for one in (lesson, public):
        with world.acts("alan") as alan:
            break_glass(world.system, alan, Lesson, one.id, "A complaint.")
    told = {
        name: tuple(len(openings(world.system, world.viewer(name), one)) for one in (lesson, public) if world.log)
        for name in ("kari", "mona", "siv", "aud", "alan", "odd", "ari", "sven")
    }
    assert told == {
        **dict.fromkeys(("kari", "mona", "siv", "aud", "alan"), (1, 1)),
        **dict.fromkeys(("odd", "ari", "sven"), (0, 0)),
    }
    [line] = world.log.openings(lesson.id)
    wanted = (str(world["alan"]), str(world["alan"]), lesson.id, "A complaint.", {"until": "2026-11-24T13:00:00Z"})
    assert (line.actor, line.person, line.thing, line.reason, line.detail) == wanted
    assert world.log.about(str(world["alan"]))[1] == line
    assert world.log.listing(Asked(topic="person.glass-broken"))[1] == line


NOTHING = (NotFound, "There is nothing here.")


@pytest.mark.parametrize("name", ["siv", "mona", "odd", "kari", "aud", "sven"])
def test_to_everybody_else_it_is_not_there(world: World, name: str) -> None:
    lesson = world.lesson("kari", visibility="public")
    before = world.system.store.position
    told: set[tuple[type[Refused], str]] = set()
    for id in (lesson.id, uuid4()):
        with world.acts(name) as viewer, pytest.raises(Refused) as refused:
            break_glass(world.system, viewer, Lesson, id, "Out of curiosity.")
        told.add((type(refused.value), str(refused.value)))
    assert (told, world.system.store.position) == ({NOTHING}, before)


def test_nor_to_an_administrator_s_program_that_reads(world: World) -> None:
    lesson = world.lesson("kari")
    with world.acts("alan"):
        alan = viewer_of(world.system, str(world["alan"]), reads_only=True)
        with pytest.raises(NotFound):
            break_glass(world.system, alan, Lesson, lesson.id, "A complaint.")


@pytest.mark.parametrize(
    ("name", "cls", "reason", "refusal"),
    [
        ("alan", Lesson, "   ", Invalid),
        ("alan", Case, "A complaint.", NotFound),
        ("alan", Cluster, "A complaint.", NotFound),
        ("operator", Lesson, "A complaint.", WrongState),
    ],
)
def test_it_wants_a_reason_and_something_to_open(
    world: World, name: str, cls: type[Any], reason: str, refusal: type[Refused]
) -> None:
    lesson = world.lesson("kari")
    before = world.system.store.position
    with world.acts(name) as viewer, pytest.raises(refusal):
        break_glass(world.system, viewer, cls, lesson.id, reason)
    assert world.system.store.position == before


def test_what_is_open_is_not_opened_again(world: World) -> None:
    lesson = world.lesson("kari")
    with world.acts("alan") as alan:
        break_glass(world.system, alan, Lesson, lesson.id, "A complaint.")
    with world.acts("alan") as alan, pytest.raises(WrongState):
        break_glass(world.system, alan, Lesson, lesson.id, "A complaint.")
    assert len(world.log.openings(lesson.id)) == 1
