"""Collections of documents, queries and judgements, read from folders beside the project; none of them is shipped.

A folder has `queries.jsonl`, `qrels.tsv` (query, document, grade) and its documents: `docs.jsonl` (id, title, body) of
one language, or `lessons.jsonl`, each lesson in a language of its own. Documents become what the product would keep.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from bench.measures import Judged
from domain.audiences import PUBLIC
from search.index import Document, Lang

RELEASED = datetime(2020, 1, 1, tzinfo=UTC)
"""Of all alike, so that no date orders anything."""
LONG_WORD = re.compile(r"[^\W\d_]{5,}")
Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """`cross`: what answers it is written in the other language. `typo`: it was typed with a mistake. `made`: the
    mistake was made here, in a question that stands among the others as well."""

    id: str
    text: str
    lang: Lang
    cross: bool = False
    typo: bool = False
    made: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """`judged` by the id of the question; each has a relevant document. Ids of documents are those of the product."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[Question, ...]
    judged: Mapping[str, Judged]

    @property
    def two_languages(self) -> bool:
        return any(question.cross for question in self.questions)


def read(name: str, folder: Path) -> Collection:
    """One of `KNOWN`, under `folder`. Raises `ValueError` where it is not there or does not fit together."""
    make = KNOWN[name]
    at = folder / name
    try:
        documents = {str(row["id"]): make(row) for row in _rows(at / make.file)}
        judged = _judgements(at / "qrels.tsv", documents)
        questions = [make.question(row) for row in _rows(at / "queries.jsonl")]
    except FileNotFoundError as missing:
        where = "Name the folder of the collections: make relevance COLLECTIONS=…"
        raise ValueError(f"{missing.filename} is not there. {where}") from missing
    except KeyError as missing:
        raise ValueError(f"{at}: {missing} is named there and is not in it.") from missing
    kept = [question for question in questions if any(judged.get(question.id, {}).values())]
    return Collection(name, tuple(documents.values()), tuple(kept), judged)


def with_made_typos(collection: Collection, seed: int = 1) -> Collection:
    """Those typed without a mistake follow once more, each with one; always the same."""
    pick = Random(seed)
    clean = [question for question in collection.questions if not question.typo]
    made = [replace(q, id=f"{q.id} mistyped", text=mistyped(q.text, pick), typo=True, made=True) for q in clean]
    judged = {again.id: collection.judged[question.id] for question, again in zip(clean, made, strict=True)}
    return replace(collection, questions=(*collection.questions, *made), judged={**collection.judged, **judged})


def mistyped(text: str, pick: Random) -> str:
    """A letter left out, typed twice or swapped with the next in one of the long words, whose first letter stays."""
    long = list(LONG_WORD.finditer(text))
    if not long:
        return text
    word = pick.choice(long)
    at = pick.randrange(word.start() + 1, word.end() - 1)
    one, next_one = text[at], text[at + 1]
    return text[:at] + pick.choice((next_one, one + one + next_one, next_one + one)) + text[at + 2 :]


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _judgements(file: Path, documents: Mapping[str, Document]) -> Mapping[str, Judged]:
    judged: dict[str, dict[str, int]] = {}
    for line in file.read_text("utf-8").splitlines():
        question, document, grade = line.split("\t")
        judged.setdefault(question, {})[documents[document].id] = int(grade)
    return judged


@dataclass(frozen=True, slots=True)
class Kind:
    """How a row becomes a document and a question."""

    file: str
    document: Callable[[Row], Document]
    question: Callable[[Row], Question]

    def __call__(self, row: Row) -> Document:
        return self.document(row)


def document(id: str, lang: Lang, title: str, body: str, also: str = "", **facets: str) -> Document:
    """A public lesson in one language."""
    return Document(
        id=f"lesson:{id}:1",
        thing=id,
        kind="lesson",
        revision=1,
        version=1,
        audience=frozenset({PUBLIC}),
        released_at=RELEASED,
        until=None,
        title={lang: title},
        body={lang: body},
        facets={name: (value,) for name, value in {"kind": "lesson", "lang": lang, **facets}.items()},
        also=also,
    )


def _lesson(row: Row) -> Document:
    # In the order of `projections.documents`.
    body = "\n".join(row[part] for part in ("lesson", "recommendation", "what_happened"))
    facets = {name: str(row[name]) for name in ("phase", "programme") if row.get(name)}
    return document(row["id"], row["lang"], row["title"], body, also=facets.get("programme", ""), **facets)


def _of_two(row: Row) -> Question:
    return Question(row["qid"], row["text"], row["lang"], row["cross"], row["typo"])


def _articles(lang: Lang) -> Kind:
    return Kind(
        "docs.jsonl",
        lambda row: document(row["id"], lang, row["title"], row["body"]),
        lambda row: Question(row["id"], row["text"], lang),
    )


KNOWN: Mapping[str, Kind] = {
    "bilingual": Kind("lessons.jsonl", _lesson, _of_two),
    "cranfield": _articles("en"),
    "norquad": _articles("nb"),
}
