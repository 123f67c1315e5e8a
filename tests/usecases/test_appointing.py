"""Giving parts and taking them: who may, on which day it counts, and that person and cluster say the same."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any, TypeAlias

import pytest

from api.usecases import clusters, persons
from api.usecases.looking import viewer_of
from domain.errors import Invalid, NotAllowed, NotFound, Refused, Stale, WrongState
from domain.person import Part, Role
from domain.viewer import Viewer

World: TypeAlias = Any
Meddle: TypeAlias = Any

PARTS: dict[str, tuple[Role, str | None]] = {
    "M": (Role.CLUSTER_MANAGER, "ours"),
    "C": (Role.CLUSTER_CONTRIBUTOR, "ours"),
    "m": (Role.CLUSTER_MANAGER, "theirs"),
    "c": (Role.CLUSTER_CONTRIBUTOR, "theirs"),
    "P": (Role.PROCESS_LEADER, "process"),
    "N": (Role.PROGRAMME_STAFF, "NCE"),
    "A": (Role.PROGRAMME_STAFF, "Arena"),
    "u": (Role.AUDITOR, None),
    "r": (Role.ADMINISTRATOR, None),
}
GIVES = {
    "operator": "MCmcPNAur",
    "alan": "MCmcPNAur",
    "siv": "MCN",
    "ari": "mcA",
    "mona": "MC",
    "odd": "mc",
    "aud": "",
    "kari": "",
    "leo": "",
    "sven": "",
}
READ = ("alan", "siv", "ari", "aud")
"""Those who read the register; to others somebody whom they may do nothing with is not there."""


def part(world: World, letter: str) -> Part:
    role, of = PARTS[letter]
    return Part(role, world[of] if of else None)


Decide = Callable[[Any, Any, Any, Part], object]


def outcome(world: World, decide: Decide, name: str, letter: str) -> str | type[Exception]:
    with world.acts(name) as viewer:
        try:
            decide(world.system, viewer, world["nils"], part(world, letter))
        except (NotAllowed, NotFound) as refusal:
            return type(refusal)
    return "done"


def outcomes(world: World, decide: Decide) -> dict[tuple[str, str], str | type[Exception]]:
    """What becomes of each part in each one's hands."""
    return {(name, letter): outcome(world, decide, name, letter) for name in GIVES for letter in PARTS}


def wanted() -> dict[tuple[str, str], str | type[Exception]]:
    refusal = {name: NotAllowed if name in READ else NotFound for name in GIVES}
    return {(name, p): "done" if p in gives else refusal[name] for name, gives in GIVES.items() for p in PARTS}


def test_who_may_give_which_part(world: World) -> None:
    day = iter(f"2026-{month:02}-{day:02}" for month, day in product(range(1, 13), range(1, 28)))

    def give_and_take(system: Any, viewer: Any, person: Any, part: Part) -> None:
        persons.appoint(system, viewer, person, part, since := next(day))
        persons.stand_down(system, viewer, person, part, since)

    assert outcomes(world, give_and_take) == wanted()


def test_who_may_take_which_part(world: World) -> None:
    with world.acts("operator") as operator:
        for letter in PARTS:
            persons.appoint(world.system, operator, world["nils"], part(world, letter), "2026-01-01")

    def take_and_give_back(system: Any, viewer: Any, person: Any, part: Part) -> None:
        persons.stand_down(system, viewer, person, part, "2026-02-01")
        with world.acts("operator") as operator:
            persons.appoint(system, operator, person, part, "2026-02-01")

    assert outcomes(world, take_and_give_back) == wanted()


def test_what_can_be_chosen_is_what_may_be_given(world: World) -> None:
    offered = {name: set(persons.givable(world.system, world.viewer(name))) for name in GIVES}
    letters = {name: letters.replace("P", "") for name, letters in GIVES.items()}
    assert offered == {name: {part(world, letter) for letter in of} for name, of in letters.items()}


@pytest.mark.parametrize(("name", "letter"), [("alan", "r"), ("alan", "u"), ("siv", "N"), ("mona", "C"), ("alan", "P")])
def test_nobody_gives_themselves_a_part(world: World, name: str, letter: str) -> None:
    before = world.system.store.position
    with world.acts(name) as viewer, pytest.raises(NotAllowed, match="Nobody gives themselves a part"):
        persons.appoint(world.system, viewer, world[name], part(world, letter), "2026-11-24")
    assert world.system.store.position == before


def test_but_whoever_sits_at_the_machine_may(world: World) -> None:
    operator = Viewer(str(world["nils"]), operator=True)
    with world.acts("nils"):
        persons.appoint(world.system, operator, world["nils"], part(world, "r"), "2026-11-24")
    assert world.viewer("nils").administrator


TODAY, TOMORROW = "2026-11-24", "2026-11-25"


@pytest.mark.parametrize(
    ("since", "until", "today", "tomorrow"),
    [
        ("2009", None, True, True),
        ("2026-11", None, True, True),
        (TODAY, None, True, True),
        (TOMORROW, None, False, True),
        ("2027", None, False, False),
        ("2009", "2010", False, False),
        ("2009", TODAY, False, False),
        ("2009", TOMORROW, True, False),
        (TODAY, TODAY, False, False),
        (TODAY, "2027", True, True),
        ("2026-11", "2026", False, False),
    ],
)
def test_a_part_counts_from_its_first_day_to_the_day_before_its_last(
    world: World, since: str, until: str | None, today: bool, tomorrow: bool
) -> None:
    with world.acts("siv") as siv:
        persons.appoint(world.system, siv, world["nils"], part(world, "M"), since)
        if until:
            persons.stand_down(world.system, siv, world["nils"], part(world, "M"), until)
    counted: list[bool] = []
    for _ in range(2):
        counted.append(persons.may_give(world.system, world.viewer("nils"), part(world, "C")))
        world.now += timedelta(days=1)
    assert counted == [today, tomorrow]


def give(world: World, viewer: Any, letter: str, date: str) -> object:
    return persons.appoint(world.system, viewer, world["mona"], part(world, letter), date)


def take(world: World, viewer: Any, letter: str, date: str) -> object:
    return persons.stand_down(world.system, viewer, world["mona"], part(world, letter), date)


@pytest.mark.parametrize(
    ("decide", "letter", "date", "refusal", "field"),
    [
        (give, "M", "2026-11-24", WrongState, "role"),
        (take, "C", "2026-11-24", NotFound, "role"),
        (take, "M", "2025-12-31", Invalid, "until"),
        (take, "M", "2025", Invalid, "until"),
    ],
)
def test_what_does_not_fit_is_refused(
    world: World, decide: Callable[..., object], letter: str, date: str, refusal: type[Refused], field: str
) -> None:
    before = world.system.store.position
    with world.acts("alan") as alan, pytest.raises(refusal) as refused:
        decide(world, alan, letter, date)
    assert (refused.value.field, world.system.store.position) == (field, before)


@pytest.mark.parametrize(
    "of", [Part(Role.CLUSTER_MANAGER), Part(Role.PROGRAMME_STAFF), Part(Role.PROCESS_LEADER), "auditor of", "nothing"]
)
def test_a_part_is_held_of_something_that_is_there(world: World, of: Part | str) -> None:
    given = of if isinstance(of, Part) else Part(Role.AUDITOR, world["ours"])
    if of == "nothing":
        given = Part(Role.CLUSTER_MANAGER, world["NCE"])
    with world.acts("alan") as alan, pytest.raises(Invalid) as refused:
        persons.appoint(world.system, alan, world["nils"], given, "2026")
    assert refused.value.field == "of"


def test_nobody_is_given_a_part_who_is_not_in_the_register(world: World) -> None:
    with world.acts("alan") as alan, pytest.raises(NotFound):
        persons.appoint(world.system, alan, world["ours"], part(world, "u"), "2026")
    with world.acts("siv") as siv, pytest.raises(Invalid) as refused:
        clusters.appoint_contributor(world.system, siv, world["ours"], world.cluster().version, "nobody", "2026")
    assert refused.value.field == "person"


def test_a_program_that_reads_gives_nothing(world: World) -> None:
    for name, refusal in (("mona", NotFound), ("alan", NotAllowed)):
        with world.acts(name):
            viewer = viewer_of(world.system, str(world[name]), reads_only=True)
            with pytest.raises(refusal):
                persons.appoint(world.system, viewer, world["nils"], part(world, "C"), "2026")


def test_a_change_against_an_older_version_is_stale(world: World) -> None:
    with world.acts("alan") as alan:
        for version in (0, 2):
            with pytest.raises(Stale):
                persons.appoint(world.system, alan, world["kari"], part(world, "N"), "2026", version=version)
        persons.appoint(world.system, alan, world["kari"], part(world, "N"), "2026", version=1)
