"""Vectors follow what is findable, in both modes, and nothing else waits for them."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest

from api.wiring import System, open_system
from domain.acting import current_act
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.release import Visibility
from domain.text import Prose, Title
from projections.dead_letters import DeadLetters
from projections.rebuild import Rebuild
from search import reference
from search.index import Query
from tests.letters import Letters

PUBLIC = frozenset({"public"})


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is public, instead of every half minute."""
    monkeypatch.setattr(reference, "REFRESH_S", 0.0)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture(params=["embedded", "scaled"])
def system(request: pytest.FixtureRequest, data: Path, letters: Letters) -> Iterator[System]:
    servers = request.getfixturevalue("servers") if request.param == "scaled" else None
    with open_system(data, servers, letters) as system:
        yield system


@pytest.fixture
def share(system: System, record: LessonRecord) -> Callable[..., Lesson]:
    """Publishes a lesson for everybody; the loop has not seen it yet."""

    def share(text: str, visibility: Visibility = Visibility.PUBLIC) -> Lesson:
        said = record.model_copy(update={"title": Title(en=text), "lesson": Prose(en=text)})
        lesson = Lesson.draft_new(uuid4(), said, owner="kari", visibility=visibility)
        lesson.submit()
        lesson.publish()
        system.store.save(lesson)
        return lesson

    return share


def near(system: System, text: str) -> list[str]:
    """Titles of those that are found for being close in meaning alone."""
    page = system.finder.search(Query(current_act().clock(), text), PUBLIC)
    return [hit.title for hit in page.hits if hit.near]


def fill(share: Callable[..., Lesson]) -> None:
    for text in ("aaaa bbb", "zzzz yyy", "cccc ddd", "eeee fff", "gggg hhh", "iiii jjj"):
        share(text)


def test_what_is_shared_is_found_by_its_meaning_once_that_is_known(
    system: System, share: Callable[..., Lesson]
) -> None:
    fill(share)
    system.projector.catch_up()
    assert (system.without_meaning(), near(system, "zyzyz zyyz")) == (system.store.position, [])
    system.projector.catch_up(slow=True)
    assert (system.without_meaning(), near(system, "zyzyz zyyz")) == (0, ["zzzz yyy"])
    assert "meaning" not in system.lag()


def test_nobody_waits_for_it(system: System, share: Callable[..., Lesson]) -> None:
    share("aaaa bbb")
    system.projector.catch_up()
    assert system.projector.wait_for(system.store.position)
    assert system.without_meaning() != 0


def test_a_rebuilt_index_has_what_is_known_and_nothing_is_made_twice(
    system: System, share: Callable[..., Lesson], letters: Letters
) -> None:
    fill(share)
    system.projector.catch_up(slow=True)
    before, made = near(system, "zyzyz zyyz"), len(letters.asked)
    aside = DeadLetters(system.views)
    with closing(Rebuild(system.store, system.catalogue, system.index, aside, system.meaning)) as rebuild:
        rebuild.build()
        rebuild.switch()
    assert near(system, "zyzyz zyyz") == before == ["zzzz yyy"]
    assert [text for text in letters.asked[made:] if "zzzz" in text or "aaaa" in text] == []


def test_what_was_learned_while_an_index_was_built_comes_into_it(system: System, share: Callable[..., Lesson]) -> None:
    fill(share)
    system.projector.catch_up()
    aside = DeadLetters(system.views)
    with closing(Rebuild(system.store, system.catalogue, system.index, aside, system.meaning)) as rebuild:
        rebuild.build()
        system.projector.catch_up(slow=True)
        rebuild.switch()
    system.projector.catch_up(slow=True)
    assert near(system, "zyzyz zyyz") == ["zzzz yyy"]


def test_another_model_begins_anew(data: Path, record: LessonRecord, letters: Letters) -> None:
    class Others(Letters):
        model = letters.model._replace(name="others")

    with open_system(data, None, letters) as system:
        system.projector.catch_up(slow=True)
    with open_system(data, None, Others()) as system:
        lesson = Lesson.draft_new(uuid4(), record, owner="kari", visibility=Visibility.PUBLIC)
        lesson.submit()
        lesson.publish()
        system.store.save(lesson)
        assert system.without_meaning() == system.store.position


def test_it_ends_between_two_passages(system: System, share: Callable[..., Lesson], letters: Letters) -> None:
    fill(share)
    system.start()
    assert system.meaning is not None
    system.meaning.stopping.set()
    system.projector.stop()
    assert len(letters.asked) <= 7
