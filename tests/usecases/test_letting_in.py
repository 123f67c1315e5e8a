"""Invitations as no way into somebody else's rights; and keeping people out."""

from datetime import timedelta
from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from api.usecases import persons
from api.usecases.looking import viewer_of
from api.usecases.signing_in import accept, invited
from domain.errors import NameTaken, NotAllowed, NotFound, Refused, WrongState
from domain.person import Part, Role
from projections.events_asked import Asked

World: TypeAlias = Any

INVITES = {
    "operator": ["alan", "aud", "siv", "ari", "mona", "odd", "kari", "leo", "sven", "nils"],
    "alan": ["aud", "siv", "ari", "mona", "odd", "kari", "leo", "sven", "nils"],
    "siv": ["mona", "kari"],
    "ari": ["odd"],
    "mona": ["kari"],
    "odd": [],
    "aud": [],
    "kari": [],
    "leo": [],
    "sven": [],
}


def test_who_may_invite_whom(world: World) -> None:
    invited: dict[str, list[str]] = {}
    for name in INVITES:
        with world.acts(name) as viewer:
            everybody = INVITES["operator"]
            invited[name] = [other for other in everybody if persons.may_invite(world.system, viewer, world[other])]
    assert invited == INVITES


def test_an_invitation_is_open_for_a_week_and_recorded(world: World) -> None:
    with world.acts("mona") as mona:
        invitation = persons.invite(world.system, mona, world["kari"])
    accounts, kari = world.system.sign_ins.accounts, str(world["kari"])
    assert invitation.until == world.now + timedelta(days=7)
    assert invitation.path == f"/invitation?token={invitation.token}"
    assert invitation.token not in repr(invitation)
    last = invitation.until - timedelta(microseconds=1)
    assert [accounts.invited(invitation.token, now=at) for at in (world.now, last, invitation.until)] == [
        kari,
        kari,
        None,
    ]
    [line] = world.log.listing(Asked(topic="access.invited"))
    assert (line.actor, line.person, line.detail) == (str(world["mona"]), kari, {"until": "2026-12-01T12:00:00Z"})


def attempt(world: World, name: str, whom: str) -> tuple[type[Refused], str]:
    """How inviting is refused; and nothing is made or recorded of it."""
    before = world.system.store.position
    with world.acts(name) as viewer, pytest.raises(Refused) as refused:
        persons.invite(world.system, viewer, world[whom] if whom in world.ids else uuid4())
    assert world.system.store.position == before
    return type(refused.value), str(refused.value)


NOTHING = (NotFound, "There is nothing here.")
ASK = (NotAllowed, "You may not do this with people. Ask programme staff or an administrator.")


@pytest.mark.parametrize(
    ("name", "whom", "refusal"),
    [
        ("mona", "alan", NOTHING),
        ("mona", "odd", NOTHING),
        ("mona", "nobody", NOTHING),
        ("siv", "alan", ASK),
        ("siv", "odd", ASK),
        ("siv", "nils", ASK),
        ("siv", "nobody", ASK),
        ("aud", "kari", ASK),
        ("sven", "kari", NOTHING),
        ("sven", "nobody", NOTHING),
        ("alan", "nobody", NOTHING),
        ("mona", "mona", (WrongState, "Nobody invites themselves. Ask somebody else who may.")),
        ("alan", "alan", (WrongState, "Nobody invites themselves. Ask somebody else who may.")),
    ],
)
def test_others_are_not_invited(world: World, name: str, whom: str, refusal: tuple[type[Refused], str]) -> None:
    assert attempt(world, name, whom) == refusal


@pytest.mark.parametrize(
    ("role", "since", "until", "refused"),
    [
        (Role.ADMINISTRATOR, "2026", None, True),
        (Role.ADMINISTRATOR, "2027", None, True),
        (Role.ADMINISTRATOR, "2026", "2026-11-25", True),
        (Role.ADMINISTRATOR, "2026", "2026-11-24", False),
        (Role.PROCESS_LEADER, "2026", None, True),
    ],
)
def test_nobody_is_invited_to_more_than_the_inviter_could_give(
    world: World, role: Role, since: str, until: str | None, refused: bool
) -> None:
    """A contributor of hers who is something else as well, or will be; not one who has been."""
    part = Part(role, world["process"] if role is Role.PROCESS_LEADER else None)
    with world.acts("operator") as operator:
        persons.appoint(world.system, operator, world["kari"], part, since)
        if until:
            persons.stand_down(world.system, operator, world["kari"], part, until)
    with world.acts("mona") as mona:
        assert persons.may_invite(world.system, mona, world["kari"]) is not refused


def test_an_invitation_ends_when_its_person_is_given_another_part(world: World) -> None:
    with world.acts("mona") as mona:
        token = persons.invite(world.system, mona, world["kari"]).token
    world.now += timedelta(days=1)
    with world.acts("operator") as operator:
        assert invited(world.system, token).id == str(world["kari"])
        persons.appoint(world.system, operator, world["kari"], Part(Role.ADMINISTRATOR), "2027")
    with world.acts("kari"), pytest.raises(NotFound):
        invited(world.system, token)
    with world.acts("kari"), pytest.raises(NotFound):
        accept(world.system, token, "kari", "correct horse battery")
    assert world.system.sign_ins.accounts.of(str(world["kari"])) is None
    with world.acts("alan") as alan:
        again = persons.invite(world.system, alan, world["kari"]).token
        assert invited(world.system, again).id == str(world["kari"])


def test_it_stays_open_when_a_part_ends(world: World) -> None:
    with world.acts("mona") as mona:
        token = persons.invite(world.system, mona, world["kari"]).token
    world.now += timedelta(days=1)
    with world.acts("operator") as operator:
        part = Part(Role.CLUSTER_CONTRIBUTOR, world["ours"])
        persons.stand_down(world.system, operator, world["kari"], part, "2026-11-25")
        assert invited(world.system, token).id == str(world["kari"])


def test_nobody_but_an_administrator_makes_a_way_into_an_account_that_is_there(world: World) -> None:
    world.system.sign_ins.accounts.open(str(world["kari"]), login="kari@example.org")
    assert attempt(world, "mona", "kari") == NOTHING
    assert attempt(world, "siv", "kari") == ASK
    with world.acts("alan") as alan:
        persons.invite(world.system, alan, world["kari"])


def test_a_program_that_reads_invites_and_suspends_nobody(world: World) -> None:
    with world.acts("alan"):
        alan = viewer_of(world.system, str(world["alan"]), reads_only=True)
        for decide in (
            lambda: persons.invite(world.system, alan, world["kari"]),
            lambda: persons.suspend(world.system, alan, world["kari"], "x"),
            lambda: persons.open_account(world.system, alan, world["kari"], "kari"),
        ):
            with pytest.raises(NotAllowed):
                decide()


def test_whoever_is_suspended_is_out_at_once_and_back_when_restored(world: World) -> None:
    system, kari = world.system, str(world["kari"])
    rows = system.sign_ins
    rows.accounts.open(kari, login="kari")
    session = rows.sessions.begin(kari, method="password", parts=1, now=world.now)
    _, secret = rows.tokens.create(kari, "a program", "write", now=world.now, until=world.now + timedelta(days=1))
    with world.acts("alan") as alan:
        token = persons.invite(system, alan, world["kari"]).token
        persons.suspend(system, alan, world["kari"], "Lost her telephone.")
    assert (
        rows.accounts.of(kari).disabled,
        rows.sessions.find(session, now=world.now),
        rows.tokens.find(secret, now=world.now),
        rows.accounts.invited(token, now=world.now),
    ) == (True, None, None, None)
    assert world.person("kari").parts(world.now.date()) == {Part(Role.CLUSTER_CONTRIBUTOR, world["ours"])}
    for decide, why in (
        (lambda: persons.suspend(system, alan, world["kari"], "Again."), "This person is suspended already."),
        (lambda: persons.invite(system, alan, world["kari"]), "This person is suspended. Restore them first."),
    ):
        with world.acts("alan") as alan, pytest.raises(WrongState, match=why):
            decide()
    with world.acts("alan") as alan:
        persons.restore(system, alan, world["kari"], "She has a new one.")
        assert rows.accounts.of(kari).disabled is False
        with pytest.raises(WrongState, match="This person is not suspended"):
            persons.restore(system, alan, world["kari"], "Again.")
    told = [(line.topic, line.actor, line.reason) for line in world.log.about(kari, limit=3)]
    assert told == [
        ("access.restored", str(world["alan"]), "She has a new one."),
        ("access.suspended", str(world["alan"]), "Lost her telephone."),
        ("access.invited", str(world["alan"]), None),
    ]


def test_whoever_had_no_account_cannot_come_in_by_a_first_sign_in_either(world: World) -> None:
    with world.acts("alan") as alan:
        persons.suspend(world.system, alan, world["nils"], "He was never here.")
    assert world.system.sign_ins.accounts.open(str(world["nils"]), subject="provider nils").disabled


@pytest.mark.parametrize(
    ("name", "whom", "refusal"),
    [
        ("alan", "alan", WrongState),
        ("alan", "nobody", NotFound),
        ("siv", "kari", NotAllowed),
        ("aud", "kari", NotAllowed),
        ("mona", "kari", NotFound),
        ("kari", "kari", NotAllowed),
        ("sven", "kari", NotFound),
    ],
)
def test_nobody_else_suspends_or_restores(world: World, name: str, whom: str, refusal: type[Refused]) -> None:
    before = world.system.store.position
    id = world[whom] if whom in world.ids else uuid4()
    for decide in (persons.suspend, persons.restore):
        with world.acts(name) as viewer, pytest.raises(refusal):
            decide(world.system, viewer, id, "x")
    assert world.system.store.position == before
    assert world.system.sign_ins.accounts.of(str(id)) is None


def test_a_login_is_one_persons(world: World) -> None:
    with world.acts("operator") as operator:
        persons.open_account(world.system, operator, world["kari"], "kari")
        with pytest.raises(NameTaken):
            persons.open_account(world.system, operator, world["nils"], "KARI")
    assert [world.system.sign_ins.accounts.of(str(world[n])) is not None for n in ("kari", "nils")] == [True, False]
