"""A cluster goes from one manager to the next: one action, kept whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

import pytest

from api.usecases import lessons
from api.usecases.handing_over import hand_over_cluster
from domain.errors import Conflict, Invalid, NotAllowed, Refused, Stale
from domain.lesson import Lesson
from domain.person import Appointment, Part, Role

World: TypeAlias = Any
Meddle: TypeAlias = Any


def owner(world: World, lesson: Lesson) -> str:
    return world.name(world.system.store.get(Lesson, lesson.id).owner)


def hand_over(world: World, viewer: Any, to: str, **given: Any) -> Any:
    version = given.pop("version", world.cluster().version)
    on, system = given.pop("on", "2026-12-01"), given.pop("system", world.system)
    return hand_over_cluster(
        system, viewer, world["ours"], version, str(world[to]), on, given.pop("reason", "She moves on."), **given
    )


def managers(world: World) -> list[tuple[str, str | None, str | None]]:
    return [(world.name(m.value), m.since, m.until) for m in world.cluster().managers]


def test_everything_goes_in_one_step_also_when_the_leaver_takes_it(world: World) -> None:
    draft, published = world.lesson("mona", published=False), world.lesson("mona")
    others, elsewhere = world.lesson("kari"), world.lesson("odd", cluster=world["theirs"])
    withdrawn = world.lesson("mona")
    with world.acts("operator") as operator:
        lessons.change_lesson(world.system, operator, elsewhere.id, elsewhere.version, {"owner": str(world["mona"])})
        lessons.withdraw_lesson(world.system, operator, withdrawn.id, withdrawn.version, "Wrong.")
    before = world.system.store.position
    with world.acts("mona", request_id="the-request") as mona:
        done = hand_over(world, mona, "nils")
    assert done.version == world.cluster().version
    rows = [world.system.store.decode(row) for row in world.system.store.read(before, 100)]
    assert {(e.actor, e.request_id, e.reason) for e in rows} == {(str(world["mona"]), "the-request", "She moves on.")}
    assert sorted(e.topic for e in rows) == [
        "cluster.manager-appointed",
        "cluster.manager-left",
        "lesson.handed-over",
        "lesson.handed-over",
        "person.appointed",
        "person.stood-down",
    ]
    part = Part(Role.CLUSTER_MANAGER, world["ours"])
    assert world.person("mona").appointments == (Appointment(part, "2026-01-01", "2026-12-01"),)
    assert world.person("nils").appointments == (Appointment(part, "2026-12-01"),)
    assert managers(world) == [("mona", "2026-01-01", "2026-12-01"), ("nils", "2026-12-01", None)]
    owners = [owner(world, one) for one in (draft, published, others, elsewhere, withdrawn)]
    assert owners == ["nils", "nils", "kari", "mona", "mona"]


def test_on_the_day_itself_the_one_may_and_the_other_may_not(world: World) -> None:
    with world.acts("mona") as mona:
        hand_over(world, mona, "nils", on="2026-11-24")
    assert [world.viewer(name).manages for name in ("mona", "nils")] == [frozenset(), {world["ours"]}]


def test_some_may_stay_and_one_who_manages_already_may_take_over(world: World) -> None:
    with world.acts("siv") as siv:
        hand_over(world, siv, "nils", leaving=[])
        hand_over(world, siv, "nils", leaving=[str(world["mona"])], on="2026-12-02")
    assert managers(world) == [("mona", "2026-01-01", "2026-12-02"), ("nils", "2026-12-01", None)]
    assert world.person("nils").version == 1


def test_a_leaver_who_was_never_given_the_part_leaves_the_cluster_alone(world: World) -> None:
    ours = world.cluster()
    with world.acts("operator") as operator:
        for name in ("a-name-of-old", str(world["sven"])):
            ours.appoint_manager(name, "2009")
        world.system.save(ours)
        hand_over(world, operator, "nils")
    assert [m.until for m in world.cluster().managers] == ["2026-12-01", "2026-12-01", "2026-12-01", None]
    assert world.person("sven").version == 0


@pytest.mark.parametrize(
    ("name", "to", "given", "refusal", "field"),
    [
        ("ari", "nils", {}, NotAllowed, None),
        ("odd", "nils", {}, NotAllowed, None),
        ("kari", "nils", {}, NotAllowed, None),
        ("aud", "nils", {}, NotAllowed, None),
        ("siv", "siv", {}, NotAllowed, None),
        ("alan", "alan", {}, NotAllowed, None),
        ("mona", "mona", {"leaving": []}, NotAllowed, None),
        ("siv", "ours", {}, Invalid, "to"),
        ("siv", "nils", {"leaving": ["kari"]}, Invalid, "leaving"),
        ("siv", "nils", {"leaving": ["nils"]}, Invalid, "leaving"),
        ("siv", "nils", {"on": "2025"}, Invalid, "on"),
        ("siv", "nils", {"version": 1}, Stale, None),
    ],
)
def test_what_is_refused_changes_nothing(
    world: World, name: str, to: str, given: dict[str, Any], refusal: type[Refused], field: str | None
) -> None:
    world.lesson("mona")
    before = world.system.store.position
    if "leaving" in given:
        given = given | {"leaving": [str(world[leaver]) for leaver in given["leaving"]]}
    with world.acts(name) as viewer, pytest.raises(refusal) as refused:
        hand_over(world, viewer, to, **given)
    assert (refused.value.field, world.system.store.position) == (field, before)


def test_of_two_at_once_one_is_kept_and_kept_whole(world: World) -> None:
    lesson, version = world.lesson("mona"), world.cluster().version
    before = world.system.store.position

    def one(to: str) -> str | type[Exception]:
        with world.acts("siv") as siv:
            try:
                hand_over(world, siv, to, version=version)
            except (Conflict, Stale) as refusal:
                return type(refusal)
        return to

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(one, ["nils", "sven"] * 8))
    [taker] = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert {outcome for outcome in outcomes if not isinstance(outcome, str)} <= {Conflict, Stale}
    assert managers(world)[1:] == [(taker, "2026-12-01", None)]
    assert (owner(world, lesson), world.system.store.position) == (taker, before + 5)
    assert [world.person(name).version for name in ("nils", "sven")] == [int(taker == n) for n in ("nils", "sven")]


def test_a_lesson_that_is_changed_at_the_same_moment_stops_all_of_it(world: World, meddle: Meddle) -> None:
    lesson = world.lesson("mona")

    def change() -> None:
        with world.acts("mona") as mona:
            lessons.change_lesson(world.system, mona, lesson.id, lesson.version, {"topics": ["trust"]})

    with world.acts("siv") as siv, pytest.raises(Conflict):
        hand_over(world, siv, "nils", system=meddle(change))
    assert managers(world) == [("mona", "2026-01-01", None)]
    assert (owner(world, lesson), world.person("mona").version, world.person("nils").version) == ("mona", 1, 0)
