"""The cases: facts from `foresight_cases.jsonl`, the story of each in two languages from `cases/`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from api.usecases.cases import NewCase
from demo.lessons import DemoLesson, span
from demo.origin import DATA, demo_id
from demo.programmes import PROGRAMME_IDS
from domain.release import Visibility
from domain.source import Source
from domain.text import Prose, Title

NORWEGIAN_EXPERIENCE = "https://wbc-rti.archiv.zsi.at/object/news/3201.html"
YEARS = {"fc-1": "2004–2009"}
"""Where the data say more than a span can."""


@dataclass(frozen=True, slots=True)
class DemoCase:
    id: UUID
    new: NewCase


def demo_cases(clusters: Mapping[str, UUID], lessons: Sequence[DemoLesson]) -> Iterator[DemoCase]:
    """A case names the lessons that were drawn from the same page."""
    for line in (DATA / "foresight_cases.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        key, url = row["id"], row["source"]
        yield _case(
            key,
            url,
            clusters=(clusters[row["cluster"]],) if row.get("cluster") else (),
            lessons=tuple(lesson.id for lesson in lessons if lesson.new.source and lesson.new.source.url == url),
            geographical_focus=row["region"],
            happened=span(YEARS.get(key, row["years"])),
        )
    yield _case(
        "strategic-tools",
        NORWEGIAN_EXPERIENCE,
        lessons=tuple(lesson.id for lesson in lessons if "cl-001" <= lesson.key <= "cl-011"),
        programmes=(PROGRAMME_IDS["Arena"], PROGRAMME_IDS["NCE"]),
        geographical_focus="International",
        happened=span("2000–2011"),
    )


def _case(key: str, url: str, **fields: Any) -> DemoCase:
    told = {lang: _told(key, lang) for lang in ("en", "nb")}
    title, summary, body = ({lang: parts[i] for lang, parts in told.items()} for i in range(3))
    new = NewCase(
        title=Title(**title),
        summary=Prose(**summary),
        body=Prose(**body),
        source=Source(url=url, paraphrased=True),
        visibility=Visibility.PUBLIC,
        **fields,
    )
    return DemoCase(demo_id("case", key), new)


def _told(key: str, lang: str) -> tuple[str, str, str]:
    """Title, summary and body: the heading, the paragraph below it, and the rest."""
    title, summary, body = (DATA / "cases" / f"{key}.{lang}.md").read_text("utf-8").split("\n\n", 2)
    return title.removeprefix("# "), summary, body
