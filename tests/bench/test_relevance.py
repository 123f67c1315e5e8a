"""Relevance is measured, at a size at which the figures mean nothing, and nothing is left behind."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from elasticsearch import Elasticsearch

from bench import relevance
from bench.demo_set import HALVED, demo_set
from bench.judged import Collection, Question, mistyped, read, with_made_typos
from bench.ranked import Measured, Time, apart, quality, speed, typos_to_clean
from bench.relevance import Remembering
from bench.stages import ALL, MEANING, ORDER, PLAIN, SPELLING, THESAURUS, WORDS, Stage
from search.embedder import Embedder, Model, Vector, unit
from tools.services.both import Services

ROOT = Path(__file__).parents[2]
LESSONS = (
    ("d-1", "en", "Ask the owners first", "We visited every owner.", "Owners come to whom they know.", "Visit them."),
    ("d-2", "nb", "Spør eierne først", "Vi besøkte hver eier.", "Eiere kommer til den de kjenner.", "Besøk dem."),
    ("d-3", "en", "Book the hall early", "The hall was taken.", "Halls are taken in spring.", "Book in winter."),
)
QUERIES: Sequence[tuple[str, str, str, bool, bool, dict[str, int]]] = (
    ("q-1", "en", "owners who know us", False, False, {"d-1": 2, "d-2": 1}),
    ("q-2", "nb", "eiere kommer", True, False, {"d-1": 2}),
    ("q-3", "nb", "besøke eiere", False, False, {"d-2": 2}),
    ("q-4", "en", "hall taken in sprign", False, True, {"d-3": 2}),
    ("q-5", "en", "no one has judged this", False, False, {}),
)


class ByLetters:
    """A model of no understanding: texts are near that are of the same letters."""

    model = Model("letters", 8)

    def query(self, text: str) -> Vector:
        return self.passages([text])[0]

    def passages(self, texts: Sequence[str]) -> Vector:
        return unit(
            np.array([[1 + sum(ord(c) % 8 == n for c in text) for n in range(8)] for text in texts], np.float32)
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of the tiny collection, as a folder beside the project has it."""
    at = tmp_path / "bilingual"
    at.mkdir()
    names = ("id", "lang", "title", "what_happened", "lesson", "recommendation")
    lessons = [dict(zip(names, row, strict=True)) | {"phase": "planning", "programme": "Arena"} for row in LESSONS]
    asked = [dict(zip(("qid", "lang", "text", "cross", "typo"), row, strict=False)) for row in QUERIES]
    for name, rows in (("lessons", lessons), ("queries", asked)):
        (at / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    grades = [f"{row[0]}\t{id}\t{grade}\n" for row in QUERIES for id, grade in row[5].items()]
    (at / "qrels.tsv").write_text("".join(grades), "utf-8")
    return tmp_path


def test_a_collection_is_read_as_the_product_would_keep_it(folder: Path) -> None:
    read_in = read("bilingual", folder)
    first, asked = read_in.documents[0], read_in.questions
    assert (first.id, first.title, first.also) == ("lesson:d-1:1", {"en": "Ask the owners first"}, "Arena")
    assert first.body == {"en": "Owners come to whom they know.\nVisit them.\nWe visited every owner."}
    assert [(q.id, q.lang, q.cross, q.typo) for q in asked] == [row[:2] + row[3:5] for row in QUERIES[:4]]
    assert read_in.judged["q-1"] == {"lesson:d-1:1": 2, "lesson:d-2:1": 1}


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("qrels.tsv", None, r"qrels\.tsv is not there\. Name the folder"),
        ("qrels.tsv", "q-1\td-9\t2\n", "'d-9' is named there and is not in it"),
        ("queries.jsonl", "{}\n", "'qid' is named there and is not in it"),
    ],
)
def test_a_collection_that_does_not_fit_together_is_told(folder: Path, file: str, text: str | None, told: str) -> None:
    at = folder / "bilingual" / file
    at.unlink() if text is None else at.write_text(text, "utf-8")
    with pytest.raises(ValueError, match=told):
        read("bilingual", folder)


def test_made_typos_follow_those_typed_without(folder: Path) -> None:
    before = read("bilingual", folder)
    after = with_made_typos(before)
    made = after.questions[len(before.questions) :]
    assert after == with_made_typos(before)
    assert [(q.id, q.typo, q.made, q.cross) for q in made] == [
        ("q-1 mistyped", True, True, False),
        ("q-2 mistyped", True, True, True),
        ("q-3 mistyped", True, True, False),
    ]
    assert [after.judged[q.id] for q in made] == [before.judged[q.id.split()[0]] for q in made]


def test_a_made_typo_is_one_letter_in_one_long_word() -> None:
    made = {mistyped("få med bedrifter", Random(n)) for n in range(200)}
    assert {text[:8] for text in made} == {"få med b"}
    assert {len(text) for text in made} == {15, 16, 17}
    assert mistyped("få med alle", Random(1)) == "få med alle"


def of_hand(found: Sequence[Sequence[str]], other: Sequence[Sequence[str]]) -> Measured:
    """Four questions, one of them in the other language and one mistyped, each with one right answer."""
    questions = (
        Question("1", "x", "en"),
        Question("2", "x", "en", cross=True),
        Question("3", "x", "en"),
        Question("4", "x", "en", typo=True),
        Question("5", "x", "en", typo=True, made=True),
    )
    plain = Stage("plain, one field", "Elasticsearch", lambda query: ())
    words = [Stage(WORDS, engine, lambda query: ()) for engine in ("tantivy", "Elasticsearch")]
    near = Stage(MEANING, "tantivy", lambda query: ())
    return Measured(
        Collection("made up", (), questions, {question.id: {"right": 2} for question in questions}),
        {plain: other, words[0]: found, words[1]: other, near: found},
        {
            plain: [Time(0.001, 0), Time(0.001, 0)],
            words[0]: [Time(0.002, 0), Time(0.002, 0)],
            words[1]: [Time(0.004, 0), Time(0.004, 0)],
            near: [Time(0.010, 0.005), Time(0.012, 0.007)],
        },
    )


RIGHT, SECOND, WRONG = ["right"], ["wrong", "right"], ["wrong"]
MEASURED = of_hand([RIGHT, SECOND, WRONG, SECOND, SECOND], [RIGHT, WRONG, WRONG, RIGHT, WRONG])


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines()]


def test_figures_of_each_group() -> None:
    head, _, plain, tantivy, *_ = rows(quality(MEASURED))
    assert head == [
        *("nDCG@10", "own language (3)", "other language (1)", "typos, own (1)", "all (4)"),
        *("typos ÷ clean", "made typos ÷ clean", "all, linear gain", "recall@100", f"− {PLAIN}"),
    ]
    assert (PLAIN, plain[0], plain[-1]) == ("plain, one field", "plain, one field, Elasticsearch", "–")
    # 1 and 0 in their own language where typed without a mistake; .631 is the second place.
    assert [re.sub(r" \(.*", "", cell) for cell in tantivy] == [
        *("words, tantivy", "**0.544**", "**0.631**", "**0.631**", "**0.565**"),
        *("1.26", "1.26", "0.565", "0.750", "+0.065"),
    ]


def test_there_is_no_ratio_of_what_was_not_asked() -> None:
    stage = next(iter(MEASURED.found))
    figures = MEASURED.ndcgs(stage)
    clean = {question: figure for question, figure in figures.items() if not question.typo}
    assert typos_to_clean(clean, made=False) is None
    assert typos_to_clean({q: f for q, f in figures.items() if q.typo}, made=False) is None
    assert typos_to_clean(dict.fromkeys(figures, 0.0), made=True) is None


def test_a_set_of_one_language_is_one_group() -> None:
    questions = tuple(replace(question, cross=False) for question in MEASURED.collection.questions)
    one = replace(MEASURED, collection=replace(MEASURED.collection, questions=questions))
    assert rows(quality(one))[0] == ["nDCG@10", "all (4)", "recall@100", f"− {PLAIN}"]


def test_how_far_the_engines_are_apart() -> None:
    told = rows(apart([MEASURED]))[2:]
    assert [(row[0], row[1], row[2].split(" ")[0], *row[3:]) for row in told] == [
        ("made up", "words", "+0.065", "+0.631 (other language)", "2"),
    ]


def test_time_is_told_beside_words_of_the_same_engine() -> None:
    told = rows(speed([MEASURED]))[2:]
    assert [(row[1], row[2], *row[4:]) for row in told] == [
        ("plain, one field, Elasticsearch", "1", "0", "1", "0.25"),
        ("words, tantivy", "2", "0", "2", "1.00"),
        ("words, Elasticsearch", "4", "0", "4", "1.00"),
        ("words + meaning, tantivy", "11", "6", "5", "2.50"),
    ]


def test_the_model_is_asked_once_for_each_query_until_it_forgets() -> None:
    asked: list[str] = []

    class Counting(ByLetters):
        def query(self, text: str) -> Vector:
            asked.append(text)
            return super().query(text)

    model = Remembering(Counting())
    vectors = [model.query(text) for text in ("a", "b", "a")]
    model.forget()
    assert [v.tolist() for v in (*vectors, model.query("a"))] == [ByLetters().query(t).tolist() for t in "abaa"]
    assert (asked, model.spent_s > 0) == (["a", "b", "a"], True)


def left(services: Services) -> set[str]:
    """Indices of what this process measured."""
    with Elasticsearch(services.elasticsearch) as elastic:
        return set(elastic.indices.get(index=f"bench_{os.getpid()}_*").body)


def test_all_of_it(services: Services, folder: Path) -> None:
    embedder: Embedder = ByLetters()
    collection = with_made_typos(read("bilingual", folder))
    text = relevance.measured(services, [collection], embedder, folder / "vectors", timed=2)
    assert re.findall(r"^### (.*)", text, re.MULTILINE) == [
        *("bilingual: 3 documents, 4 queries", "tantivy − Elasticsearch, nDCG@10", "Time"),
    ]
    stages = [line.split(" | ")[0].strip("| ") for line in text.split("### ")[1].splitlines()[4:-1]]
    engines = ("tantivy", "Elasticsearch")
    assert stages[:3] == [
        *("plain, title^2, body, Elasticsearch", "plain, one field, Elasticsearch"),
        "plain, one field, fuzziness AUTO, Elasticsearch",
    ]
    ours = (WORDS, SPELLING, THESAURUS, MEANING, ALL, ORDER)
    assert stages[3:] == [f"{stage}, {engine}" for engine in engines for stage in ours]
    assert re.findall(r"^\| words, tantivy +\| \*\*(\S+)\*\*", text, re.MULTILINE) == ["0.942"]
    # Of the first question the one that would also do is not found: 3 ÷ (3 + .631).
    assert left(services) == set()
    assert list((folder / "vectors").iterdir()) != []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("--sets=bilingual,nothing", "There is no set nothing. There are: bilingual, cranfield, norquad, demo"),
        ("--collections=/nowhere", "lessons.jsonl is not there. Name the folder of the collections"),
    ],
)
def test_what_is_not_there_is_told(given: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.relevance", given], cwd=ROOT, capture_output=True, text=True, timeout=280
    )
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_the_demo_set() -> None:
    whole, halved = demo_set(), demo_set(HALVED)
    assert (len(whole.documents), whole.two_languages, halved.two_languages) == (41, False, True)
    assert {lesson for graded in whole.judged.values() for lesson, grade in graded.items() if grade == 2} == {
        document.id for document in whole.documents
    }
    assert [len(document.title) for document in halved.documents] == [1] * 41
    assert {(question.lang, question.cross) for question in halved.questions} == {
        *(("en", False), ("en", True), ("nb", False), ("nb", True)),
    }
