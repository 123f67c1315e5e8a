"""Writers as good clients are: each request under a key of its own, and repeated until it is answered."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Event, Lock
from time import monotonic
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import psycopg

from tests.faults.processes import Answer, Worker

WRITERS = 8
PATIENCE_S = 60
ASKED_AGAIN = 7
"""Every so manieth request that was answered is sent once more, to another worker."""
LESSON = {
    "lesson": {"en": "Kept."},
    "recommendation": {"en": "Write it down."},
    "phase": "recruitment",
    "polarity": "keep",
    "visibility": "public",
    "source": {"url": "https://example.org/x"},
}


@dataclass
class Writers:
    """In a `with` block they draft, submit and publish lessons without end, through all workers in turn; at its end
    each brings what it has begun to an end."""

    workers: Sequence[Worker]
    count: int = WRITERS
    word: str = "Kept"
    """In all their titles and keys, and in no others."""
    pause_s: float = 0.0
    """Between two requests of one of them."""
    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])
    """Id and version that were answered, by key."""
    published: dict[str, str] = field(default_factory=dict[str, str])
    """Titles by id."""
    statuses: Counter[int] = field(default_factory=Counter[int])
    unanswered: int = 0
    repeated: int = 0
    wrong: list[str] = field(default_factory=list[str])
    slowest_s: float = 0.0

    def __post_init__(self) -> None:
        self._ending, self._lock = Event(), Lock()
        self._pool = ThreadPoolExecutor(self.count)
        self._writing: list[Future[None]] = []

    def __enter__(self) -> Self:
        self._writing = [self._pool.submit(self._write, number) for number in range(self.count)]
        return self

    def __exit__(self, _kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ending.set()
        self._pool.shutdown()
        if error is None:
            for writing in self._writing:
                writing.result()

    def _write(self, number: int) -> None:
        turn = 0
        while not self._ending.is_set():
            turn += 1
            title, key = f"{self.word} {number} {turn}", f"{self.word}-{number}-{turn}"
            id, version = self._post(number, key, "/api/v1/lessons", LESSON | {"title": {"en": title}})
            for step in ("submit", "publish"):
                path, match = f"/api/v1/lessons/{id}/{step}", f'"{version}"'
                _, version = self._post(number, f"{key}-{step}", path, None, If_Match=match)
            with self._lock:
                self.published[id] = title

    def _post(self, number: int, key: str, path: str, body: object, **headers: str) -> tuple[str, int]:
        until = monotonic() + PATIENCE_S
        n = len(self.acknowledged)
        first: tuple[str, int] | None = None
        while monotonic() < until:
            n += 1
            worker = self.workers[(number + n) % len(self.workers)]
            answer = self._answered(worker, path, body, Idempotency_Key=key, **headers)
            if answer is None:
                continue
            got = str(answer.json["id"]), int(answer.json["version"])
            with self._lock:
                self.acknowledged[key] = got
                self.repeated += first is not None
            assert first in (None, got), f"{key} was answered {first} and then {got}"
            self._ending.wait(self.pause_s)
            if first is not None or n % ASKED_AGAIN:
                return got
            first = got
        raise AssertionError(f"{key} was not answered within {PATIENCE_S} s: {self.statuses} {self.wrong[-3:]}")

    def _answered(self, worker: Worker, path: str, body: object, **headers: str) -> Answer | None:
        """None for one that has to be sent again. Raises `AssertionError` for one that should never be given."""
        begun = monotonic()
        try:
            answer = worker.ask("POST", path, body, **headers)
        except (OSError, HTTPException):
            with self._lock:
                self.unanswered += 1
            self._ending.wait(0.05)
            return None
        finally:
            with self._lock:
                self.slowest_s = max(self.slowest_s, monotonic() - begun)
        with self._lock:
            self.statuses[answer.status] += 1
        if answer.status == 503 and answer.headers["Retry-After"]:
            self._ending.wait(0.2)
            return None
        if answer.status not in (200, 201):
            self.wrong.append(f"{path} {headers} {answer.status} {answer.text}")
            raise AssertionError(self.wrong[-1])
        return answer

    def nothing_is_lost_or_twice(self, database: str) -> None:
        """Of what they wrote, each event once and no other; and each lesson listed and found by every worker."""
        with psycopg.connect(database) as db:
            rows = db.execute(
                "SELECT (SELECT count(*) FROM laerdom_events WHERE originator_id = ANY(%s::uuid[])),"
                " (SELECT count(*) FROM answers WHERE key LIKE %s)",
                (list(self.published), f"{self.word}-%"),
            ).fetchall()
        assert rows == [(len(self.acknowledged), len(self.acknowledged))]
        assert len(self.acknowledged) == 3 * len(self.published) > 0
        for worker in self.workers:
            assert _listed(worker, self.word) == self.published
            assert found(worker, self.word, kind="lesson")["total"] == len(self.published)


def _listed(worker: Worker, word: str) -> dict[str, str]:
    """Titles by id of all lessons with the word in the title, drafts too, each listed once."""
    items: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        answer = worker.get(f"/api/v1/lessons?limit=100&offset={offset}")
        assert answer.status == 200, answer.text
        items += [item for item in answer.json["items"] if word in item["title"].get("en", "").split()]
        offset = answer.json["next"]
    titles = {item["id"]: item["title"]["en"] for item in items}
    assert len(titles) == len(items)
    return titles


def found(worker: Worker, words: str, **narrowed: str) -> Any:
    answer = worker.get(f"/api/v1/search?{urlencode({'q': words, **narrowed})}")
    assert answer.status == 200, answer.text
    return answer.json
