"""Invitations: whoever has the link chooses login and password, once, and while it is open."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Invalid, NameTaken
from store.accounts import Account
from store.sign_ins import SignIns

NOW = datetime(2026, 11, 24, 12, 0, 0, 1, tzinfo=UTC)
UNTIL = NOW + timedelta(days=3)
MOMENT = timedelta(microseconds=1)
KARI = Account("kari", "kari", "$argon2id$1", None, totp_on=False, subject=None, disabled=False)


def accept(sign_ins: SignIns, token: str, *, login: str = "kari", now: datetime = NOW) -> Account | None:
    return sign_ins.accounts.accept(token, now=now, login=login, password_hash="$argon2id$1")


def test_an_invitation_is_accepted_once(here: SignIns, there: SignIns) -> None:
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)
    assert here.accounts.invited(token, now=NOW) == there.accounts.invited(token, now=NOW) == "kari"
    assert here.accounts.of("kari") is None
    assert accept(there, token, login=" Kari") == here.accounts.of("kari") == KARI
    assert (here.accounts.invited(token, now=NOW), accept(here, token, login="other")) == (None, None)
    assert here.accounts.of("kari") == KARI


def test_it_is_open_up_to_its_end(here: SignIns) -> None:
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)
    assert (here.accounts.invited(token, now=UNTIL), accept(here, token, now=UNTIL)) == (None, None)
    assert here.accounts.invited(token, now=UNTIL - MOMENT) == "kari"
    assert accept(here, token, now=UNTIL - MOMENT) == KARI


@pytest.mark.parametrize("token", ["", "nonsense", "a\0b", "\ud800", "%"])
def test_a_token_that_nobody_was_given_opens_nothing(here: SignIns, token: str) -> None:
    here.accounts.invite("kari", now=NOW, until=UNTIL)
    assert (here.accounts.invited(token, now=NOW), accept(here, token)) == (None, None)


def test_of_many_who_accept_one_at_once_one_does(here: SignIns, there: SignIns) -> None:
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)

    def one(n: int) -> Account | None:
        return accept(here if n % 2 else there, token, login=f"kari-{n}")

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(one, range(8)))
    assert [account for account in given if account] == [here.accounts.of("kari")]


def test_a_login_that_is_taken_leaves_it_open(here: SignIns) -> None:
    here.accounts.open("ola", login="ola")
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)
    with pytest.raises(NameTaken):
        accept(here, token, login="OLA")
    with pytest.raises(Invalid):
        accept(here, token, login=" ")
    assert here.accounts.of("kari") is None
    assert accept(here, token) == KARI


def test_a_later_one_ends_the_earlier_of_the_same_person(here: SignIns) -> None:
    first, others = (here.accounts.invite(person, now=NOW, until=UNTIL) for person in ("kari", "ola"))
    second = here.accounts.invite("kari", now=NOW, until=UNTIL)
    assert [here.accounts.invited(token, now=NOW) for token in (first, others, second)] == [None, "ola", "kari"]


def test_it_renews_login_and_password_and_leaves_the_rest(here: SignIns) -> None:
    here.accounts.open("kari", login="before", subject="issuer 1")
    here.accounts.set_password("kari", "$argon2id$0")
    here.accounts.begin_totp("kari", "SECRET")
    here.accounts.confirm_totp("kari")
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)
    assert accept(here, token) == Account(
        "kari", "kari", "$argon2id$1", "SECRET", totp_on=True, subject="issuer 1", disabled=False
    )


def test_disabling_ends_it_for_good(here: SignIns) -> None:
    here.accounts.open("kari")
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)
    here.accounts.disable("kari")
    here.accounts.enable("kari")
    assert (here.accounts.invited(token, now=NOW), accept(here, token)) == (None, None)


def test_it_lets_nobody_in_who_is_disabled(here: SignIns) -> None:
    here.accounts.open("kari")
    here.accounts.disable("kari")
    token = here.accounts.invite("kari", now=NOW, until=UNTIL)
    assert (here.accounts.invited(token, now=NOW), accept(here, token)) == (None, None)
    here.accounts.enable("kari")
    assert accept(here, token) == KARI
