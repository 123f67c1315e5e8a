"""Two workers and two projectors: what is written on one is found through the other, whoever leads."""

from pathlib import Path
from time import monotonic

from api.settings import Servers
from tests.faults.conftest import Tell
from tests.faults.fleet import running
from tests.faults.processes import Worker
from tests.faults.writing import LESSON, found
from tools.services.process import until

TAKES_OVER_S = 5.0
SEEN_ELSEWHERE_S = 2.0


def publish(worker: Worker, title: str) -> tuple[str, float]:
    """The id of a lesson that is published, and the seconds its last step took."""
    lesson = worker.ask("POST", "/api/v1/lessons", LESSON | {"title": {"en": title}})
    for step in ("submit", "publish"):
        path = f"/api/v1/lessons/{lesson.json['id']}/{step}"
        lesson = worker.ask("POST", path, If_Match=lesson.headers["ETag"])
        assert lesson.status == 200, lesson.text
    return lesson.json["id"], lesson.took_s


def hits(worker: Worker, words: str) -> list[str]:
    return [hit["id"] for hit in found(worker, words)["hits"]]


def test_what_is_written_on_one_worker_is_found_at_once_and_soon_through_the_other(
    servers: Servers, tmp_path: Path, tell: Tell
) -> None:
    written_s, elsewhere_s = list[float](), list[float]()
    with running(tmp_path, servers, workers=2, projectors=2) as fleet:
        assert until(lambda: len(fleet.leaders) == 1, 5)
        for n in range(10):
            here, there = fleet.workers[n % 2], fleet.workers[(n + 1) % 2]
            title = f"Seldom{n} said"
            id, took_s = publish(here, title)
            answered = monotonic()
            assert hits(here, f"Seldom{n}") == [id]
            assert f"/lessons/{id}" in here.get(f"/?q=Seldom{n}").text
            assert until(lambda id=id, n=n, there=there: hits(there, f"Seldom{n}") == [id], SEEN_ELSEWHERE_S)
            assert title in there.get("/lessons").text
            written_s.append(took_s)
            elsewhere_s.append(monotonic() - answered)
        assert max(elsewhere_s) < SEEN_ELSEWHERE_S
    tell(f"published in at most {max(written_s):.2f} s, seen on both workers {max(elsewhere_s):.2f} s later")


def test_when_the_projector_that_leads_is_killed_another_takes_over(
    servers: Servers, tmp_path: Path, tell: Tell
) -> None:
    took_s = list[float]()
    with running(tmp_path, servers, workers=1, projectors=2) as fleet:
        [worker] = fleet.workers
        for n in range(3):
            assert until(lambda: len(fleet.leaders) == 1, 5)
            [leader] = fleet.leaders
            [other] = [p for p in fleet.projectors if p is not leader]
            assert other.state == "stands by"
            killed = monotonic()
            leader.kill()
            assert until(lambda other=other: other.state == "leads", TAKES_OVER_S)
            took_s.append(monotonic() - killed)
            title = f"Afterwards{n}"
            id, _ = publish(worker, title)
            assert hits(worker, title) == [id]
            leader.start()
            leader.wait()
        assert max(took_s) < TAKES_OVER_S
        fleet.caught_up(5)
    tell(f"taken over after {', '.join(f'{s:.1f}' for s in took_s)} s")
