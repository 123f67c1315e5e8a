"""Passwords that are refused, and hashes that say nothing."""

import threading
from collections.abc import Iterator
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from api.access import passwords
from api.access.common_passwords import common, listed
from domain.errors import Invalid, TooManyAttempts
from tests.access.browsing import PASSWORD, password_hash

KNOWN = ("kari@nordvik.example", "Kari Nordvik")


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "Choose a password of at least 12 characters."),
        ("x9#kqvwz7pl", "Choose a password of at least 12 characters."),
        ("ø" * 257, "Choose a password of at most 256 characters."),
    ],
)
def test_lengths(password: str, says: str) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        passwords.judge(password)
    assert refused.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        *("password1234", "PASSWORD1234!", "p@ssw0rd1234", "passwordpassword", "Passord2024!!", "  password12  "),
        *("qwertyuiop12", "1q2w3e4r5t6y", "zaq12wsxcde3", "asdfghjkl123", "poiuytrewq321", "123456789012"),
        *("aaaaaaaaaaaa", "abcabcabcabc", "qwxzqwxzqwxz", "120120120120", "............", "sommersommer2024"),
        *(
            "Velkommen2025!",
            "iloveyou1234",
            "admin-admin-1",
            "lillestrøm2019!",
            "manchesterunited1",
            "ｐａｓｓｗｏｒｄ１２３４",
        ),
        *(
            "laerdom-2026!",
            "Lærdom Lærdom",
            "kari nordvik 1",
            "KariNordvik2024",
            "nordvik.example9",
            "kari@nordvik.example",
        ),
    ],
)
def test_what_many_would_guess(password: str) -> None:
    with pytest.raises(Invalid, match="Many people would guess this one"):
        passwords.judge(password, known=KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        *(
            PASSWORD,
            "correct horse battery staple",
            "tre gåter om regn",
            "Xk9#vQ2p!mLw",
            "839201748392",
            "øøæåøæåøæøåæø-zq",
        ),
        *("my dog likes summer evenings", "🐻🦊🐺 i skogen bak", "Kari eier elleve flyndrer", "x" * 3 + "zwqvb jpkfh"),
    ],
)
def test_no_rules_of_composition(password: str) -> None:
    passwords.judge(password, known=KNOWN)


def test_the_list_has_thousands_and_is_folded() -> None:
    assert len(listed()) > 3_000
    assert sum(len(word) >= 8 for word in listed()) > 1_000
    assert {word for word in listed() if word != word.casefold()} == set()
    assert {word for word in listed() if not common(word)} == set()


def test_a_hash_is_argon2id_with_the_parameters_that_are_stated() -> None:
    told = extract_parameters(password_hash())
    assert (told.type, told.time_cost, told.memory_cost, told.parallelism) == (Type.ID, 2, 19_456, 1)
    assert (told.hash_len, told.salt_len) == (32, 16)
    assert extract_parameters(passwords.NOBODYS) == told
    assert passwords.hashed(PASSWORD) != password_hash()


def test_only_the_password_fits() -> None:
    assert passwords.fits(password_hash(), PASSWORD)
    assert not passwords.fits(password_hash(), PASSWORD + " ")
    assert not passwords.fits(password_hash(), "")
    assert not passwords.fits(None, PASSWORD)
    assert not passwords.fits("not a hash", PASSWORD)


def test_beyond_the_longest_nothing_fits() -> None:
    longest = "é" * passwords.LONGEST
    kept = passwords.hashed(longest)
    assert passwords.fits(kept, longest)
    assert not passwords.fits(kept, longest + "x")


def test_composed_in_another_way_it_is_the_same_password() -> None:
    assert passwords.fits(passwords.hashed("blåbær på fjellet"), "bla\u030abær pa\u030a fjellet")


def test_what_no_keyboard_sends_is_no_crash() -> None:
    odd = "\ud800\x00" * 8
    assert passwords.fits(passwords.hashed(odd), odd)


def test_a_hash_of_older_parameters_is_outdated() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    assert passwords.fits(old, PASSWORD)
    assert passwords.outdated(old)
    assert not passwords.outdated(password_hash())


class Held(PasswordHasher):
    """Compares when it is let."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.go = threading.Event()
        self.inside = threading.Semaphore(0)
        self.most = self._now = 0
        self._lock = threading.Lock()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        self.inside.release()
        assert self.go.wait(60)
        with self._lock:
            self._now -= 1
        return True


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(passwords, "HASHER", held)
    yield held
    held.go.set()


def test_two_at_once_six_wait_and_others_are_told_to_come_back(held: Held) -> None:
    outcomes: list[str] = []
    sent_away = threading.Semaphore(0)

    def attempt() -> None:
        try:
            passwords.fits("hash", PASSWORD)
            outcomes.append("compared")
        except TooManyAttempts as error:
            outcomes.append(f"come back in {error.wait_s} s")
            sent_away.release()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    for thread in threads:
        thread.start()
    for _ in range(passwords.AT_ONCE):
        assert held.inside.acquire(timeout=60)
    admitted = passwords.AT_ONCE + passwords.WAITING
    for _ in range(20 - admitted):
        assert sent_away.acquire(timeout=60)
    assert outcomes == ["come back in 2 s"] * (20 - admitted)
    held.go.set()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["come back in 2 s"] * (20 - admitted) + ["compared"] * admitted
    assert held.most == passwords.AT_ONCE
