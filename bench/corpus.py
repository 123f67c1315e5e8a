"""Lessons as they might be written, and searches as they might be typed; the same ones for the same seed.

Words are as frequent as in the demo data. Some are joined of two, as Norwegian does it, so that rare words go on
coming however many lessons there are.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, islice
from random import Random
from typing import Any
from uuid import UUID

from demo.origin import DATA
from domain.cluster import Cluster
from domain.dates import Span
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase, Polarity
from domain.programme import Programme
from domain.release import Visibility
from domain.source import Source
from domain.text import Prose, Title
from search.index import LANGS, Lang
from store.event_store import EventStore

JOINED = 0.05
"""Part of the words that are joined of two."""
WRITTEN_IN: Sequence[tuple[Lang, ...]] = (LANGS, ("en",), ("nb",))
WORD = re.compile(r"[^\W\d_]+")
Asked = tuple[tuple[str, str], ...]
"""Parameters of a search, as in an address."""


class Around:
    """The clusters and programmes in the store, each loaded once."""

    def __init__(self, store: EventStore) -> None:
        self._find = cache(store.find_any)

    def cluster(self, id: UUID) -> Cluster | None:
        found = self._find(id)
        return found if isinstance(found, Cluster) else None

    def programme_code(self, id: UUID) -> str | None:
        found = self._find(id)
        return found.code if isinstance(found, Programme) else None


class Corpus:
    """`clusters` are those that lessons come from."""

    def __init__(self, clusters: list[UUID], seed: int = 1) -> None:
        self._random = Random(seed)
        self._clusters = clusters
        rows: list[dict[str, Any]] = [
            json.loads(line) for line in (DATA / "cluster_lessons_bilingual.jsonl").read_text("utf-8").splitlines()
        ]
        self._topics = sorted({topic for row in rows for topic in row["topics"]})
        self._sentences = {
            lang: [row[part][lang] for row in rows for part in ("title", "lesson", "recommendation")] for lang in LANGS
        }
        self._words = {lang: _frequencies(sentences) for lang, sentences in self._sentences.items()}

    def lessons(self, count: int) -> Iterator[Lesson]:
        """Published, three events each, not saved. Whoever takes one is `acting`."""
        pick = self._random
        for _ in range(count):
            langs = pick.choices(WRITTEN_IN, (6, 2, 2))[0]
            lesson = Lesson.draft_new(
                UUID(int=pick.getrandbits(128), version=4),
                LessonRecord(
                    title=Title(**{lang: self._text(lang, 3, 8)[:200] for lang in langs}),
                    lesson=Prose(**{lang: self._text(lang, 15, 60) for lang in langs}),
                    recommendation=Prose(**{lang: self._text(lang, 8, 30) for lang in langs}),
                    what_happened=Prose(**{lang: self._text(lang, 30, 120) for lang in langs}),
                    phase=pick.choice(list(Phase)),
                    polarity=pick.choice(list(Polarity)),
                    topics=tuple(pick.sample(self._topics, pick.randint(1, 3))),
                    cluster=pick.choice(self._clusters) if pick.random() < 0.7 else None,
                    happened=Span(start=str(pick.randint(2003, 2025))),
                    source=Source(url="https://example.org/report"),
                ),
                owner="bench",
                visibility=pick.choices((Visibility.PUBLIC, Visibility.MANAGERS, Visibility.PROGRAMME), (7, 2, 1))[0],
            )
            lesson.submit()
            lesson.publish()
            yield lesson

    def searches(self, count: int) -> list[Asked]:
        """A few words in a row of what somebody wrote, in either language; every third narrowed by a facet or a year,
        every twentieth by that alone."""
        pick, asked = self._random, list[Asked]()
        narrower = (
            *(("phase", phase.value) for phase in Phase),
            *(("programme", code) for code in ("Arena", "NCE", "GCE")),
            *(("topic", topic) for topic in self._topics[:10]),
            *(("kind", "lesson"), ("polarity", "keep"), ("lang", "nb"), ("year_from", "2010")),
        )
        for n in range(count):
            words = WORD.findall(pick.choice(self._sentences[LANGS[n % 2]]))
            begin, length = pick.randrange(max(1, len(words) - 3)), pick.randint(1, 4)
            typed = ("q", " ".join(words[begin : begin + length]).lower())
            narrow = pick.choice(narrower)
            asked.append((narrow,) if n % 20 == 19 else (typed, narrow) if n % 3 == 0 else (typed,))
        return asked

    def _text(self, lang: Lang, shortest: int, longest: int) -> str:
        words, weights = self._words[lang]
        pick = self._random
        chosen = iter(pick.choices(words, cum_weights=weights, k=2 * longest))
        text = [
            word if pick.random() > JOINED else word + next(chosen)
            for word in islice(chosen, pick.randint(shortest, longest))
        ]
        return " ".join(text).capitalize() + "."


def _frequencies(sentences: list[str]) -> tuple[list[str], list[int]]:
    """Words, and how often they and those before them stand there."""
    counted = Counter(word.lower() for sentence in sentences for word in WORD.findall(sentence))
    return list(counted), list(accumulate(counted.values()))
