"""Words that have to go, where PostgreSQL keeps and Elasticsearch finds."""

from pathlib import Path
from uuid import UUID

import httpx
import psycopg

from api.settings import Servers
from api.usecases.forgetting import forget_person
from api.usecases.kept import keep_search, params_of
from api.usecases.lessons import NewLesson, draft_lesson, publish_lesson, submit_lesson
from api.usecases.reapplying import reapply
from api.usecases.redacting import redact
from api.wiring import open_system
from domain.acting import acting
from domain.lesson import Lesson
from domain.viewer import Viewer
from store.ledger.keys import Keys
from store.ledger.recount import Recount
from store.ledger.tree import Frontier

NAME, OTHER, WHY = "Quirinus Zwetschgenbaum", "Quendolin Abernathy", "They asked for it."


def rows_with(database: str, word: str) -> list[str]:
    """Tables of any schema with a row that has the word, also as bytes."""
    found: list[str] = []
    with psycopg.connect(database) as db:
        tables = db.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (table,) in tables:
            statement = f"SELECT 1 FROM {table} AS t WHERE t::text ILIKE %s OR t::text ILIKE %s LIMIT 1"
            if db.execute(statement.encode(), (f"%{word}%", f"%{word.encode().hex()}%")).fetchone():
                found.append(table)
    return found


def files_with(database: str, word: str) -> list[str]:
    """Files of the database, once its server has written everything."""
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("CHECKPOINT")
        row = db.execute(
            "SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row
    files = [path for path in (Path(row[0]) / "base" / row[1]).iterdir() if path.is_file()]
    assert files
    return [path.name for path in files if word.lower().encode() in path.read_bytes().lower()]


def documents_with(servers: Servers, word: str) -> tuple[int, bool]:
    """How many indexes there are, and whether a document of any of them has the word."""
    [address] = servers.elasticsearch
    httpx.post(f"{address}/{servers.index}*/_refresh")
    names = httpx.get(f"{address}/_cat/indices/{servers.index}*?format=json").json()
    found = httpx.get(f"{address}/{servers.index}*/_search?size=1000")
    return len(names), word.lower() in found.text.lower()


def test_nothing_is_left_and_an_old_copy_does_not_bring_it_back(servers: Servers, tmp_path: Path) -> None:
    new = {"title": {"en": f"{NAME} began early"}, "lesson": {"nb": f"Sp\u00f8r {NAME}."}, "visibility": "public",
           "phase": "planning", "polarity": "keep", "recommendation": {"en": "Begin."},
           "source": {"url": "https://example.org"}}  # fmt: skip
    operator = Viewer("the-operator", operator=True)
    with open_system(tmp_path / "data", servers) as system, acting("the-operator"):
        lesson = draft_lesson(system, operator, NewLesson.model_validate(new))
        for step in (submit_lesson, publish_lesson):
            lesson = step(system, operator, lesson.id, lesson.version)
        person = system.people.add(OTHER).id
        keep_search(system, Viewer(person), NAME, params_of("q=x"))
        system.projector.catch_up()
        before = system.store.stored(lesson.id, 1)
        assert before is not None
        assert len(rows_with(servers.database, "Zwetschgenbaum")) >= 3
        assert files_with(servers.database, "Zwetschgenbaum")
        assert documents_with(servers, "Zwetschgenbaum") == (1, True)

        redact(system, operator, lesson.id, NAME, WHY)
        forget_person(system, operator, UUID(person), WHY)
        for word in ("Zwetschgenbaum", "Abernathy"):
            assert (rows_with(servers.database, word), files_with(servers.database, word)) == ([], [])
        assert documents_with(servers, "Zwetschgenbaum") == (1, False)
        assert system.store.get(Lesson, lesson.id).current.title.en == "[removed] began early"
        now, position = system.store.stored(lesson.id, 1), system.store.position
        key = Keys(servers.seals.keys).ledger(make=False)
        with system.ledger.database.reading() as db:
            recount = Recount(db, system.ledger.events, key, Frontier(), system.ledger.state().size)
            assert list(recount.findings()) == []
        assert (reapply(system), system.store.position) == (0, position)

        with psycopg.connect(servers.database) as db:  # as a backup from before has it
            statement = "UPDATE laerdom_events SET state=%s WHERE originator_id=%s AND originator_version=1"
            db.execute(statement, (before.state, lesson.id))
        system.people.add(OTHER, id=person)
        assert reapply(system) == 2
        assert system.store.stored(lesson.id, 1) == now
        for word in ("Zwetschgenbaum", "Abernathy"):
            assert (rows_with(servers.database, word), files_with(servers.database, word)) == ([], [])
