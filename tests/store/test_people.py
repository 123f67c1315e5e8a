"""The register of people: names by id, and it forgets nothing by accident."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID

import pytest

from store.connections import Postgres
from store.database import Database, SqliteFile
from store.people import SCHEMA, People, Person
from store.postgres_database import PostgresDatabase

Opened = Callable[[], People]


@pytest.fixture
def opened(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Opened]:
    """Each call gives the same register again, as another process would have it."""
    with ExitStack() as stack:

        def database() -> Database:
            if kind == "sqlite":
                return SqliteFile(tmp_path / "people.sqlite", *SCHEMA, durable=True)
            postgres = Postgres(request.getfixturevalue("migrated"))
            stack.callback(postgres.close)
            return PostgresDatabase(postgres)

        yield lambda: People(database())


@pytest.fixture
def people(opened: Opened) -> People:
    return opened()


def test_a_person_is_found_by_id(people: People, opened: Opened) -> None:
    kari = people.add("Kari Nordmann", "kari@example.org")
    assert UUID(kari.id)
    assert kari == Person(kari.id, "Kari Nordmann", "kari@example.org")
    assert people.get(kari.id) == opened().get(kari.id) == kari


def test_two_people_may_have_one_name(people: People) -> None:
    first, second = people.add("Ola"), people.add("Ola")
    assert first.id != second.id


def test_adding_an_id_that_is_there_changes_nobody(people: People) -> None:
    kari = people.add("Kari", "kari@example.org", id="kari-1")
    assert people.add("Somebody Else", None, id="kari-1") == kari
    assert people.get("kari-1") == kari


def test_a_login_is_one_person_for_ever(people: People, opened: Opened) -> None:
    first = people.with_login("kari")
    assert first == Person(first.id, "kari")
    assert people.with_login("kari") == opened().with_login("kari") == first
    assert people.with_login("ola").id != first.id


def test_one_login_at_once_is_one_person(people: People) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(people.with_login, ["kari"] * 16))
    assert len(found) == 1


def test_names_of_those_who_are_there(people: People) -> None:
    kari, ola = people.add("Kari"), people.add("Ola")
    assert people.names([ola.id, "nobody", kari.id, ola.id]) == {kari.id: "Kari", ola.id: "Ola"}
    assert people.names([]) == {}
    assert people.names([f"nobody-{n}" for n in range(2_000)]) == {}


@pytest.mark.parametrize("id", ["", "nobody", "' OR 1=1 --", "%"])
def test_nobody_is_found_by_an_id_that_nobody_has(people: People, id: str) -> None:
    people.add("Kari")
    assert people.get(id) is None


def test_everybody_is_listed_by_name_and_found_by_the_words_of_it(people: People) -> None:
    """Letters are folded alike by both engines, those outside English too."""
    added = [people.add(name, id=str(n)) for n, name in enumerate(("åse Ås", "Ola 100%", "Åsmund Aas", "Ola_Nordmann"))]
    ase, percent, asmund, underscore = added
    assert people.everybody() == (percent, underscore, ase, asmund)
    found = {words: people.everybody(words) for words in ("ÅS", "aas  ås", "100%", "_", "%", "nobody")}
    assert found == {
        "ÅS": (ase, asmund),
        "aas  ås": (asmund,),
        "100%": (percent,),
        "_": (underscore,),
        "%": (percent,),
        "nobody": (),
    }
