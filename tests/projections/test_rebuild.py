"""A new index beside the one in use: searches go on, and nothing is switched to that does not say what the log says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest

from api.wiring import System
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.release import Visibility
from domain.text import Title
from projections import runner
from projections.dead_letters import DeadLetters
from projections.rebuild import Differs, Rebuild
from search.fields import digest
from search.index import Document, Query, SearchIndex

Tell = Callable[..., None]
Make = Callable[[], Rebuild]


@pytest.fixture
def aside(system: System) -> DeadLetters:
    return system.dead_letters


@pytest.fixture
def make(system: System, aside: DeadLetters) -> Iterator[Make]:
    made: list[Rebuild] = []

    def rebuild() -> Rebuild:
        made.append(Rebuild(system.store, system.catalogue, system.index, aside))
        return made[-1]

    yield rebuild
    for rebuild_ in made:
        rebuild_.close()


def published(record: LessonRecord, title: str) -> Lesson:
    changed = record.model_copy(update={"title": Title(en=title)})
    lesson = Lesson.draft_new(uuid4(), changed, owner="kari", visibility=Visibility.PUBLIC)
    lesson.submit()
    lesson.publish()
    return lesson


def titles(system: System, text: str) -> list[str]:
    page = system.index.search(Query(at=datetime.now(UTC), text=text, limit=100), frozenset({"public"}))
    return sorted(hit.document.title["en"] for hit in page.hits)


def test_it_says_what_the_old_one_said(system: System, tell: Tell, make: Make) -> None:
    tell(system.store)
    system.projector.catch_up()
    old = digest(system.index.documents())
    rebuild = make()
    reached: list[int] = []
    rebuild.build(reached.append)
    built = rebuild.switch()
    assert (built.digest, built.before, built.documents) == (old, old, 14)
    assert (built.position, reached[-1], system.index.position) == (system.store.position,) * 3
    assert digest(system.index.documents()) == old
    assert system.index.tidy() == 1


def test_each_document_is_made_once_however_many_events_its_thing_had(
    system: System, tell: Tell, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "BATCH", 3)
    tell(system.store)
    system.projector.catch_up()
    old, put, given = digest(system.index.documents()), type(system.index).put, list[str]()

    def noted(index: SearchIndex, documents: list[Document], position: int) -> None:
        given.extend(document.id for document in documents)
        put(index, documents, position)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(type(system.index), "put", noted)
    rebuild = make()
    rebuild.build()
    assert (len(given), len(set(given)), rebuild.switch().digest) == (14, 14, old)


def test_what_an_index_has_lost_comes_back(system: System, tell: Tell, make: Make, record: LessonRecord) -> None:
    tell(system.store)
    system.projector.catch_up()
    whole = digest(system.index.documents())
    empty = system.index.fresh()
    empty.put([], system.store.position)
    system.index.adopt(empty)
    assert list(system.index.documents()) == []
    rebuild = make()
    rebuild.build()
    assert rebuild.switch().digest == whole
    assert digest(system.index.documents()) == whole


def test_what_is_written_meanwhile_is_there_afterwards(
    system: System, tell: Tell, make: Make, record: LessonRecord
) -> None:
    tell(system.store)
    system.projector.catch_up()
    rebuild = make()
    rebuild.build()
    system.store.save(published(record, "Quokkas before the switch"))
    rebuild.switch()
    assert titles(system, "quokkas") == ["Quokkas before the switch"]
    system.store.save(published(record, "Quokkas after the switch"))
    system.projector.catch_up()
    assert titles(system, "quokkas") == ["Quokkas after the switch", "Quokkas before the switch"]


def test_searches_never_fail_while_it_goes_on(system: System, tell: Tell, make: Make, record: LessonRecord) -> None:
    system.store.save(*(published(record, f"Quokka {n}") for n in range(20)))
    system.projector.catch_up()
    stop, failures, seen = Event(), list[BaseException](), set[int]()

    def search() -> None:
        while not stop.is_set():
            try:
                seen.add(len(titles(system, "quokka")))
            except BaseException as error:
                failures.append(error)

    readers = [Thread(target=search) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(5):
        rebuild = make()
        rebuild.build()
        rebuild.switch()
        system.index.tidy()
    stop.set()
    for reader in readers:
        reader.join()
    assert (failures, seen) == ([], {20})


def test_one_that_is_broken_off_leaves_the_old_one(system: System, tell: Tell, make: Make) -> None:
    tell(system.store)
    system.projector.catch_up()
    old, position = digest(system.index.documents()), system.index.position
    rebuild = make()
    with pytest.raises(KeyboardInterrupt):
        rebuild.build(_stop)
    rebuild.close()
    assert (digest(system.index.documents()), system.index.position) == (old, position)
    again = make()
    again.build()
    assert again.switch().digest == old


def _stop(_position: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("wrong", ["missing", "different", "too many"])
def test_one_that_does_not_say_what_the_log_says_is_not_switched_to(
    system: System, tell: Tell, make: Make, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(system.store)
    system.projector.catch_up()
    old = digest(system.index.documents())
    put = type(system.index).put

    def badly(index: SearchIndex, documents: list[Document], position: int) -> None:
        some = [d for d in documents if wrong != "missing" or not d.id.startswith("case:")]
        if wrong == "different":
            some = [replace(d, also="something else") for d in some]
        if wrong == "too many" and documents:
            first = documents[0]
            some.append(replace(first, id=f"{first.kind}:{UUID(int=99)}:1", thing=str(UUID(int=99))))
        put(index, some, position)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(type(system.index), "put", badly)
    rebuild = make()
    rebuild.build()
    with pytest.raises(Differs) as refused:
        rebuild.switch()
    assert refused.value.ids
    assert digest(system.index.documents()) == old


def test_what_cannot_be_read_is_put_aside_and_hinders_nothing(
    system: System, tell: Tell, make: Make, plant: Callable[[UUID, int, str], int]
) -> None:
    tell(system.store)
    plant(uuid4(), 1, "os:system")
    rebuild = make()
    rebuild.build()
    built = rebuild.switch()
    assert (built.documents, built.position) == (14, system.store.position)
    assert {letter.topic for letter in system.dead_letters.all()} == {"os:system"}
