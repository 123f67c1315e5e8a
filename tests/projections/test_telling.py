"""After which events documents differ: the others leave the search index as it is."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.aggregate import A, Event
from domain.case import Case, CaseRecord
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase
from domain.release import Visibility
from domain.text import Prose, Title
from projections.documents import TELLING, case_documents, lesson_documents, process_documents, tells
from search.index import Document
from tests.domain.processes import ISLANDS, PROCESS, RECORD, drawn, written
from tests.domain.test_process_replays import Command, commands, decided_at
from tests.projections.test_documents import Around

CASE = UUID(int=41)


def changing(of: Callable[[A], list[Document]], nothing: A, events: Sequence[Event]) -> list[bool]:
    """Of each event, whether there are other documents after it than before."""
    told: list[list[Document]] = [[]]
    for event in events:
        nothing.take(event)
        told.append(of(nothing))
    return [before != after for before, after in pairwise(told)]


def told_by(of: Callable[[A], list[Document]], nothing: A, events: Sequence[Event]) -> tuple[set[str], set[str]]:
    """Topics after which documents differed, and all topics."""
    changed = changing(of, nothing, events)
    return {event.topic for event, did in zip(events, changed, strict=True) if did}, {event.topic for event in events}


def test_of_a_lesson(record: LessonRecord) -> None:
    def published(title: str) -> Lesson:
        lesson = Lesson.draft_new(uuid4(), record, owner="kari")
        lesson.edit(record.model_copy(update={"title": Title(en=title)}))
        lesson.submit()
        lesson.return_draft("Say more.")
        lesson.submit()
        lesson.publish()
        return lesson

    one, other, third = (published(title) for title in ("One", "Other", "Third"))
    one.renew_review("2030-01-01")
    one.hand_over("ola")
    one.consent(CASE, ("title",))
    one.share(Visibility.PUBLIC, True)
    one.edit(record)
    one.withdraw("It no longer holds.")
    other.supersede(third)
    told, topics = set[str](), set[str]()
    for lesson in (one, other):
        changed, there = told_by(lambda it: lesson_documents(it, Around(), 1), Lesson(lesson.id), lesson.pending)
        told, topics = told | changed, topics | there
    assert topics == set(Lesson.events())
    assert told == TELLING & topics


def test_of_a_case() -> None:
    prose = Prose(en="A story.")
    case = Case.draft_new(CASE, CaseRecord(title=Title(en="One"), summary=prose, body=prose))
    case.publish()
    case.edit(case.current.model_copy(update={"title": Title(en="Two")}))
    case.publish()
    case.share(Visibility.PUBLIC)
    case.withdraw("It no longer holds.")
    told, topics = told_by(lambda it: case_documents(it, Around(), 1), Case(CASE), case.pending)
    assert topics == set(Case.events())
    assert told == TELLING & topics


def test_of_a_process() -> None:
    process = ForesightProcess.open(PROCESS, RECORD)
    process.describe(RECORD.model_copy(update={"title": Title(en="Another")}))
    process.share(Visibility.PUBLIC)
    process.enter_phase(Phase.PLANNING, "2026-01-05")
    drawn(process)
    written(process)
    process.drop_scenario(ISLANDS)
    process.withdraw("Opened twice.")
    told, topics = told_by(lambda it: process_documents(it, Around(), 1), ForesightProcess(PROCESS), process.pending)
    assert told == topics & TELLING == {topic for topic in TELLING if topic.startswith("process.")}


@given(st.lists(commands, min_size=8, max_size=16), st.booleans())
def test_of_a_process_whatever_is_decided(steps: list[Command], broken: bool) -> None:
    process = decided_at(2026, [*steps, *([("withdraw", ("Over.",))] if broken else [])])
    changed = changing(lambda it: process_documents(it, Around(), 1), ForesightProcess(process.id), process.pending)
    assert [event.topic for event, did in zip(process.pending, changed, strict=True) if did and not tells(event)] == []
