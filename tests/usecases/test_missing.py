"""What is missing: which searches count, who is told, and what an invitation to share tells to whom."""

from datetime import timedelta
from typing import Any

import pytest

from api.usecases.finding import Found, SearchParams, find
from api.usecases.inviting import NewInvitation, close_invitation, invite_to_share, invited, open_invitations
from api.usecases.missing import counted_as, missed, note_opened, note_search
from domain.errors import NotAllowed, NotFound, Refused, SignInFirst, WrongState
from domain.invitations import Invitation
from domain.viewer import ANYBODY, Viewer
from store.missed import Missed
from tests.usecases.conftest import NOW, World

FIVE = ("mona", "odd", "kari", "leo", "sven")
NONE = Found(0, (), {}, None, False)


def told(world: World, name: str = "siv") -> list[tuple[str, int, int]]:
    world.system.missed.settle()
    with world.acts(name) as viewer:
        return [(one.asked, one.people, one.nothing) for one in missed(world.system, viewer)]


def search(world: World, *names: str, found: Found | None = None, **params: Any) -> None:
    for name in names:
        with world.acts(name) as viewer:
            asked = SearchParams.model_validate({"q": "Busy people!", **params})
            result = find(world.system, viewer, asked) if found is None else found
            note_search(world.system, viewer, viewer.person, asked, result)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("  Få med TRAVLE folk? ", "få med travle folk"),
        ("horizon 2030", "horizon 2030"),
        ("a" * 100, "a" * 100),
        ("", None),
        ("…!?", None),
        ("a" * 101, None),
        ("word " * 40, None),
        ("kari@example.org", None),
        ("tlf 912 34", None),
        ("01017012345", None),
        ("٠١٠١٧", None),
        ("ﷺ" * 90, None),
    ],
)
def test_what_may_be_about_a_person_is_not_counted(text: str, asked: str | None) -> None:
    assert counted_as(text) == asked


def test_what_five_looked_for_in_vain_is_told(world: World) -> None:
    search(world, *FIVE[:4])
    assert told(world) == []
    search(world, *FIVE[:4], q="busy   PEOPLE")
    assert told(world) == []
    search(world, FIVE[4])
    assert told(world) == told(world, "operator") == [("busy people", 5, 5)]


@pytest.mark.parametrize("name", ["mona", "kari", "leo", "sven", "aud", "alan"])
def test_to_others_there_is_nothing(world: World, name: str) -> None:
    with world.acts(name) as viewer, pytest.raises(NotFound):
        missed(world.system, viewer)


@pytest.mark.parametrize(
    "params",
    [
        {"phase": ["action"]},
        {"year_from": 2009},
        {"as_of": "2026-01-01"},
        {"cursor": "x"},
        {"limit": 0},
        {"q": ""},
        {"q": "kari@example.org"},
    ],
)
def test_a_search_for_more_or_less_than_words_is_not_counted(world: World, params: dict[str, Any]) -> None:
    search(world, *FIVE, found=NONE, **params)
    assert told(world) == []


def test_kind_order_and_length_of_the_page_make_no_other_search(world: World) -> None:
    search(world, *FIVE, kind=["lesson"], sort="newest", limit=5)
    assert told(world) == [("busy people", 5, 5)]


def test_an_answer_of_a_part_is_not_counted(world: World) -> None:
    search(world, *FIVE, found=Found(0, (), {}, None, True))
    assert told(world) == []


def test_whoever_may_see_what_is_missing_does_not_make_it_more(world: World) -> None:
    search(world, *FIVE[:4], "siv", "ari", "operator")
    assert told(world) == []


def test_what_was_opened_led_somewhere(world: World) -> None:
    world.lesson("mona", visibility="public", title={"en": "Busy people come when it is short"})
    search(world, *FIVE, "nils")
    assert told(world) == [("busy people", 6, 0)]
    for name in ("mona", "odd"):
        with world.acts(name) as viewer:
            note_opened(world.system, viewer, viewer.person, "busy people")
    assert told(world) == []


def test_the_name_of_somebody_of_the_register_is_not_shown(world: World) -> None:
    world.system.people.add("Nils Åsmund Travel")
    for words in ("travel nils ÅSMUND meeting", "nils", "åsmund meeting"):
        search(world, *FIVE, q=words)
    assert [asked for asked, _, _ in told(world)] == ["nils", "åsmund meeting"]


def test_it_is_told_for_ninety_days(world: World) -> None:
    search(world, *FIVE)
    assert told(world) == [("busy people", 5, 5)]
    world.now = NOW + timedelta(days=55)
    assert told(world) == [("busy people", 5, 5)]
    world.now = NOW + timedelta(days=90)
    assert told(world) == []


def test_what_is_told_has_no_person_in_it(world: World) -> None:
    search(world, *FIVE)
    world.system.missed.settle()
    with world.acts("siv") as viewer:
        [one] = missed(world.system, viewer)
    assert one == Missed("busy people", 5, 5, one.first, one.first)
    assert timedelta(0) <= NOW.date() - one.first < timedelta(days=30)


BUSY = NewInvitation.model_validate({"about": " Busy people ", "note": "You did it well."})


def invite(world: World, by: str, cluster: str = "ours") -> Invitation:
    with world.acts(by) as viewer:
        return invite_to_share(world.system, viewer, world[cluster], BUSY)


def test_those_of_the_cluster_and_staff_and_auditors_see_an_invitation(world: World) -> None:
    sent = invite(world, "siv")
    assert sent == Invitation("Busy people", "You did it well.", str(world["siv"]), NOW)
    for name in ("mona", "kari", "siv", "ari", "aud", "operator"):
        with world.acts(name) as viewer:
            assert open_invitations(world.system, viewer, world["ours"]) == (sent,)
    for name in ("odd", "leo", "alan", "sven"):
        with world.acts(name) as viewer, pytest.raises(NotAllowed):
            open_invitations(world.system, viewer, world["ours"])
    with pytest.raises(SignInFirst):
        open_invitations(world.system, Viewer(ANYBODY), world["ours"])


def test_staff_alone_invite(world: World) -> None:
    for name in ("mona", "kari", "odd", "leo", "aud", "alan", "sven"):
        with pytest.raises(NotAllowed):
            invite(world, name)
    invite(world, "ari")
    with pytest.raises(WrongState):
        invite(world, "siv")
    invite(world, "siv", "theirs")


def test_an_invitation_is_on_the_desk_of_those_it_is_for(world: World) -> None:
    sent = invite(world, "siv")

    def desk(name: str) -> list[tuple[str, tuple[Invitation, ...]]]:
        with world.acts(name) as viewer:
            return [(one.name, one.open) for one in invited(world.system, viewer)]

    assert desk("mona") == desk("kari") == [("The cluster called ours", (sent,))]
    assert [desk(name) for name in ("odd", "siv", "aud", "sven", "operator")] == [[]] * 5
    with world.acts("kari") as viewer:
        close_invitation(world.system, viewer, world["ours"], "Busy people")
    assert desk("mona") == []


@pytest.mark.parametrize(
    ("name", "about", "how"),
    [("odd", "Busy people", NotAllowed), ("aud", "Busy people", NotAllowed), ("mona", "busy", WrongState)],
)
def test_what_is_not_closed_stays_open(world: World, name: str, about: str, how: type[Refused]) -> None:
    sent = invite(world, "siv")
    with world.acts(name) as viewer, pytest.raises(how):
        close_invitation(world.system, viewer, world["ours"], about)
    with world.acts("mona") as viewer:
        assert open_invitations(world.system, viewer, world["ours"]) == (sent,)


def test_a_program_that_reads_sees_and_changes_nothing(world: World) -> None:
    invite(world, "siv")
    search(world, *FIVE)
    world.system.missed.settle()
    program = Viewer(str(world["siv"]), staffs=frozenset({world["NCE"]}), reads_only=True)
    with world.acts("siv"):
        assert [one.asked for one in missed(world.system, program)] == ["busy people"]
        assert len(open_invitations(world.system, program, world["ours"])) == 1
        for change in (
            lambda: invite_to_share(world.system, program, world["theirs"], BUSY),
            lambda: close_invitation(world.system, program, world["ours"], "Busy people"),
        ):
            with pytest.raises(NotAllowed):
                change()
