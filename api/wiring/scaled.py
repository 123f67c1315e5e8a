"""The scale-out mode: PostgreSQL keeps, Elasticsearch finds; any number of workers, one projector that leads."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event

from api.settings import Servers
from api.wiring.meaning import finder_of
from api.wiring.system import RebuildUnderWay, System
from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.event_log import EventLog
from projections.follower import Follower
from projections.leading import lead_or_stand_by
from projections.meaning_feed import MeaningFeed
from projections.runner import POLL_S, Projector
from projections.search_feed import SearchFeed
from projections.views import Views, version_of
from projections.views_schema import SCHEMA as VIEWS
from projections.vocabulary import Vocabulary
from search.elastic import ElasticIndex
from search.embedder import Embedder
from search.meaning import Meaning
from store.bell import EVENTS, PROJECTED, Bell
from store.connections import PATIENCE_S, Postgres, quoted
from store.database import Session
from store.erasures import Erasures
from store.event_store import EventStore
from store.kept_searches import KeptSearches
from store.leading import Leadership
from store.ledger.keys import Keys
from store.ledger.reading import Ledger
from store.ledger.rows import POSTGRES_EVENTS
from store.ledger.sealer import Sealer, Sealing
from store.migrations import begin_ledger, migrate
from store.missed import MissedSearches
from store.people import People
from store.postgres_database import PostgresDatabase
from store.refused import NotMigrated
from store.sign_ins import SignIns
from store.vectors import Vectors

REBUILD = "laerdom rebuild"
PROJECTOR = "laerdom projector"
VIEWS_S = 30.0
"""A batch of five hundred events in the lists; no reader waits for it."""
COUNTING_S = 3600.0
"""The sealer's first count of a record that was begun without a ledger: a minute for each million events."""
SILENT_S = 4.0
"""A leader asks every second whether it still leads; one that has been silent for so long is taken for frozen."""
ENV = {"PERSISTENCE_MODULE": "store.postgres:Factory"}


@dataclass(frozen=True, slots=True)
class Leading:
    """The projector, and the sealing of the ledger beside it."""

    projector: Projector
    sealing: Sealing

    def start(self) -> None:
        self.projector.start()
        self.sealing.start()

    def stop(self) -> None:
        self.sealing.stop()
        self.projector.stop()

    def wake(self) -> None:
        self.projector.wake()


def prepare(servers: Servers) -> list[str]:
    """The tables of the record brought up to this program, its events entered into the ledger, and empty views of this
    program's make where there are none; what was done, in words. Raises `NotMigrated` where a newer program has been,
    `OtherKey`, `StoreUnavailable`."""
    done = [f"step {number} of the record" for number in migrate(servers.database)]
    entered = begin_ledger(servers.database, Keys(servers.seals.keys).ledger(make=True))
    done += [f"{entered} events entered into the ledger"] if entered else []
    with _postgres(servers, views_schema()) as views:
        PostgresDatabase(views, *VIEWS)
    return done


def views_schema() -> str:
    """Views of another make are left alone, for workers of the version before that still run."""
    return f"views_{version_of(VIEWS):08x}"


def remove_views(db: Session) -> None:
    """Of whatever make: they were made from other events than those that are there next."""
    for row in db.execute("SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, 'views_')"):
        db.execute(f"DROP SCHEMA {quoted(row['name'])} CASCADE")


@contextmanager
def open_scaled(servers: Servers, embedder: Embedder | None = None) -> Generator[System]:
    """Raises `NotMigrated`, `NotDurable`, `StoreUnavailable`; without Elasticsearch it opens all the same."""
    with ExitStack() as stack:
        key = Keys(servers.seals.keys).ledger(make=False)
        store = EventStore(ENV | {"POSTGRES_URL": servers.database, "LEDGER_KEY": key.hex()})
        stack.callback(store.close)
        record = stack.enter_context(_postgres(servers))
        _check_views(record)
        views = Views(PostgresDatabase(stack.enter_context(_postgres(servers, views_schema())), writing_s=VIEWS_S))
        vectors = Vectors(PostgresDatabase(record))
        index = ElasticIndex(
            servers.elasticsearch,
            servers.index,
            api_key=servers.api_key,
            ca=servers.ca,
            shards=servers.shards,
            replicas=servers.replicas,
            refresh=servers.refresh,
            model=embedder.model if embedder else None,
            vectors=vectors,
        )
        stack.callback(index.close)
        catalogue, event_log, vocabulary = Catalogue(store, views), EventLog(store, views), Vocabulary(views)
        feed = SearchFeed(store, catalogue, index)
        projections = (catalogue, event_log, vocabulary, feed)
        letters = DeadLetters(views)
        meaning = MeaningFeed(store, feed, index, Meaning(embedder, vectors), views) if embedder else None
        projector = Projector(store, projections, letters, slow=[meaning] if meaning else [])
        stack.callback(projector.stop)
        if meaning:
            stack.callback(meaning.stopping.set)

        def positions() -> dict[str, int]:
            kept = views.positions()
            return {p.name: kept.get(p.name, 0) for p in projections}

        def note(positions: dict[str, int]) -> None:
            views.note({feed.name: positions[feed.name]})
            Bell(record, PROJECTED).ring()

        # Whoever projects, tells: workers wait for it, and readiness shows it, without asking Elasticsearch.
        projector.on_moved.append(note)
        bell = Bell(record, PROJECTED)
        follower = Follower(positions, lambda: bell.wait(POLL_S), projector.progress)
        stack.callback(bell.close)
        stack.callback(follower.stop)

        @contextmanager
        def rebuilding() -> Generator[None]:
            leadership = Leadership(record, REBUILD)
            if not leadership.try_lead():
                raise RebuildUnderWay
            try:
                yield
            finally:
                leadership.release()
                Bell(record, EVENTS).ring()  # the projector goes on from where the index in use now is

        searches = MissedSearches(PostgresDatabase(record))
        stack.callback(searches.close)
        yield System(
            store=store,
            ledger=Ledger(PostgresDatabase(record), POSTGRES_EVENTS),
            people=People(PostgresDatabase(record)),
            sign_ins=SignIns.on(PostgresDatabase(record), key),
            kept_searches=KeptSearches(PostgresDatabase(record)),
            missed=searches,
            views=views,
            catalogue=catalogue,
            event_log=event_log,
            vocabulary=vocabulary,
            dead_letters=letters,
            index=index,
            feed=feed,
            finder=finder_of(index, meaning, lambda: views.position(feed.name)),
            meaning=meaning,
            projections=projections,
            projector=projector,
            leads=False,
            positions=positions,
            erasures=Erasures(servers.seals.erasures),
            vectors=vectors,
            rows=(PostgresDatabase(record), views.database),
            rebuilding=rebuilding,
            start_following=follower.start,
        )


@contextmanager
def open_projector(
    servers: Servers, embedder: Embedder | None = None
) -> Generator[Callable[[Event, Callable[[str], None]], None]]:
    """A function that keeps views and index up, or stands by, until the event is set, and tells which of the two."""
    with ExitStack() as stack:
        system = stack.enter_context(open_scaled(servers, embedder))
        postgres = stack.enter_context(_postgres(servers))
        bell = Bell(postgres, EVENTS)
        keys = Keys(servers.seals.keys)
        key = keys.ledger(make=False)
        counting = stack.enter_context(_postgres(servers, patience_s=COUNTING_S))
        ledger = Ledger(PostgresDatabase(counting), POSTGRES_EVENTS)
        sealing = Sealing(lambda: Sealer(ledger, key, keys.signers(make=True), servers.seals.checkpoints))

        def run(stopping: Event, told: Callable[[str], None]) -> None:
            try:
                lead_or_stand_by(
                    Leading(system.projector, sealing),
                    Leadership(postgres, PROJECTOR, silent_s=SILENT_S),
                    stopping,
                    bell.wait,
                    told,
                )
            finally:
                bell.close()

        yield run


def _check_views(record: Postgres) -> None:
    with PostgresDatabase(record).reading() as db:
        [row] = db.execute("SELECT to_regclass(?) AS there", (f"{views_schema()}.positions",))
    if row["there"] is None:
        raise NotMigrated("There are no views of this program's make yet: run laerdom migrate.")


@contextmanager
def _postgres(servers: Servers, schema: str = "public", *, patience_s: float = PATIENCE_S) -> Generator[Postgres]:
    postgres = Postgres(servers.database, schema=schema, patience_s=patience_s)
    try:
        yield postgres
    finally:
        postgres.close()
