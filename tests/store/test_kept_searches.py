"""Searches that are kept: each person's own, under names that differ, no more than so many."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from domain.errors import NameTaken, WrongState
from store.connections import Postgres
from store.database import Database, SqliteFile
from store.kept_searches import MOST, SCHEMA, KeptSearch, KeptSearches
from store.migrations import migrate
from store.postgres_database import PostgresDatabase

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
ODD = ("\0", "x\0y", "\ud800", "", "' OR 1=1 --", str(uuid4()))
"""Ids that nobody was given."""


@pytest.fixture
def opened(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Callable[[], KeptSearches]]:
    """Each call gives the same ones again, as another process would have them."""
    with ExitStack() as stack:
        address: str = request.getfixturevalue("database") if kind == "postgres" else ""
        if address:
            migrate(address)

        def rows() -> Database:
            if not address:
                return SqliteFile(tmp_path / "people.sqlite", *SCHEMA, durable=True)
            postgres = Postgres(address)
            stack.callback(postgres.close)
            return PostgresDatabase(postgres)

        yield lambda: KeptSearches(rows())


@pytest.fixture
def searches(opened: Callable[[], KeptSearches]) -> KeptSearches:
    return opened()


def keep(
    searches: KeptSearches, name: str, asked: str = "q=trust", *, of: str = "kari", after_s: int = 0
) -> KeptSearch:
    return searches.keep(of, name, asked, now=NOW + timedelta(seconds=after_s))


def test_what_is_kept_is_there_newest_first_in_another_process_too(opened: Callable[[], KeptSearches]) -> None:
    here, there = opened(), opened()
    first = keep(here, "Trust · «norsk» 🌲", "q=tillit+%F0%9F%8C%B2")
    second = keep(here, "Scenarios", "q=scenarios&phase=scenarios", after_s=1)
    assert there.of("kari") == (second, first)
    assert (first.person, first.name, first.asked) == ("kari", "Trust · «norsk» 🌲", "q=tillit+%F0%9F%8C%B2")
    assert first.kept_at == NOW


def test_the_same_kept_twice_is_kept_once(searches: KeptSearches) -> None:
    assert keep(searches, "Trust") == keep(searches, "Trust", after_s=9)
    assert len(searches.of("kari")) == 1


def test_a_name_is_given_once(searches: KeptSearches) -> None:
    kept, other = keep(searches, "Trust"), keep(searches, "Owners", "q=owners", after_s=1)
    with pytest.raises(NameTaken, match=r"^You keep another search under this name\. Choose another name\.$") as caught:
        keep(searches, "Trust", "q=time")
    assert caught.value.field == "name"
    with pytest.raises(NameTaken):
        searches.rename("kari", other.id, "Trust")
    assert searches.of("kari") == (other, kept)


def test_one_search_may_have_two_names_and_two_people_one_name(searches: KeptSearches) -> None:
    kept = {keep(searches, name, of=who).id for name in ("Trust", "trust") for who in ("kari", "ola")}
    assert len(kept) == 4
    assert [{s.name for s in searches.of(who)} for who in ("kari", "ola", "per")] == [{"Trust", "trust"}] * 2 + [set()]


def test_so_many_and_no_more(searches: KeptSearches) -> None:
    for n in range(MOST):
        keep(searches, f"Search {n}", after_s=n)
    with pytest.raises(WrongState, match=rf"^You keep {MOST} searches\. Remove one that you do not need any more\.$"):
        keep(searches, "One more")
    assert keep(searches, "Search 7") in searches.of("kari")
    assert keep(searches, "One more", of="ola").name == "One more"
    assert searches.remove("kari", searches.of("kari")[-1].id)
    assert keep(searches, "One more", after_s=MOST) == searches.of("kari")[0]
    assert len(searches.of("kari")) == MOST


def test_those_who_keep_at_once_keep_no_more_and_name_nothing_twice(opened: Callable[[], KeptSearches]) -> None:
    here = [opened() for _ in range(4)]
    for n in range(MOST - 2):
        keep(here[0], f"Search {n}")

    def some(number: int) -> list[str]:
        told: list[str] = []
        for name in ("one", "two", "three"):
            try:
                told.append(keep(here[number], name, f"q={number}").name)
            except (NameTaken, WrongState) as refused:
                told.append(refused.code)
        return told

    with ThreadPoolExecutor(4) as pool:
        told = [word for words in pool.map(some, range(4)) for word in words]
    kept = [word for word in told if word not in ("name-taken", "wrong-state")]
    assert (len(kept), len(set(kept))) == (2, 2)
    names = [s.name for s in here[0].of("kari")]
    assert (len(names), len(set(names))) == (MOST, MOST)


def test_a_new_name(searches: KeptSearches) -> None:
    kept = keep(searches, "Trust")
    renamed = searches.rename("kari", kept.id, "Tillit")
    assert renamed == KeptSearch(kept.id, "kari", "Tillit", kept.asked, kept.kept_at)
    assert searches.of("kari") == (renamed,)
    assert searches.rename("kari", kept.id, "Tillit") == renamed
    assert keep(searches, "Trust", "q=time").name == "Trust"


def test_what_is_anothers_is_as_what_is_not_there(searches: KeptSearches) -> None:
    kept = keep(searches, "Trust")
    keep(searches, "Owners", of="ola")
    for id in (kept.id, *ODD):
        assert searches.rename("ola", id, "Mine") is None
        assert searches.remove("ola", id) is False
    assert searches.of("kari") == (kept,)


def test_removed_is_gone(searches: KeptSearches) -> None:
    kept, other = keep(searches, "Trust"), keep(searches, "Owners", after_s=1)
    assert [searches.remove("kari", kept.id) for _ in range(2)] == [True, False]
    assert searches.of("kari") == (other,)


def test_a_person_who_is_forgotten_leaves_none(searches: KeptSearches) -> None:
    for name in ("Trust", "Owners"):
        keep(searches, name)
    others = keep(searches, "Trust", of="ola")
    assert (searches.forget("kari"), searches.forget("kari")) == (2, 0)
    assert (searches.of("kari"), searches.of("ola")) == ((), (others,))
