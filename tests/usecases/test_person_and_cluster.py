"""A cluster's managers stand with the cluster and with the person: both say the same, whichever was asked."""

from typing import Any, TypeAlias

import pytest

from api.usecases import clusters, persons
from api.usecases.clusters import describe_cluster
from domain.errors import Conflict, NotAllowed, NotFound
from domain.person import Appointment, Part, Role
from store.people import People

World: TypeAlias = Any
Meddle: TypeAlias = Any


def part(world: World, letter: str) -> Part:
    return Part({"M": Role.CLUSTER_MANAGER, "C": Role.CLUSTER_CONTRIBUTOR}[letter], world["ours"])


def test_a_manager_is_listed_with_the_cluster_by_one_step(world: World) -> None:
    before = world.system.store.position
    with world.acts("siv", request_id="the-request") as siv:
        done = persons.appoint(
            world.system, siv, world["nils"], part(world, "M"), "2026-11-01", "Mona has too much to do."
        )
    assert (done.version, world.system.store.position) == (1, before + 2)
    rows = [world.system.store.decode(row) for row in world.system.store.read(before, 10)]
    told = [(e.topic, e.actor, e.request_id, e.reason) for e in rows]
    acted = (str(world["siv"]), "the-request", "Mona has too much to do.")
    assert told == [("person.appointed", *acted), ("cluster.manager-appointed", *acted)]
    managing = [(world.name(m.value), m.since, m.until) for m in world.cluster().managers]
    assert managing == [("mona", "2026-01-01", None), ("nils", "2026-11-01", None)]
    with world.acts("siv") as siv:
        persons.stand_down(world.system, siv, world["nils"], part(world, "M"), "2026-11-20")
    managing = [(world.name(m.value), m.since, m.until) for m in world.cluster().managers]
    assert managing == [("mona", "2026-01-01", None), ("nils", "2026-11-01", "2026-11-20")]
    assert world.person("nils").appointments == (Appointment(part(world, "M"), "2026-11-01", "2026-11-20"),)


def test_the_cluster_gives_the_part_by_the_same_step(world: World) -> None:
    nils = str(world["nils"])
    with world.acts("siv") as siv:
        version = world.cluster().version
        clusters.appoint_manager(world.system, siv, world["ours"], version, nils, "2026-11-01")
        assert world.viewer("nils").manages == {world["ours"]}
        clusters.manager_left(world.system, siv, world["ours"], version + 1, nils, "2026-11-20")
    assert world.person("nils").appointments == (Appointment(part(world, "M"), "2026-11-01", "2026-11-20"),)
    assert world.viewer("nils").manages == frozenset()


def test_a_manager_of_before_there_were_parts_can_be_given_theirs_and_can_leave(world: World) -> None:
    old, ours = str(world["nils"]), world.cluster()
    with world.acts("operator"):
        ours.appoint_manager(old, "2009")
        ours.appoint_manager("a-name-of-old", "2008")
        world.system.save(ours)
    with world.acts("siv") as siv:
        persons.appoint(world.system, siv, world["nils"], part(world, "M"), "2026")
        version = world.cluster().version
        assert version == ours.version
        clusters.manager_left(world.system, siv, world["ours"], version, "a-name-of-old", "2010")
        clusters.manager_left(world.system, siv, world["ours"], version + 1, old, "2026-11-24")
    left = [(m.value, m.since, m.until) for m in world.cluster().managers[1:]]
    assert left == [(old, "2009", "2026-11-24"), ("a-name-of-old", "2008", "2010")]
    assert world.person("nils").appointments == (Appointment(part(world, "M"), "2026", "2026-11-24"),)


def test_who_was_forgotten_can_be_relieved_and_given_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgotten(_: People, id: str) -> None:
        """The register has nobody any more."""

    monkeypatch.setattr(People, "get", forgotten)
    with world.acts("siv") as siv:
        with pytest.raises(NotFound):
            persons.appoint(world.system, siv, world["kari"], part(world, "M"), "2026")
        persons.stand_down(world.system, siv, world["kari"], part(world, "C"), "2026-11-24")
        persons.stand_down(world.system, siv, world["mona"], part(world, "M"), "2026-11-24")
    assert (world.person("kari").parts(world.now.date()), world.cluster().managers[0].until) == (
        frozenset(),
        "2026-11-24",
    )


def test_nor_by_way_of_the_cluster(world: World) -> None:
    version, before = world.cluster().version, world.system.store.position
    for name, appoint in (
        ("siv", clusters.appoint_manager),
        ("siv", clusters.appoint_contributor),
        ("mona", clusters.appoint_contributor),
    ):
        with world.acts(name) as viewer, pytest.raises(NotAllowed, match="Nobody gives themselves a part"):
            appoint(world.system, viewer, world["ours"], version, str(world[name]), "2026-11-24")
    assert world.system.store.position == before


def test_person_and_cluster_are_kept_together_or_not_at_all(world: World, meddle: Meddle) -> None:
    """Somebody changes the cluster at the same moment: the part is not given either, and not taken."""

    def describe() -> None:
        changed = {"county": f"County {len(seen)}"}
        with world.acts("operator") as operator:
            describe_cluster(world.system, operator, world["ours"], world.cluster().version, changed)
        seen.append(world.system.store.position)

    def decide(step: int, viewer: Any) -> object:
        version = world.cluster().version
        match step:
            case 0:
                return persons.appoint(system, viewer, world["nils"], part(world, "M"), "2026")
            case 1:
                return clusters.appoint_manager(system, viewer, world["ours"], version, str(world["nils"]), "2026")
            case 2:
                return persons.stand_down(system, viewer, world["mona"], part(world, "M"), "2026-11-24")
            case _:
                return clusters.manager_left(system, viewer, world["ours"], version, str(world["mona"]), "2026-11-24")

    seen: list[int] = []
    system = meddle(describe)
    for step in range(4):
        with world.acts("siv") as siv, pytest.raises(Conflict):
            decide(step, siv)
        assert (len(seen), world.system.store.position) == (step + 1, seen[-1])
    assert world.person("nils").version == 0
    assert world.person("mona").holds(part(world, "M"))
    assert [world.name(m.value) for m in world.cluster().managers if m.until is None] == ["mona"]
