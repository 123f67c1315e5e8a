"""Views and index over a whole story: however it was applied, and whatever was lost, they are what the log says."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import StoredEvent
from structlog.testing import capture_logs

from api.wiring import System, open_system
from domain.aggregate import Event
from domain.audiences import ALWAYS
from domain.cluster import Cluster
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase
from domain.release import Visibility
from domain.text import Title
from projections import runner
from projections.catalogue import Catalogue
from projections.dead_letters import DeadLetters
from projections.documents import TELLING
from projections.projection import Recorded
from projections.runner import Projector
from projections.search_feed import SearchFeed
from projections.views import Views
from projections.views_file import open_views_file
from projections.views_schema import SCHEMA
from search.embedded import TantivyIndex
from search.fields import digest
from search.index import Document, SearchIndex
from store.event_store import EventStore
from store.mapper import EventMapper
from store.recent import LONG

Tell = Callable[..., None]
FIRST, SECOND, HALDEN, RAUFOSS = (UUID(int=n) for n in (31, 32, 21, 22))


def rows(views: Views) -> dict[str, list[tuple[Any, ...]]]:
    """Everything the catalogue holds."""
    tables = ("things", "links", "readers")
    with views.reading() as db:
        return {t: sorted(tuple(row.values()) for row in db.execute(f"SELECT * FROM {t}")) for t in tables}


def told(index: SearchIndex, views: Views) -> tuple[str, dict[str, list[tuple[Any, ...]]]]:
    return digest(sorted(index.documents(), key=lambda d: d.id)), rows(views)


def anew(store: EventStore, folder: Path) -> tuple[str, dict[str, list[tuple[Any, ...]]]]:
    """What is told when everything is applied from the beginning into empty views and an empty index."""
    folder.mkdir()
    views = Views(open_views_file(folder / "views.sqlite", SCHEMA))
    listed, index, letters = Catalogue(store, views), TantivyIndex(folder / "index"), DeadLetters(views)
    Projector(store, (listed, SearchFeed(store, listed, index)), letters).catch_up()
    assert letters.all() == ()
    given = told(index, views)
    index.close()
    return given


def test_the_story_tells_a_lot(system: System, tell: Tell) -> None:
    tell(system.store)
    system.projector.catch_up()
    kinds = [d.kind for d in system.index.documents()]
    assert {k: kinds.count(k) for k in ("lesson", "case", "cluster", "programme")} == {
        "lesson": 3,
        "case": 1,
        "cluster": 7,
        "programme": 3,
    }
    assert {k: len(v) for k, v in rows(system.views).items()} == {"things": 8, "links": 8, "readers": 50}
    assert system.dead_letters.all() == ()


@pytest.mark.parametrize("batch", [1, 3, 500])
def test_built_at_once_or_step_by_step_it_is_the_same(
    system: System, tell: Tell, tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(system.store, system.projector.catch_up)
    live = told(system.index, system.views)
    monkeypatch.setattr(runner, "BATCH", batch)
    assert anew(system.store, tmp_path / "anew") == live


def test_applied_twice_is_applied_once(system: System, tell: Tell) -> None:
    tell(system.store)
    system.projector.catch_up()
    once = told(system.index, system.views)
    events = [Recorded(row.id, system.store.decode(row)) for row in system.store.read(0, 1_000)]
    feed = SearchFeed(system.store, system.catalogue, system.index)
    for again in (events, events[:5], list(reversed(events))):
        system.catalogue.apply(again, events[-1].position)
        feed.apply(again, events[-1].position)
        assert told(system.index, system.views) == once
    assert system.projector.lag() == {"catalogue": 0, "event_log": 0, "vocabulary": 0, "search": 0}


def test_a_step_of_a_long_process_is_read_and_not_its_life(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    process = ForesightProcess.open(uuid4(), ProcessRecord(title=Title(en="A long one"), cluster=HALDEN))
    for n in range(LONG):
        process.enter_phase(Phase.SCOPING, f"20{n:02}-01-05")
    system.store.save(process)
    system.projector.catch_up()
    decoded, decode = list[int](), EventMapper.to_domain_event

    def counted(mapper: EventMapper, row: StoredEvent) -> Event:
        if row.originator_id == process.id:
            decoded.append(row.originator_version)
        return decode(mapper, row)

    monkeypatch.setattr(EventMapper, "to_domain_event", counted)
    process.enter_phase(Phase.SCOPING, "2099-01-05")
    system.store.save(process)
    system.projector.catch_up()
    assert set(decoded) == {process.version}
    [*_, newest] = sorted(documents_of(system, process.id), key=lambda d: d.revision)
    assert (newest.revision, newest.facets["year"][-1]) == (process.version, "2099")


def test_what_changes_no_document_is_not_written(
    system: System, record: LessonRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    lesson = Lesson.draft_new(uuid4(), record, owner="kari")
    lesson.submit()
    lesson.publish()
    system.store.save(lesson)
    system.projector.catch_up()
    before, written, put = documents_of(system, lesson.id), list[Document](), system.index.put

    def noted(documents: Sequence[Document], position: int) -> None:
        written.extend(documents)
        put(documents, position)

    monkeypatch.setattr(system.index, "put", noted)
    lesson.edit(record.model_copy(update={"title": Title(en="Second")}))
    lesson.submit()
    system.store.save(lesson)
    system.projector.catch_up()
    assert (written, documents_of(system, lesson.id)) == ([], before)
    lesson.publish()
    system.store.save(lesson)
    system.projector.catch_up()
    assert [d.title["en"] for d in written] == [record.title.en, "Second"]


def documents_of(system: System, id: UUID) -> list[Document]:
    return [d for d in system.index.documents() if d.thing == str(id)]


def test_a_renamed_cluster_renews_what_names_it(system: System, tell: Tell, record: LessonRecord) -> None:
    """Also the earlier revision of a lesson that has moved to another cluster."""
    tell(system.store, system.projector.catch_up)
    moved = Lesson.draft_new(uuid4(), record, owner="kari", visibility=Visibility.PUBLIC)
    for cluster in (HALDEN, RAUFOSS):
        moved.edit(record.model_copy(update={"cluster": cluster, "sector": "x"}))
        moved.submit()
        moved.publish()
    system.store.save(moved)
    halden = system.store.get(Cluster, HALDEN)
    halden.rename("Zephyr", "2020")
    system.store.save(halden)
    system.projector.catch_up()
    assert ["Zephyr" in d.also for d in documents_of(system, moved.id)] == [True, False]
    assert [e.id for e in system.catalogue.linked_to(HALDEN, "lesson", scope=ALWAYS)] == [SECOND, UUID(int=33)]
    assert moved.id in system.catalogue.naming(HALDEN)


@pytest.mark.parametrize("lost", ["views", "damaged views", "index", "damaged index", "current", "both"])
def test_what_was_lost_or_damaged_is_made_anew_from_the_log(data: Path, tell: Tell, lost: str) -> None:
    with open_system(data) as system:
        tell(system.store)
        system.projector.catch_up()
        before = told(system.index, system.views)
    if lost in ("views", "both"):
        for file in data.glob("views.sqlite*"):
            file.unlink()
    if lost == "damaged views":
        (data / "views.sqlite").write_bytes(b"not a database at all" * 500)
    if lost in ("index", "both"):
        shutil.rmtree(data / "index")
    if lost == "damaged index":
        for file in (data / "index").rglob("meta.json"):
            file.write_text("{}")
    if lost == "current":
        (data / "index" / "current").write_text("../elsewhere")
    with capture_logs(), open_system(data) as system:
        system.start()
        assert system.projector.wait_for(system.store.position, 20)
        assert told(system.index, system.views) == before


def test_after_an_older_backup_was_restored_views_and_index_follow_it(
    data: Path, tmp_path: Path, tell: Tell, record: LessonRecord
) -> None:
    with open_system(data) as system:
        tell(system.store)
        system.projector.catch_up()
        before = told(system.index, system.views)
    backup = (data / "events.sqlite").read_bytes()
    with open_system(data) as system:
        system.store.save(Lesson.draft_new(uuid4(), record, owner="kari"))
        system.projector.catch_up()
    for file in data.glob("events.sqlite*"):
        file.unlink()
    (data / "events.sqlite").write_bytes(backup)
    with capture_logs() as logs, open_system(data) as system:
        system.projector.catch_up()
        assert told(system.index, system.views) == before
        assert system.lag() == {"catalogue": 0, "event_log": 0, "vocabulary": 0, "search": 0}
    assert [entry["log_level"] for entry in logs] == ["warning"]


def test_a_damaged_life_stops_neither_the_others_nor_what_is_beside_it(
    system: System, tell: Tell, plant: Callable[[UUID, int, str], int], record: LessonRecord
) -> None:
    """Its own events are put aside, at once: reading them again would not help."""
    tell(system.store)
    damaged = len(system.store.events(FIRST))
    plant(FIRST, damaged + 1, "os:system")
    lesson = Lesson.draft_new(uuid4(), record, owner="kari", visibility=Visibility.PUBLIC)
    lesson.submit()
    lesson.publish()
    newest = system.store.save(lesson)
    pauses: list[float] = []
    projections = system.projections
    with capture_logs():
        Projector(system.store, projections, system.dead_letters, sleep=pauses.append).catch_up()
    assert (system.catalogue.position, system.index.position, pauses) == (newest, newest, [])
    aside = [(letter.projection, letter.topic) for letter in system.dead_letters.all()]
    topics = [row.topic for row in system.store.read(0, 1_000) if row.originator_id == FIRST]
    assert [topic for projection, topic in aside if projection == "catalogue"] == topics
    telling = [topic for topic in topics if topic in {*TELLING, "os:system"}]
    assert [topic for projection, topic in aside if projection == "search"] == telling
    assert len(topics) == damaged + 1
    told = {d.thing for d in system.index.documents()}
    assert {str(i) for i in (lesson.id, HALDEN, RAUFOSS, SECOND)} <= told
    assert str(FIRST) not in told


def test_a_damaged_cluster_does_not_hide_its_lessons(
    system: System, plant: Callable[[UUID, int, str], int], record: LessonRecord
) -> None:
    plant(HALDEN, 1, "os:system")
    lesson = Lesson.draft_new(uuid4(), record, owner="kari", visibility=Visibility.PUBLIC)
    lesson.submit()
    lesson.publish()
    system.store.save(lesson)
    with capture_logs():
        system.projector.catch_up()
    [document] = system.index.documents()
    assert (document.thing, "cluster" in document.facets) == (str(lesson.id), False)
    assert [(d.projection, d.topic) for d in system.dead_letters.all()] == [
        ("catalogue", "os:system"),
        ("event_log", "os:system"),
        ("search", "os:system"),
        ("vocabulary", "os:system"),
    ]
