"""Searches in vain are counted, and nobody who searched can be told from what is kept."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.connections import Postgres
from store.database import EPOCH, Database, SqliteFile
from store.migrations import migrate
from store.missed import PERIOD, SCHEMA, Missed, MissedSearches, Opened, Searched
from store.postgres_database import PostgresDatabase

BEGIN = EPOCH + 700 * PERIOD
NEXT, LATER, LATEST = (BEGIN + n * PERIOD for n in (1, 2, 3))
DAY = timedelta(days=1)


@pytest.fixture
def rows(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Callable[[], Database]]:
    """Each call gives the same rows again, as another process would have them."""
    with ExitStack() as stack:
        address: str = request.getfixturevalue("database") if kind == "postgres" else ""
        if address:
            migrate(address)

        def opened() -> Database:
            if not address:
                return SqliteFile(tmp_path / "searches.sqlite", *SCHEMA, durable=False, wiping=True)
            postgres = Postgres(address)
            stack.callback(postgres.close)
            return PostgresDatabase(postgres)

        yield opened


@pytest.fixture
def searches(rows: Callable[[], Database]) -> Iterator[MissedSearches]:
    with closing(MissedSearches(rows())) as searches:
        yield searches


def looked(*who: str, asked: str = "busy people", found: bool = False, at: datetime = BEGIN) -> list[Searched]:
    return [Searched(asked, one, found, at) for one in who]


FIVE, FOUR = tuple("abcde"), tuple("abcd")


def one(people: int, nothing: int, *, asked: str = "busy people", at: datetime = BEGIN) -> Missed:
    return Missed(asked, people, nothing, at.date(), at.date())


def kept(database: Database) -> dict[str, int]:
    with database.reading() as db:
        return {t: len(db.execute(f"SELECT * FROM {t}")) for t in ("missed_searches", "missed_counts")}


def test_what_five_looked_for_is_told_and_what_four_did_is_not(searches: MissedSearches) -> None:
    searches.write([*looked(*FOUR), *looked(*FOUR, asked="others")])
    assert searches.missed(BEGIN) == ()
    searches.write(looked("e"))
    assert searches.missed(BEGIN) == (one(5, 5),)


def test_a_seeker_counts_once_however_often_they_ask(searches: MissedSearches) -> None:
    searches.write([*looked(*FOUR), *looked(*FOUR * 3, at=BEGIN + DAY)])
    assert searches.missed(BEGIN + DAY) == ()


def test_another_process_counts_the_same_seeker_as_the_same(rows: Callable[[], Database]) -> None:
    here, there = MissedSearches(rows()), MissedSearches(rows())
    here.write(looked(*FOUR))
    there.write(looked(*FOUR))
    assert here.missed(BEGIN) == ()
    there.write(looked("e"))
    assert here.missed(BEGIN) == there.missed(BEGIN) == (one(5, 5),)


def test_all_at_once_are_counted_under_one_key(rows: Callable[[], Database]) -> None:
    with ThreadPoolExecutor(5) as pool:
        for who in FIVE * 2:
            pool.submit(MissedSearches(rows()).write, looked(who))
    assert MissedSearches(rows()).missed(BEGIN) == (one(5, 5),)
    assert kept(rows()) == {"missed_searches": 5, "missed_counts": 0}


def test_who_opened_something_did_not_look_in_vain(searches: MissedSearches) -> None:
    searches.write([*looked(*"abcdef", found=True), Opened("busy people", "a", BEGIN)])
    assert searches.missed(BEGIN) == (one(5, 0),)
    searches.write([Opened("busy people", "b", BEGIN), Opened("other words", "c", BEGIN)])
    assert searches.missed(BEGIN) == ()


def test_opening_without_having_searched_is_nothing(searches: MissedSearches, rows: Callable[[], Database]) -> None:
    searches.write([Opened("busy people", "a", BEGIN)])
    assert kept(rows()) == {"missed_searches": 0, "missed_counts": 0}


def test_the_last_search_of_a_seeker_says_what_they_found(searches: MissedSearches) -> None:
    searches.write([*looked(*FIVE), *looked("a", "b", found=True, at=BEGIN + DAY)])
    assert searches.missed(BEGIN + DAY) == (one(5, 3),)


def test_what_most_of_those_who_looked_have_opened_is_not_missed(searches: MissedSearches) -> None:
    searches.write([*looked(*"abcdefghijkl", found=True), *(Opened("busy people", who, BEGIN) for who in "abcdefg")])
    assert searches.missed(BEGIN) == ()


def test_most_people_come_first_and_then_the_alphabet(searches: MissedSearches) -> None:
    searches.write([*looked(*FIVE, asked="b"), *looked(*FIVE, asked="a"), *looked(*"abcdef", asked="c")])
    assert [(m.asked, m.people) for m in searches.missed(BEGIN)] == [("c", 6), ("a", 5), ("b", 5)]


def test_with_the_period_the_seekers_go_and_what_five_looked_for_stays(
    searches: MissedSearches, rows: Callable[[], Database]
) -> None:
    searches.write([*looked(*FIVE), *looked(*FOUR, asked="others")])
    before = BEGIN + PERIOD - timedelta(microseconds=1)
    assert (searches.missed(before), kept(rows())) == ((one(5, 5),), {"missed_searches": 9, "missed_counts": 0})
    assert searches.missed(NEXT) == (one(5, 5),)
    assert kept(rows()) == {"missed_searches": 0, "missed_counts": 1}


def test_seekers_are_not_joined_over_periods(searches: MissedSearches) -> None:
    """Four in one and four in the next are not eight, and not five."""
    searches.write(looked(*FOUR))
    searches.write(looked(*"efgh", at=NEXT))
    assert searches.missed(NEXT) == ()


def test_the_period_with_the_most_speaks_for_all(searches: MissedSearches) -> None:
    searches.write([*looked(*"abcdefg"), *looked(*FIVE, found=True, at=NEXT)])
    assert searches.missed(NEXT) == (Missed("busy people", 7, 7, BEGIN.date(), NEXT.date()),)


def test_after_ninety_days_nothing_is_left(searches: MissedSearches, rows: Callable[[], Database]) -> None:
    searches.write(looked(*FIVE))
    assert searches.missed(LATER + PERIOD - DAY) == (one(5, 5),)
    assert searches.missed(LATEST) == ()
    assert kept(rows()) == {"missed_searches": 0, "missed_counts": 0}


def test_after_a_long_silence_nothing_is_left(searches: MissedSearches, rows: Callable[[], Database]) -> None:
    searches.write(looked(*FIVE))
    searches.write(looked("a", asked="x", at=LATEST))
    assert kept(rows()) == {"missed_searches": 1, "missed_counts": 0}


def test_what_is_found_since_is_not_missed_any_more(searches: MissedSearches) -> None:
    searches.write(looked(*FIVE))
    searches.write([*looked(*FIVE, found=True, at=NEXT), *(Opened("busy people", who, NEXT) for who in FIVE)])
    assert searches.missed(NEXT) == ()


def test_a_clock_behind_writes_into_the_period_that_runs(searches: MissedSearches) -> None:
    searches.write([*looked(*FOUR, at=NEXT), *looked("e", at=NEXT - DAY)])
    assert searches.missed(NEXT - DAY) == (one(5, 5, at=NEXT),)


def test_one_seeker_is_another_for_other_words_and_in_another_period(
    searches: MissedSearches, rows: Callable[[], Database]
) -> None:
    def hashes() -> list[str]:
        with rows().reading() as db:
            return [row["seeker"] for row in db.execute("SELECT seeker FROM missed_searches")]

    searches.write([*looked("kari", asked="x"), *looked("kari", asked="y")])
    first = hashes()
    searches.write(looked("kari", asked="x", at=NEXT))
    assert len({*first, *hashes()}) == 3
    assert all(len(seeker) == 16 for seeker in (*first, *hashes()))


def test_no_more_rows_are_added_than_there_is_room_for(rows: Callable[[], Database]) -> None:
    searches = MissedSearches(rows(), most=3)
    searches.write(looked(*FIVE))
    assert kept(rows())["missed_searches"] == 3
    searches.write(looked(*FIVE, at=NEXT))
    assert kept(rows())["missed_searches"] == 3


def test_it_is_noted_aside_and_settles(searches: MissedSearches) -> None:
    for note in looked(*FIVE):
        searches.note(note)
    searches.settle()
    assert searches.missed(BEGIN) == (one(5, 5),)


@pytest.mark.parametrize("kind", ["sqlite"])
def test_neither_a_person_nor_an_address_nor_an_old_hash_is_in_the_file(
    searches: MissedSearches, tmp_path: Path, kind: str
) -> None:
    people = [f"canary-{n}-0b64e0a5" for n in range(5)] + ["192.0.2.77", "2001:db8:0:7::/64"]
    searches.write(looked(*people))
    with closing(sqlite3.connect(tmp_path / "searches.sqlite")) as db:
        hashes = [seeker for (seeker,) in db.execute("SELECT seeker FROM missed_searches")]
        [key] = [key for (key,) in db.execute("SELECT key FROM missed_periods")]

    def file() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.glob("searches.sqlite*"))

    assert [text for text in people if text.encode() in file()] == []
    assert all(text.encode() in file() for text in (*hashes, key))
    assert searches.missed(NEXT) == (Missed("busy people", 7, 7, BEGIN.date(), BEGIN.date()),)
    assert [text for text in (*people, *hashes, key) if text.encode() in file()] == []
