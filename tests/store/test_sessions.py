"""Sessions: found while they are in use and not too old, and by nobody once they were ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

import store.database
from store.database import Database
from store.sessions import IDLE, LONGEST, Session, Sessions
from store.sign_ins import SignIns
from tests.store.overtaken import Overtaken

NOW = datetime(2026, 11, 24, 12, 0, 0, 1, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sessions(here: SignIns) -> Sessions:
    return here.sessions


@pytest.fixture
def elsewhere(there: SignIns) -> Sessions:
    """The same, in another process."""
    return there.sessions


def begin(sessions: Sessions, person: str = "kari", *, now: datetime = NOW) -> str:
    return sessions.begin(person, method="password", parts=7, now=now)


def used(sessions: Sessions, token: str, until: datetime) -> None:
    """Found every half hour from `NOW`."""
    at = NOW
    while (at := at + IDLE) <= until:
        assert sessions.find(token, now=at)


def test_a_session_is_found_by_its_token_in_every_process(sessions: Sessions, elsewhere: Sessions) -> None:
    token = begin(sessions)
    id = sha256(token.encode()).hexdigest()[:16]
    assert (
        sessions.find(token, now=NOW) == elsewhere.find(token, now=NOW) == Session(id, "kari", "password", 7, NOW, NOW)
    )


def test_each_sign_in_is_a_session_of_its_own(sessions: Sessions) -> None:
    tokens = {begin(sessions) for _ in range(20)}
    assert len({session.id for session in sessions.of("kari", now=NOW)}) == len(tokens) == 20


def test_what_the_sign_in_wanted_kept_is_kept(sessions: Sessions) -> None:
    token = sessions.begin("ola", method="sso", parts=2**40, now=NOW)
    found = sessions.find(token, now=NOW)
    assert found is not None
    assert (found.person, found.method, found.parts) == ("ola", "sso", 2**40)


@pytest.mark.parametrize("token", ["", "nonsense", "a\0b", "\ud800", "%"])
def test_a_token_that_nobody_was_given_finds_and_ends_nothing(sessions: Sessions, token: str) -> None:
    kept = begin(sessions)
    sessions.end(token)
    assert sessions.find(token, now=NOW) is None
    assert sessions.find(kept, now=NOW) is not None


def test_nobody_is_found_by_the_public_id_or_by_what_is_stored(sessions: Sessions) -> None:
    token = begin(sessions)
    stored = sha256(token.encode()).hexdigest()
    assert [sessions.find(t, now=NOW) for t in (stored, stored[:16])] == [None, None]


def test_one_that_was_not_used_for_half_an_hour_is_over(sessions: Sessions) -> None:
    token = begin(sessions)
    assert sessions.find(token, now=NOW + IDLE + MOMENT) is None
    assert sessions.find(token, now=NOW + IDLE) is not None
    assert sessions.find(token, now=NOW + 2 * IDLE) is not None
    assert sessions.find(token, now=NOW + 3 * IDLE + MOMENT) is None


def test_one_that_is_twelve_hours_old_is_over_however_much_it_is_used(sessions: Sessions) -> None:
    token = begin(sessions)
    used(sessions, token, NOW + LONGEST)
    assert sessions.find(token, now=NOW + LONGEST + MOMENT) is None


def test_use_is_written_down_once_a_minute(sessions: Sessions, elsewhere: Sessions) -> None:
    token = begin(sessions)

    def seen() -> list[datetime]:
        return [session.seen_at for session in elsewhere.of("kari", now=NOW)]

    found = sessions.find(token, now=NOW + MINUTE - MOMENT)
    assert found is not None
    assert [found.seen_at] == seen() == [NOW]
    found = sessions.find(token, now=NOW + MINUTE)
    assert found is not None
    assert [found.seen_at] == seen() == [NOW + MINUTE]
    assert elsewhere.find(token, now=NOW + 2 * MINUTE - MOMENT) == found
    assert seen() == [NOW + MINUTE]


def test_a_clock_that_is_behind_sets_nothing_back(sessions: Sessions) -> None:
    token = begin(sessions)
    later = sessions.find(token, now=NOW + MINUTE)
    assert sessions.find(token, now=NOW - MINUTE) == sessions.find(token, now=NOW + MINUTE) == later


def test_it_is_found_while_nothing_can_be_written(
    sessions: Sessions, open_rows: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = begin(sessions)
    another = open_rows()
    monkeypatch.setattr(store.database, "LOCK_TIMEOUT_S", 0)
    with another.writing() as rows:
        rows.execute("UPDATE sessions SET parts=8")
        found = sessions.find(token, now=NOW + IDLE)
    assert found is not None
    assert (found.parts, found.seen_at) == (7, NOW)


def test_one_that_is_ended_while_it_is_looked_up_is_not_found(
    sessions: Sessions, open_rows: Callable[[], Database]
) -> None:
    token = begin(sessions)
    overtaken = Sessions(Overtaken(open_rows(), lambda: sessions.end(token)))
    assert overtaken.find(token, now=NOW + MINUTE) is None


def test_the_later_of_two_uses_at_once_is_not_written_over(
    sessions: Sessions, open_rows: Callable[[], Database]
) -> None:
    token = begin(sessions)
    later = NOW + 3 * MINUTE
    overtaken = Sessions(Overtaken(open_rows(), lambda: sessions.find(token, now=later)))
    found = overtaken.find(token, now=NOW + 2 * MINUTE)
    assert found is not None
    assert found.seen_at == later


def test_one_that_was_ended_is_found_nowhere(sessions: Sessions, elsewhere: Sessions) -> None:
    token, other = begin(sessions), begin(sessions)
    assert elsewhere.find(token, now=NOW) is not None
    sessions.end(token)
    assert [elsewhere.find(t, now=NOW) is None for t in (token, other)] == [True, False]


def test_a_person_ends_one_of_their_own_by_its_public_id(sessions: Sessions, elsewhere: Sessions) -> None:
    tokens = [begin(sessions, now=NOW + n * MINUTE) for n in range(3)]
    _, meant, _ = sessions.of("kari", now=NOW + 2 * MINUTE)
    assert not elsewhere.end_one("ola", meant.id)
    assert elsewhere.end_one("kari", meant.id)
    assert not elsewhere.end_one("kari", meant.id)
    assert [sessions.find(t, now=NOW + 2 * MINUTE) is None for t in tokens] == [False, True, False]


@pytest.mark.parametrize("id", ["", "0", "0" * 16, "%", "a\0b", "\ud800"])
def test_an_id_that_no_session_has_ends_none(sessions: Sessions, id: str) -> None:
    begin(sessions)
    assert not sessions.end_one("kari", id)
    assert len(sessions.of("kari", now=NOW)) == 1


def test_a_person_ends_all_of_their_own(sessions: Sessions, elsewhere: Sessions) -> None:
    mine, others = [begin(sessions) for _ in range(3)], begin(sessions, "ola")
    assert elsewhere.end_all("kari") == 3
    assert [sessions.find(t, now=NOW) is None for t in (*mine, others)] == [True, True, True, False]
    assert elsewhere.end_all("kari") == 0


def test_a_person_ends_all_but_the_one_they_are_in(sessions: Sessions) -> None:
    mine, this, others = [begin(sessions) for _ in range(2)], begin(sessions), begin(sessions, "ola")
    assert sessions.end_all("kari", but=this) == 2
    assert [sessions.find(t, now=NOW) is None for t in (*mine, this, others)] == [True, True, False, False]


def test_those_of_a_person_that_go_on_newest_first(sessions: Sessions) -> None:
    begin(sessions, now=NOW - IDLE - MOMENT)
    old, new = (sessions.find(begin(sessions, now=NOW - at), now=NOW) for at in (IDLE / 2, IDLE / 3))
    begin(sessions, "ola")
    assert sessions.of("kari", now=NOW) == (new, old)
    assert sessions.of("nobody", now=NOW) == ()


def test_what_is_over_is_removed_and_nothing_else(sessions: Sessions) -> None:
    ancient = begin(sessions)
    used(sessions, ancient, NOW + LONGEST)
    at = NOW + LONGEST
    edge, idle = begin(sessions, now=at - IDLE), begin(sessions, now=at - IDLE - MOMENT)
    assert [sessions.tidy(at), sessions.tidy(at)] == [1, 0]
    assert [sessions.find(t, now=at) is None for t in (ancient, edge, idle)] == [False, False, True]
    assert sessions.tidy(at + MOMENT) == 1
    assert [s.begun_at for s in sessions.of("kari", now=at)] == [at - IDLE]
