"""Accounts: one a person, a login and a subject for one person each, a code of the second factor once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

import pytest

from domain.errors import Invalid, NameTaken
from store.accounts import Account, Accounts
from store.sign_ins import SignIns

SUBJECT = "https://id.example.org 4711"
BARE = Account("kari", None, None, None, totp_on=False, subject=None, disabled=False)
Change: TypeAlias = Callable[[Accounts], object]
CHANGES: list[Change] = [
    lambda accounts: accounts.set_password("ola", "$argon2id$1"),
    lambda accounts: accounts.begin_totp("ola", "FIRST"),
    lambda accounts: accounts.confirm_totp("ola"),
    lambda accounts: accounts.remove_totp("ola"),
    lambda accounts: accounts.use_totp("ola", 7),
    lambda accounts: accounts.disable("ola"),
    lambda accounts: accounts.enable("ola"),
    lambda accounts: accounts.forget("ola"),
]
UNTYPED = ["", " ", "\u00a0", "ka\0ri", "\ud800"]


def test_an_account_is_found_by_person_login_and_subject_in_every_process(here: SignIns, there: SignIns) -> None:
    opened = here.accounts.open("kari", login="kari", subject=SUBJECT)
    assert opened == Account("kari", "kari", None, None, totp_on=False, subject=SUBJECT, disabled=False)
    for accounts in (here.accounts, there.accounts):
        assert [accounts.of("kari"), accounts.by_login("kari"), accounts.by_subject(SUBJECT)] == [opened] * 3


def test_nobody_is_found_by_what_nobody_has(here: SignIns) -> None:
    here.accounts.open("kari")
    found = [here.accounts.of("ola"), here.accounts.by_login("ola"), here.accounts.by_subject("ola")]
    assert found == [None, None, None]


def test_an_account_is_completed_by_what_is_given(here: SignIns) -> None:
    assert here.accounts.open("kari") == BARE
    assert here.accounts.open("kari", login="kari").login == "kari"
    completed = here.accounts.open("kari", subject=SUBJECT)
    assert (completed.login, completed.subject) == ("kari", SUBJECT)
    assert here.accounts.open("kari") == here.accounts.of("kari") == completed


def test_opening_again_touches_no_secret(here: SignIns) -> None:
    here.accounts.open("kari", login="kari")
    here.accounts.set_password("kari", "$argon2id$1")
    here.accounts.begin_totp("kari", "JBSWY3DP")
    here.accounts.confirm_totp("kari")
    before = here.accounts.of("kari")
    assert here.accounts.open("kari", login="kari") == before
    assert before == Account("kari", "kari", "$argon2id$1", "JBSWY3DP", totp_on=True, subject=None, disabled=False)


@pytest.mark.parametrize(
    "typed", ["kari.ås", "KARI.ÅS", "  Kari.Ås\t", "ｋａｒｉ．ås", "𝐊ari.ås", "kari.a\u030as", "\u00a0kari.ås"]
)
def test_every_spelling_of_a_login_is_one_login(here: SignIns, typed: str) -> None:
    assert here.accounts.open("kari", login=typed).login == "kari.ås"
    assert here.accounts.by_login(typed) == here.accounts.by_login("Kari.ås") == here.accounts.of("kari")


@pytest.mark.parametrize("typed", ["Kari", "ＫＡＲＩ "])
def test_a_login_that_another_has_is_refused_and_nothing_kept(here: SignIns, there: SignIns, typed: str) -> None:
    here.accounts.open("kari", login="kari")
    with pytest.raises(NameTaken, match=r"^This login is taken\. Choose another\.$") as refused:
        there.accounts.open("ola", login=typed, subject=SUBJECT)
    assert refused.value.field == "login"
    assert (here.accounts.of("ola"), here.accounts.by_subject(SUBJECT)) == (None, None)


def test_a_subject_that_another_has_is_refused_and_nothing_kept(here: SignIns, there: SignIns) -> None:
    here.accounts.open("kari", subject=SUBJECT)
    before = here.accounts.open("ola", login="ola")
    with pytest.raises(NameTaken, match=r"^This sign-in belongs to another person\.$") as refused:
        there.accounts.open("ola", login="ola2", subject=SUBJECT)
    assert refused.value.field == "subject"
    assert here.accounts.of("ola") == before


def test_subjects_are_told_apart_to_the_letter(here: SignIns) -> None:
    here.accounts.open("kari", subject="issuer abc")
    assert here.accounts.open("ola", subject="issuer ABC").person == "ola"


def test_a_login_that_was_left_is_free(here: SignIns) -> None:
    here.accounts.open("kari", login="kari")
    here.accounts.open("kari", login="kari.nordmann")
    assert here.accounts.by_login("kari") is None
    assert here.accounts.open("ola", login="kari").person == "ola"


@pytest.mark.parametrize("typed", UNTYPED)
def test_a_login_that_nobody_can_type_is_refused(here: SignIns, typed: str) -> None:
    with pytest.raises(Invalid, match=r"^(Fill this in\.|Remove the characters that cannot be read\.)$") as refused:
        here.accounts.open("kari", login=typed)
    assert refused.value.field == "login"
    assert here.accounts.of("kari") is None


@pytest.mark.parametrize("typed", [*UNTYPED, "' OR 1=1 --", "%", "k" * 10_000])
def test_whatever_is_typed_is_only_looked_up(here: SignIns, typed: str) -> None:
    here.accounts.open("kari", login="kari")
    here.accounts.open("ola")
    assert (here.accounts.by_login(typed), here.accounts.by_subject(typed)) == (None, None)


def test_of_many_who_want_one_login_at_once_one_has_it(here: SignIns, there: SignIns) -> None:
    def wants(n: int) -> str | None:
        try:
            return (here if n % 2 else there).accounts.open(f"person-{n}", login="kari").person
        except NameTaken:
            return None

    with ThreadPoolExecutor(16) as pool:
        got = [person for person in pool.map(wants, range(16)) if person]
    assert [account.person for account in [here.accounts.by_login("kari")] if account] == got
    assert sum(here.accounts.of(f"person-{n}") is not None for n in range(16)) == 1


def test_the_words_for_an_account_show_no_secret(here: SignIns) -> None:
    here.accounts.open("kari", login="kari")
    here.accounts.set_password("kari", "$argon2id$canary")
    here.accounts.begin_totp("kari", "CANARY")
    assert repr(here.accounts.of("kari")) == (
        "Account(person='kari', login='kari', totp_on=False, subject=None, disabled=False)"
    )


def test_a_new_password_takes_the_place_of_the_old(here: SignIns, there: SignIns) -> None:
    here.accounts.open("kari")
    for given in ("$argon2id$1", "$argon2id$2"):
        here.accounts.set_password("kari", given)
        [account] = [there.accounts.of("kari")]
        assert account is not None
        assert account.password_hash == given


def factor(accounts: SignIns) -> tuple[str | None, bool]:
    account = accounts.accounts.of("kari")
    assert account is not None
    return account.totp_secret, account.totp_on


def test_a_second_factor_is_begun_then_confirmed_then_removed(here: SignIns, there: SignIns) -> None:
    here.accounts.open("kari")
    here.accounts.confirm_totp("kari")
    assert factor(there) == (None, False)
    here.accounts.begin_totp("kari", "FIRST")
    here.accounts.begin_totp("kari", "SECOND")
    assert factor(there) == ("SECOND", False)
    here.accounts.confirm_totp("kari")
    assert factor(there) == ("SECOND", True)
    here.accounts.begin_totp("kari", "THIRD")
    assert factor(there) == ("SECOND", True)
    here.accounts.remove_totp("kari")
    assert factor(there) == (None, False)


def test_a_counter_is_used_once_and_none_before_it_after(here: SignIns, there: SignIns) -> None:
    here.accounts.open("kari")
    here.accounts.begin_totp("kari", "FIRST")
    assert [here.accounts.use_totp("kari", 59_000_000), there.accounts.use_totp("kari", 59_000_000)] == [True, False]
    assert [there.accounts.use_totp("kari", n) for n in (58_999_999, 59_000_001, 59_000_001, 59_000_000)] == [
        False,
        True,
        False,
        False,
    ]


def test_the_counters_of_a_new_second_factor_begin_anew(here: SignIns) -> None:
    here.accounts.open("kari")
    assert not here.accounts.use_totp("kari", 7)
    here.accounts.begin_totp("kari", "FIRST")
    here.accounts.confirm_totp("kari")
    assert here.accounts.use_totp("kari", 7)
    here.accounts.remove_totp("kari")
    assert not here.accounts.use_totp("kari", 8)
    here.accounts.begin_totp("kari", "SECOND")
    assert [here.accounts.use_totp("kari", 7), here.accounts.use_totp("kari", 7)] == [True, False]
    here.accounts.begin_totp("kari", "THIRD")
    assert [here.accounts.use_totp("kari", 7), here.accounts.use_totp("kari", 7)] == [True, False]


def test_beginning_a_second_factor_that_is_on_gives_no_code_back(here: SignIns) -> None:
    here.accounts.open("kari")
    here.accounts.begin_totp("kari", "FIRST")
    here.accounts.confirm_totp("kari")
    assert here.accounts.use_totp("kari", 7)
    here.accounts.begin_totp("kari", "SECOND")
    assert not here.accounts.use_totp("kari", 7)


def test_of_many_who_use_one_code_at_once_one_may(here: SignIns, there: SignIns) -> None:
    here.accounts.open("kari")
    here.accounts.begin_totp("kari", "FIRST")

    def use(sign_ins: SignIns) -> bool:
        return sign_ins.accounts.use_totp("kari", 7)

    with ThreadPoolExecutor(16) as pool:
        given = list(pool.map(use, [here, there] * 8))
    assert sorted(given) == [False] * 15 + [True]


def test_an_account_is_disabled_and_enabled(here: SignIns, there: SignIns) -> None:
    opened = here.accounts.open("kari", login="kari")
    here.accounts.disable("kari")
    found = there.accounts.by_login("kari")
    assert found is not None
    assert found.disabled
    assert here.accounts.open("kari", login="kari").disabled
    here.accounts.enable("kari")
    assert there.accounts.of("kari") == opened


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_whoever_has_no_account_changes_nothing(here: SignIns, change: Change) -> None:
    kari = here.accounts.open("kari", login="kari")
    assert not change(here.accounts)
    assert (here.accounts.of("ola"), here.accounts.of("kari")) == (None, kari)
