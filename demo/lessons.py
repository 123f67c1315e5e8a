"""The lessons of `cluster_lessons_bilingual.jsonl`, their words for phases and outcomes put into those used here."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.usecases.lessons import NewLesson
from demo.origin import DATA, demo_id
from demo.programmes import PROGRAMME_IDS
from domain.dates import Span
from domain.lesson_record import Phase, Polarity
from domain.release import Visibility
from domain.source import Source
from domain.text import Prose, Title

POLARITIES = {"positive": Polarity.KEEP, "negative": Polarity.CHANGE, "mixed": Polarity.MIXED}
PHASES = {
    "environmental-scanning": Phase.SCANNING,
    "workshops": Phase.SCENARIOS,
    "sharing": Phase.FOLLOW_UP,
    "funding": Phase.ACTION,
    "management": Phase.PLANNING,
}
"""Words of the data that are no phase here. What such a word says is kept as a topic."""


@dataclass(frozen=True, slots=True)
class DemoLesson:
    key: str
    id: UUID
    new: NewLesson


def demo_lessons(clusters: Mapping[str, UUID]) -> Iterator[DemoLesson]:
    """`clusters` are the ids by name."""
    for line in (DATA / "cluster_lessons_bilingual.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        yield DemoLesson(row["id"], demo_id("lesson", row["id"]), _lesson(row, clusters))


def _lesson(row: dict[str, Any], clusters: Mapping[str, UUID]) -> NewLesson:
    word = row["phase"]
    extra = [word] if word in PHASES else []
    return NewLesson(
        title=Title(**row["title"]),
        lesson=Prose(**row["lesson"]),
        recommendation=Prose(**row["recommendation"]),
        phase=PHASES.get(word) or Phase(word),
        polarity=POLARITIES[row["polarity"]],
        topics=tuple(dict.fromkeys([*row["topics"], *extra])),
        cluster=clusters[row["cluster"]] if row["cluster"] else None,
        programmes=tuple(PROGRAMME_IDS[code] for code in (row["programme"] or "").split("/") if code),
        happened=span(row["observed"]),
        source=Source(url=row["source_url"], kind=row["source_kind"], note=row["note"], paraphrased=True),
        visibility=Visibility.PUBLIC,
    )


def span(text: str | None) -> Span | None:
    """`2011` or `2009–2010`."""
    if not text:
        return None
    start, _, end = text.partition("–")
    return Span(start=start, end=end or None)
