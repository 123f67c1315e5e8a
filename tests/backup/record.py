"""What tests do with a record, wherever it is."""

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg

from api.wiring import System, open_system
from api.wiring.backup import Counting, Place, back_up, restore
from api.wiring.embedded import alone_on
from api.wiring.scaled import prepare
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase, Polarity
from domain.release import Visibility
from domain.source import Source
from domain.text import Prose, Title
from projections.rebuild import Rebuild, Rebuilt
from search.index import Query
from store.backup import postgres
from store.backup.manifest import Manifest
from store.backup.sqlite import PARTS
from store.ledger.keys import Keys
from store.ledger.sealer import Sealer

TITLES = ("Recruit early", "Ask for a commitment", "Meet in person")


def quietly(_what: str, _total: int | None, _unit: str) -> nullcontext[Callable[[int], None]]:
    return nullcontext(lambda _: None)


@dataclass(frozen=True)
class Record:
    """What the tests do with the record at a place."""

    place: Place

    @contextmanager
    def open(self) -> Generator[System]:
        with open_system(self.place.data, self.place.servers, seals=self.place.seals) as system:
            yield system

    def back_up(self, folder: Path, counting: Counting = quietly, *, keys: Path | None = None) -> Manifest:
        return back_up(self.place, folder, counting, keys=keys)

    def restore(self, folder: Path, *, new_log: bool = False) -> Manifest:
        return restore(self.place, folder, quietly, new_log=new_log)

    def is_there(self) -> bool:
        """Any of it."""
        if self.place.servers is None:
            return any(file for name in (*PARTS, ".restoring") for file in self.place.data.glob(f"{name}*"))
        with psycopg.connect(self.place.servers.database) as db:
            names = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            there = {name for (name,) in db.execute(names)} & set(postgres.TABLES)
            return any(db.execute(f"SELECT 1 FROM {name} LIMIT 1".encode()).fetchone() for name in there)

    @contextmanager
    def at_work(self) -> Generator[None]:
        """A server on an empty folder, which leaves nothing of it there; or a worker on an empty database."""
        if self.place.servers is None:
            with alone_on(self.place.data):
                yield
            return
        prepare(self.place.servers)
        with self.open() as system:
            assert system.store.position == 0
            yield

    def alter(self, position: int) -> None:
        """One bit of what is stored of the event there."""
        if self.place.servers is None:
            with closing(sqlite3.connect(self.place.data / "events.sqlite")) as db, db:
                db.execute(
                    "UPDATE stored_events SET state = CAST(replace(state, 'kari', 'kasi') AS BLOB)"
                    " WHERE notification_id=?",
                    (position,),
                )
            return
        with psycopg.connect(self.place.servers.database) as db:
            db.execute(
                "UPDATE laerdom_events SET state = set_byte(state, 20, get_byte(state, 20) # 1)"
                " WHERE notification_id=%s",
                (position,),
            )

    def seal(self, system: System) -> str:
        """The name of the log that signed everything that is there."""
        keys = Keys(self.place.seals.keys)
        signers = keys.signers(make=True)
        Sealer(system.ledger, keys.ledger(make=False), signers, self.place.seals.checkpoints).seal()
        return signers[0].name

    def lose(self) -> None:
        """Everything but keys and checkpoints, and what was made from the events."""
        if self.place.servers is None:
            for file in self.place.data.glob("*.sqlite*"):
                if not file.name.startswith("views"):
                    file.unlink()
            return
        with psycopg.connect(self.place.servers.database, autocommit=True) as db:
            db.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def lesson(title: str) -> Lesson:
    record = LessonRecord(
        title=Title(en=title),
        lesson=Prose(en="Finding people takes longest."),
        recommendation=Prose(en="Begin."),
        phase=Phase.RECRUITMENT,
        polarity=Polarity.KEEP,
        source=Source(url="https://example.org"),
    )
    made = Lesson.draft_new(uuid4(), record, owner="kari", visibility=Visibility.PUBLIC)
    made.submit()
    made.publish()
    return made


def rebuilt(system: System) -> Rebuilt:
    """Lists and search made from the events, and found to say what those say."""
    with (
        system.rebuilding(),
        closing(Rebuild(system.store, system.catalogue, system.index, system.dead_letters)) as new,
    ):
        new.build()
        return new.switch()


def found(system: System, words: str) -> list[str]:
    page = system.index.search(Query(at=datetime.now(UTC), text=words, limit=100), frozenset({"public"}))
    return sorted(hit.document.title["en"] for hit in page.hits)
