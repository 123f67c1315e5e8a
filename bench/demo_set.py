"""The judged set of our own: the demo lessons, and what managers might type to find each (tests/search/judged).

As shipped every lesson is in both languages. `HALVED` has each in one of them, by turns, so that half of the questions
are answered in the other language, and only there.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.judged import Collection, Question
from demo.clusters import demo_clusters
from demo.lessons import demo_lessons
from demo.origin import demo_id
from demo.programmes import PROGRAMME_IDS
from domain.acting import acting
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from projections.documents import lesson_documents
from search.index import LANGS, Document, Lang

JUDGED = Path(__file__).parents[1] / "tests" / "search" / "judged" / "demo.jsonl"
SHIPPED, HALVED = "demo", "demo-halved"
RELEASED = datetime(2020, 1, 1, tzinfo=UTC)


class _Alone:
    """Lessons as they stand, without what is known of the cluster that each is of."""

    def cluster(self, id: UUID) -> Cluster | None:
        return None

    def programme_code(self, id: UUID) -> str | None:
        return next((code for code, known in PROGRAMME_IDS.items() if known == id), None)


def demo_set(name: str = SHIPPED) -> Collection:
    """`SHIPPED` or `HALVED`. The one lesson that is meant has grade 2, others that would do 1."""
    documents = dict(_documents())
    if name == HALVED:
        documents = {key: _in_one(d, LANGS[n % 2]) for n, (key, d) in enumerate(documents.items())}
    rows = [json.loads(line) for line in JUDGED.read_text("utf-8").splitlines()]
    questions = [_question(row, documents[row["lesson"]]) for row in rows]
    judged = {row["id"]: {documents[key].id: grade for key, grade in _grades(row).items()} for row in rows}
    return Collection(name, tuple(documents.values()), tuple(questions), judged)


def _documents() -> Iterator[tuple[str, Document]]:
    """By the names the lessons have in the data."""
    clusters = {cluster.new.name: demo_id("cluster", cluster.new.name) for cluster in demo_clusters()}
    with acting("bench", clock=lambda: RELEASED):
        for demo in demo_lessons(clusters):
            record = LessonRecord.model_validate(demo.new.model_dump(include=set(LessonRecord.model_fields)))
            lesson = Lesson.draft_new(demo.id, record, owner="bench", visibility=demo.new.visibility)
            lesson.submit()
            lesson.publish()
            [document] = lesson_documents(lesson, _Alone(), version=1)
            yield demo.key, document


def _in_one(document: Document, lang: Lang) -> Document:
    return replace(
        document,
        title={lang: document.title[lang]},
        body={lang: document.body[lang]},
        facets={**document.facets, "lang": (lang,)},
    )


def _question(row: Mapping[str, Any], meant: Document) -> Question:
    return Question(row["id"], row["text"], row["lang"], cross=row["lang"] not in meant.title, typo=row["typo"])


def _grades(row: Mapping[str, Any]) -> Mapping[str, int]:
    return {**dict.fromkeys(row["also"], 1), row["lesson"]: 2}
