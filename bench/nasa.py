"""Real prose at scale: public lessons of NASA as a file that `laerdom import lessons` reads.

    python bench/nasa.py nasa_llis.jsonl lessons.jsonl
    laerdom import lessons lessons.jsonl --data nasa-data

The lessons are those of the NASA Lessons Learned Information System (LLIS), public lessons: US government text, with
credit in the source of each. They are for measuring and are not part of the product.
"""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from domain.text import PROSE_MAX, TITLE_MAX, clean

CREDIT = "NASA Lessons Learned Information System (LLIS), public lessons"
TOPIC_MAX = 60
TOPICS_MAX = 20
NO_TOPIC = ("", "categories")


def lesson(record: dict[str, Any]) -> dict[str, Any]:
    """One record in the shape of a line of the import."""
    recommendation = _text(record["recommendation"], PROSE_MAX)
    what_happened = _text(record["driving_event"] or record["abstract"], PROSE_MAX)
    return {
        "id": record["id"],
        "title": {"en": _line(record["title"])},
        "lesson": {"en": _text(record["lesson"], PROSE_MAX)},
        **({"what_happened": {"en": what_happened}} if what_happened else {}),
        **({"recommendation": {"en": recommendation}} if recommendation else {}),
        "stance": "instructional" if recommendation else "observational",
        "polarity": "change",
        "phase": "evaluation",
        "topics": list(dict.fromkeys(_topics(record["categories"])))[:TOPICS_MAX],
        "happened": {"start": record["lesson_date"]},
        "source": {"url": record["source_url"], "title": CREDIT, "note": f"Recorded at {record['organisation']}."},
        "visibility": "public",
        "publish": True,
    }


def _topics(categories: list[str]) -> Iterator[str]:
    for category in categories:
        topic = re.sub(r"[\s,;|]+", " ", category).strip()
        if topic.lower() not in NO_TOPIC:
            yield shortened(topic, TOPIC_MAX)


def _line(text: str) -> str:
    return shortened(" ".join(_text(text, 10_000).split()), TITLE_MAX)


def _text(text: str | None, longest: int) -> str:
    printable = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufffe\uffff]", " ", text or "")
    return shortened(clean(printable), longest)


def shortened(text: str, longest: int) -> str:
    """At a word, with … at the end, where it is too long."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(None, 1)[0].rstrip(" ,;:") + "…"


def main() -> None:
    arguments = argparse.ArgumentParser(description="NASA's public lessons as a file for laerdom import lessons.")
    arguments.add_argument("records", type=Path)
    arguments.add_argument("lessons", type=Path)
    given = arguments.parse_args()
    with given.records.open(encoding="utf-8") as records, given.lessons.open("w", encoding="utf-8") as out:
        count = 0
        for count, line in enumerate(records, start=1):  # noqa: B007
            out.write(json.dumps(lesson(json.loads(line)), ensure_ascii=False) + "\n")
    print(f"{count} lessons written.")


if __name__ == "__main__":
    main()
