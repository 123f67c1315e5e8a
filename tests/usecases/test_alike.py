"""What stands beside a lesson: what says nearly the same, and what advises the opposite."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.usecases.alike import Beside, beside
from api.wiring import System, open_system
from domain.acting import acting
from domain.case import Case, CaseRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.release import Visibility
from domain.text import Prose, Title
from domain.viewer import Viewer
from search.index import SearchUnavailable
from tests.letters import Letters

Publish = Callable[..., UUID]
VISITOR = Viewer("anybody")
OPERATOR = Viewer("operator", operator=True)


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    with acting("kari"):
        yield


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with open_system(tmp_path / "data", None, Letters()) as system:
        yield system


@pytest.fixture
def publish(system: System) -> Publish:
    """A lesson of which the title is all that it says; on meetings, to be kept, and for everybody."""

    def publish(text: str, visibility: Visibility = Visibility.PUBLIC, **said: Any) -> UUID:
        given: dict[str, Any] = {"polarity": "keep", "topics": ("meetings",), "phase": "scoping"} | said
        texts = {name: {"en": text} for name in ("title", "lesson", "recommendation")}
        record = LessonRecord.model_validate(texts | given | {"cluster": UUID(int=21)})
        lesson = Lesson.draft_new(uuid4(), record, owner="kari", visibility=visibility)
        lesson.submit()
        lesson.publish()
        system.store.save(lesson)
        return lesson.id

    return publish


def told(system: System, id: UUID, viewer: Viewer = VISITOR) -> tuple[list[str], list[str]]:
    system.projector.catch_up(slow=True)
    thing = system.store.find_any(id)
    assert isinstance(thing, Lesson | Case)
    found = beside(system, viewer, thing, prefer="en")
    return [hit.title for hit in found.similar], [hit.title for hit in found.disagreeing]


def others(publish: Publish) -> None:
    for text in ("aaaa bbb", "cccc ddd", "eeee fff", "gggg hhh", "iiii jjj", "kkkk lll"):
        publish(text, polarity="mixed")


def test_what_says_nearly_the_same_and_not_the_lesson_itself(system: System, publish: Publish) -> None:
    others(publish)
    one = publish("zzzz yyy")
    publish("zzyy zzy")
    assert told(system, one) == (["zzyy zzy"], [])


def test_the_opposite_on_the_same_topic_stands_by_itself(system: System, publish: Publish) -> None:
    others(publish)
    one = publish("zzzz yyy")
    publish("zzyy zzy", polarity="change")
    publish("yyzz zzz", polarity="change", topics=("money",))
    assert told(system, one) == (["yyzz zzz"], ["zzyy zzy"])


def test_nothing_that_the_reader_may_not_read(system: System, publish: Publish) -> None:
    others(publish)
    one = publish("zzzz yyy")
    publish("zzyy zzy", Visibility.OWN_CLUSTER)
    publish("yyzz zzz", Visibility.OWN_CLUSTER, polarity="change")
    assert told(system, one) == ([], [])
    assert told(system, one, OPERATOR) == (["zzyy zzy"], ["yyzz zzz"])


def test_lessons_of_a_case_are_not_told_again_beside_it(system: System, publish: Publish) -> None:
    others(publish)
    ours, _ = publish("zzyy zzy"), publish("zzzy zyz")
    prose = Prose(en="zzzz yyy")
    for lessons, similar in (((), {"zzyy zzy", "zzzy zyz"}), ((ours,), {"zzzy zyz"})):
        record = CaseRecord(title=Title(en="zzzz yyy"), summary=prose, body=prose, lessons=lessons)
        case = Case.draft_new(uuid4(), record, visibility=Visibility.PUBLIC)
        case.publish()
        system.store.save(case)
        assert set(told(system, case.id)[0]) == similar


def test_nothing_beside_what_is_over(system: System, publish: Publish) -> None:
    others(publish)
    one = publish("zzzz yyy")
    publish("zzyy zzy")
    lesson = system.store.get(Lesson, one)
    lesson.withdraw("It no longer holds.")
    system.store.save(lesson)
    assert told(system, one) == ([], [])


def test_a_search_that_is_away_leaves_the_page_as_it_is(
    system: System, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = publish("zzzz yyy")
    system.projector.catch_up(slow=True)

    def away(*_: object) -> None:
        raise SearchUnavailable("It is away.")

    monkeypatch.setattr(system.index, "candidates", away)
    assert beside(system, VISITOR, system.store.get(Lesson, one), prefer="en") == Beside()
