"""Breaking the glass: one thing, for an hour, for a reason, and everybody who works on it is told."""

from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest

from api.usecases.adapting import NewAdaptation, make_adaptation
from api.usecases.cases import NewCase, draft_case
from api.usecases.glass import break_glass, openings
from api.usecases.histories import history_of
from api.usecases.lessons import change_lesson
from api.usecases.looking import load, viewer_of
from api.usecases.persons import appoint, stand_down
from api.usecases.processes import NewProcess, open_process
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.errors import Invalid, NotFound, Refused, WrongState
from domain.foresight.process import ForesightProcess
from domain.foresight.record import Leader
from domain.lesson import Lesson
from domain.person import Part, Role
from domain.policy import may
from domain.viewer import ANYBODY, Viewer
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


def a_process(world: World) -> ForesightProcess:
    """Of our cluster, and read by nobody else but its programme; Kari leads the project."""
    with world.acts("mona") as mona:
        new = {"title": {"en": "Energy 2035"}, "cluster": world["ours"], "programmes": [world["NCE"]]}
        process = open_process(world.system, mona, NewProcess.model_validate(new))
        process.name_project_leader(Leader(organisation="Halden Energi", person=str(world["kari"])))
        world.system.save(process)
    return process


def an_adaptation(world: World, lesson: Lesson) -> Adaptation:
    with world.acts("odd") as odd:
        new = {"lesson": lesson.id, "cluster": world["theirs"], "why": {"en": "We are fewer."}}
        return make_adaptation(world.system, odd, NewAdaptation.model_validate(new))


def test_a_process_but_for_its_people(world: World) -> None:
    process, other = a_process(world), a_process(world)
    with world.acts("alan") as alan, pytest.raises(NotFound):
        load(world.system, alan, ForesightProcess, process.id)
    with world.acts("alan") as alan:
        break_glass(world.system, alan, ForesightProcess, process.id, "A complaint.")
    with world.acts("alan") as alan:
        shown = load(world.system, alan, ForesightProcess, process.id)
        assert (shown.current, shown.project_leader) == (process.current, Leader(organisation="Halden Energi"))
        assert not any(may(alan, action, process) for action in ("see-people", "write", "share", "withdraw"))
        with pytest.raises(NotFound):
            load(world.system, alan, ForesightProcess, other.id)
        told = [str(entry) for entry in history_of(world.system, alan, ForesightProcess, process.id)]
        assert (len(told), any(str(world["kari"]) in entry for entry in told)) == (2, False)
    world.now += timedelta(minutes=60)
    with world.acts("alan") as alan, pytest.raises(NotFound):
        load(world.system, alan, ForesightProcess, process.id)


def test_an_adaptation_with_the_lesson_that_it_is_of(world: World) -> None:
    lesson = world.lesson("kari", visibility="managers")
    adaptation = an_adaptation(world, lesson)
    with world.acts("alan") as alan:
        break_glass(world.system, alan, Adaptation, adaptation.id, "A complaint.")
    with world.acts("alan") as alan:
        assert load(world.system, alan, Adaptation, adaptation.id).current == adaptation.current
        assert load(world.system, alan, Lesson, lesson.id).current == lesson.current
    opened = [(line.thing, line.reason) for id in (adaptation.id, lesson.id) for line in world.log.openings(id)]
    assert opened == [(adaptation.id, "A complaint."), (lesson.id, "A complaint.")]


def test_an_adaptation_alone_of_a_lesson_that_everybody_reads(world: World) -> None:
    lesson = world.lesson("kari", visibility="public")
    adaptation = an_adaptation(world, lesson)
    with world.acts("alan") as alan:
        break_glass(world.system, alan, Adaptation, adaptation.id, "A complaint.")
    assert world.person("alan").opened.keys() == {adaptation.id}


def test_an_adaptation_whose_lesson_alone_is_hidden(world: World) -> None:
    """Whoever manages a cluster is among the readers of adaptations, but not of every lesson."""
    lesson = world.lesson("kari", visibility="managers")
    adaptation = an_adaptation(world, lesson)
    with world.acts("mona") as mona:
        change_lesson(world.system, mona, lesson.id, lesson.version, {"visibility": "own-cluster"})
    with world.acts("operator") as operator:
        appoint(world.system, operator, world["alan"], Part(Role.CLUSTER_MANAGER, world["theirs"]), "2026-01-01")
    with world.acts("alan") as alan:
        assert may(alan, "read", adaptation)
        break_glass(world.system, alan, Adaptation, adaptation.id, "A complaint.")
    with world.acts("alan") as alan:
        assert load(world.system, alan, Adaptation, adaptation.id).current == adaptation.current
        with pytest.raises(WrongState):
            break_glass(world.system, alan, Adaptation, adaptation.id, "A complaint.")


def test_those_who_work_on_a_process_or_an_adaptation_are_told(world: World) -> None:
    adaptation = an_adaptation(world, world.lesson("kari", visibility="public"))
    process = a_process(world)
    for one in (process, adaptation):
        with world.acts("alan") as alan:
            break_glass(world.system, alan, type(one), one.id, "A complaint.")
        [line] = world.log.openings(one.id)
        assert (line.actor, line.thing, line.reason) == (str(world["alan"]), one.id, "A complaint.")

    def told(thing: Aggregate) -> set[str]:
        names = ("kari", "mona", "siv", "ari", "aud", "alan", "odd", "leo", "sven")
        return {name for name in names if openings(world.system, world.viewer(name), thing)}

    assert told(process) == {"kari", "mona", "siv", "aud", "alan"}
    assert told(adaptation) == {"odd", "ari", "aud", "alan"}
    assert openings(world.system, Viewer(ANYBODY), process) == ()


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
    things: tuple[tuple[type[Aggregate], UUID], ...] = (
        (Lesson, lesson.id),
        (ForesightProcess, a_process(world).id),
        (Adaptation, an_adaptation(world, lesson).id),
    )
    before = world.system.store.position
    told: set[tuple[type[Refused], str]] = set()
    for cls, id in [(cls, id) for cls, there in things for id in (there, uuid4())]:
        with world.acts(name) as viewer, pytest.raises(Refused) as refused:
            break_glass(world.system, viewer, cls, id, "Out of curiosity.")
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
