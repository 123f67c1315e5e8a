"""A system on an empty folder that keeps up only when asked to; Kari acts, at a clock that moves a minute a look."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from api.wiring import System, open_system
from domain.acting import acting, but
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord, MemberKind
from domain.dates import Span
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase, Polarity
from domain.names import NameClaim, claim_id
from domain.programme import Programme, ProgrammeRecord
from domain.release import Visibility
from domain.text import Prose, Title
from store.event_store import EventStore
from store.ledger.keys import Keys

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    minutes = count()
    with acting("kari", request_id="request-1", clock=lambda: BEGIN + timedelta(minutes=next(minutes))):
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(params=["embedded", "scaled"])
def system(request: pytest.FixtureRequest, data: Path) -> Iterator[System]:
    """Once on a folder, once on the two servers."""
    servers = request.getfixturevalue("servers") if request.param == "scaled" else None
    with open_system(data, servers) as system:
        yield system


@pytest.fixture
def another_store(system: System, request: pytest.FixtureRequest, data: Path) -> Iterator[EventStore]:
    """On the same events, as another process has it."""
    env = {"PERSISTENCE_MODULE": "store.sqlite:Factory", "SQLITE_DBNAME": str(data / "events.sqlite")}
    keys = data / "keys"
    if "servers" in request.fixturenames:
        env = {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": request.getfixturevalue("database")}
        keys = request.getfixturevalue("servers").seals.keys
    store = EventStore(env | {"LEDGER_KEY": Keys(keys).ledger(make=False).hex()})
    yield store
    store.close()


@pytest.fixture
def plant(system: System, request: pytest.FixtureRequest, data: Path) -> Callable[[UUID, int, str], int]:
    """Puts a row of any topic into the event store behind its back; its position."""

    def put(id: UUID, version: int, topic: str) -> int:
        if "servers" in request.fixturenames:
            with psycopg.connect(request.getfixturevalue("database"), autocommit=True) as db:
                insert = "INSERT INTO laerdom_events (originator_id, originator_version, topic, state) VALUES"
                db.execute(f"{insert} (%s,%s,%s,'{{}}')", (id, version, topic))  # pyright: ignore[reportArgumentType]
        else:
            with closing(sqlite3.connect(data / "events.sqlite")) as db, db:
                insert = "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES"
                db.execute(f"{insert} (?,?,?,'{{}}')", (id.hex, version, topic))
        return system.store.position

    return put


@pytest.fixture
def record() -> LessonRecord:
    """A lesson of no cluster that could be published."""
    return LessonRecord(
        title=Title(en="Recruit early", nb="Rekrutter tidlig"),
        lesson=Prose(en="Finding *people* takes longest."),
        recommendation=Prose(en="Ask for a commitment."),
        phase=Phase.RECRUITMENT,
        polarity=Polarity.KEEP,
        cluster=UUID(int=21),
    )


def published(lesson: Lesson) -> Lesson:
    lesson.submit()
    lesson.publish()
    return lesson


@pytest.fixture
def tell(record: LessonRecord) -> Callable[[EventStore, Callable[[], object]], None]:
    """A story in which everything happens that a projection has to follow; `then` is called after every save."""

    def story(store: EventStore, then: Callable[[], object] = lambda: None) -> None:
        def save(*things: Programme | Cluster | Lesson | Case | NameClaim) -> None:
            store.save(*things)
            then()

        nce = Programme.establish(
            UUID(int=11), "NCE", ProgrammeRecord(name=Title(en="Centres of Expertise"), owner="Siva")
        )
        arena = Programme.establish(UUID(int=12), "Arena", ProgrammeRecord(name=Title(nb="Arena"), owner="Siva"))
        save(nce, arena)
        halden = Cluster.register(UUID(int=21), "Halden Energy", ClusterRecord(county="Østfold", sector="energy"))
        claim = NameClaim(claim_id("cluster", "NO", "Halden Energy"))
        claim.claim(halden.id)
        save(halden, claim)
        other = Cluster.register(UUID(int=22), "Raufoss", ClusterRecord(county="Innlandet"))
        halden.admit(arena.id, "2006")
        save(other, halden)
        first = Lesson.draft_new(UUID(int=31), record, owner="kari", visibility=Visibility.PUBLIC)
        save(first)
        save(published(first))
        first.edit(record.model_copy(update={"cluster": other.id, "happened": Span(start="2008")}))
        save(first)
        save(published(first))
        halden.rename("NCE Smart", "2009")
        halden.graduate(arena.id, nce.id, "2009")
        save(halden)
        second = Lesson.draft_new(UUID(int=32), record, owner="ola", visibility=Visibility.MANAGERS, anonymous=True)
        save(published(second))
        third = Lesson.draft_new(UUID(int=33), record, owner="ola", visibility=Visibility.PROGRAMME)
        third.submit()
        with but(actor="siv"):
            third.return_draft("Say where.")
        save(third)
        case = Case.draft_new(
            UUID(int=41),
            CaseRecord(
                title=Title(en="Foresight in Halden"),
                summary=Prose(en="Four gatherings."),
                body=Prose(en="## What was done"),
                clusters=(halden.id,),
                lessons=(first.id,),
            ),
            visibility=Visibility.PUBLIC,
        )
        case.publish()
        save(case)
        halden.add_member("IFE", MemberKind.RESEARCH)
        other.rename("NCE Raufoss", "2010")
        save(halden, other)
        second.share(Visibility.PUBLIC, False)
        save(second)
        second.supersede(first)
        save(second)
        first.withdraw("No longer true.")
        save(first)
        case.withdraw("Replaced.")
        save(case)
        nce.change(nce.current.model_copy(update={"owner": "Innovation Norway"}))
        arena.close("2014")
        save(nce, arena)

    return story
