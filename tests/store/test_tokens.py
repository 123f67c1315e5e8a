"""Tokens of programs: shown once, found until they expire or are revoked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest

import store.database
from domain.acting import RequestKey, acting
from store.database import Database
from store.opaque import Secrets
from store.sign_ins import SignIns
from store.tokens import PREFIX, ApiToken, Tokens
from tests.store.overtaken import Overtaken

NOW = datetime(2026, 11, 24, 12, 0, 0, 1, tzinfo=UTC)
UNTIL = NOW + timedelta(days=90)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tokens(here: SignIns) -> Tokens:
    return here.tokens


@pytest.fixture
def elsewhere(there: SignIns) -> Tokens:
    """The same, in another process."""
    return there.tokens


def create(tokens: Tokens, person: str = "kari", *, now: datetime = NOW) -> tuple[ApiToken, str]:
    return tokens.create(person, "Nightly import", "write", now=now, until=UNTIL)


def test_a_token_is_found_by_its_secret_in_every_process(tokens: Tokens, elsewhere: Tokens) -> None:
    token, secret = create(tokens)
    assert UUID(token.id)
    assert token == ApiToken(token.id, "kari", "Nightly import", "write", NOW, UNTIL, None)
    assert tokens.of("kari") == elsewhere.of("kari") == (token,)
    used = elsewhere.find(secret, now=NOW)
    assert used == ApiToken(token.id, "kari", "Nightly import", "write", NOW, UNTIL, NOW)
    assert tokens.of("kari") == (used,)


def test_a_secret_is_recognised_for_what_it_is(tokens: Tokens) -> None:
    secrets = {create(tokens)[1] for _ in range(20)}
    assert {(secret[: len(PREFIX)], len(secret)) for secret in secrets} == {("laerdom_", 8 + 43)}
    assert len(secrets) == 20


def test_of_one_secret_there_is_one_token_until_it_is_revoked(tokens: Tokens, elsewhere: Tokens) -> None:
    made = tokens.create("kari", "Import", "read", now=NOW, until=UNTIL, secret="s")
    later = NOW + MINUTE
    assert elsewhere.create("kari", "Import", "read", now=later, until=UNTIL + MINUTE, secret="s") == made
    assert (tokens.made_with("s"), tokens.made_with("t"), len(tokens.of("kari"))) == (made[0], None, 1)
    assert tokens.revoke("kari", made[0].id)
    assert elsewhere.made_with("s") is None


def test_a_request_with_a_key_is_given_one_secret_that_no_other_is(here: SignIns) -> None:
    def made(actor: str, key: str, fingerprint: str, secrets: Secrets = here.secrets) -> str:
        with acting(actor, request_key=RequestKey(key, fingerprint)):
            return secrets.new()

    first = made("kari", "k", "f")
    others = [made("ola", "k", "f"), made("kari", "l", "f"), made("kari", "k", "g"), made("kari", "kf", "")]
    others.append(made("kari", "k", "f", Secrets(b"1" * 32)))
    assert (made("kari", "k", "f"), len({first, *others}), {len(s) for s in (first, *others)}) == (first, 6, {43})
    with acting("kari"):
        assert here.secrets.new() != here.secrets.new()


def test_nothing_but_the_whole_secret_finds_a_token(tokens: Tokens) -> None:
    token, secret = create(tokens)
    others = ["", PREFIX, secret.removeprefix(PREFIX), secret.upper(), token.id, sha256(secret.encode()).hexdigest()]
    assert [tokens.find(given, now=NOW) for given in (*others, "a\0b", "\ud800", "%")] == [None] * 9


def test_a_token_works_up_to_its_end(tokens: Tokens) -> None:
    _, secret = create(tokens)
    assert tokens.find(secret, now=UNTIL) is None
    assert tokens.find(secret, now=UNTIL - MOMENT) is not None
    assert [token.expires_at for token in tokens.of("kari")] == [UNTIL]


def test_use_is_written_down_once_a_minute(tokens: Tokens, elsewhere: Tokens) -> None:
    _, secret = create(tokens)

    def used_at(now: datetime) -> datetime | None:
        """Once as it was found, and once as it is written."""
        found = tokens.find(secret, now=now)
        assert found is not None
        assert (found,) == elsewhere.of("kari")
        return found.used_at

    assert used_at(NOW) == used_at(NOW + MINUTE - MOMENT) == NOW
    assert used_at(NOW + MINUTE) == used_at(NOW) == NOW + MINUTE


def test_it_is_found_while_nothing_can_be_written(
    tokens: Tokens, open_rows: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    token, secret = create(tokens)
    another = open_rows()
    monkeypatch.setattr(store.database, "LOCK_TIMEOUT_S", 0)
    with another.writing() as rows:
        rows.execute("UPDATE api_tokens SET name='renamed'")
        assert tokens.find(secret, now=NOW) == token


def test_one_that_is_revoked_while_it_is_looked_up_is_not_found(
    tokens: Tokens, open_rows: Callable[[], Database]
) -> None:
    _, secret = create(tokens)
    overtaken = Tokens(Overtaken(open_rows(), lambda: tokens.revoke_all("kari")))
    assert overtaken.find(secret, now=NOW) is None


def test_one_that_was_revoked_is_found_nowhere(tokens: Tokens, elsewhere: Tokens) -> None:
    (token, secret), (kept, other) = create(tokens), create(tokens)
    assert not elsewhere.revoke("ola", token.id)
    assert tokens.find(secret, now=NOW) is not None
    assert elsewhere.revoke("kari", token.id)
    assert not elsewhere.revoke("kari", token.id)
    assert [tokens.find(s, now=NOW) is None for s in (secret, other)] == [True, False]
    assert [t.id for t in tokens.of("kari")] == [kept.id]


@pytest.mark.parametrize("id", ["", "nonsense", "%", "a\0b", "\ud800", "00000000-0000-0000-0000-000000000000"])
def test_an_id_that_no_token_has_revokes_none(tokens: Tokens, id: str) -> None:
    token, _ = create(tokens)
    assert not tokens.revoke("kari", id)
    assert tokens.of("kari") == (token,)


def test_all_of_a_person_are_revoked(tokens: Tokens, elsewhere: Tokens) -> None:
    mine, (others, _) = [create(tokens)[1] for _ in range(3)], create(tokens, "ola")
    assert [elsewhere.revoke_all("kari"), elsewhere.revoke_all("kari")] == [3, 0]
    assert [tokens.find(secret, now=NOW) for secret in mine] == [None] * 3
    assert (tokens.of("kari"), tokens.of("ola")) == ((), (others,))


def test_those_of_a_person_newest_first(tokens: Tokens) -> None:
    made = [create(tokens, now=NOW + n * MOMENT)[0] for n in (1, 2, 0)]
    create(tokens, "ola")
    assert tokens.of("kari") == (made[1], made[0], made[2])
