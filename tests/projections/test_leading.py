"""One keeps the projections up, the others stand by: who leads runs the loop, who has lost the lead stops it."""

from collections.abc import Callable, Iterator
from queue import Queue
from threading import Event, Thread
from uuid import uuid4

import pytest

from api.wiring import System
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from projections import leading
from projections.leading import lead_or_stand_by
from store.unavailable import StoreUnavailable


class Lot:
    """A leadership that is given and taken by the test; `None`: the store is away."""

    def __init__(self, mine: bool | None) -> None:
        self.mine = mine
        self.released = Event()

    def try_lead(self) -> bool:
        if self.mine is None:
            raise StoreUnavailable("away")
        return self.mine

    def leads(self) -> bool:
        return bool(self.mine)

    def release(self) -> None:
        self.released.set()


Start = Callable[[Lot], tuple["Queue[str]", Event]]


@pytest.fixture
def start(system: System, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(leading, "LOOK_S", 0.01)
    running: list[tuple[Event, Thread]] = []

    def run(lot: Lot) -> tuple["Queue[str]", Event]:
        heard: Queue[str] = Queue()
        stopping, bell = Event(), Event()
        arguments = (system.projector, lot, stopping, bell.wait, heard.put)
        running.append((stopping, Thread(target=lead_or_stand_by, args=arguments)))
        running[-1][1].start()
        return heard, stopping

    yield run
    for stopping, thread in running:
        stopping.set()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def write(system: System, record: LessonRecord) -> Callable[[], int]:
    return lambda: system.store.save(Lesson.draft_new(uuid4(), record, owner="kari"))


def test_who_leads_keeps_up_and_who_stands_by_does_not(system: System, start: Start, write: Callable[[], int]) -> None:
    lot = Lot(False)
    heard, _ = start(lot)
    assert heard.get(timeout=60) == "stands by"
    position = write()
    assert system.catalogue.position == 0
    lot.mine = True
    assert heard.get(timeout=60) == "leads"
    assert system.projector.wait_for(position, 60)


def test_who_has_lost_the_lead_stops_and_may_lead_again(system: System, start: Start, write: Callable[[], int]) -> None:
    lot = Lot(True)
    heard, _ = start(lot)
    assert heard.get(timeout=60) == "leads"
    assert system.projector.wait_for(write(), 60)
    lot.mine = False
    assert heard.get(timeout=60) == "stands by"
    before = system.catalogue.position
    position = write()
    assert not system.projector.wait_for(position, 0.2)
    assert system.catalogue.position == before
    lot.mine = True
    assert heard.get(timeout=60) == "leads"
    # What was waited for in vain is not waited for again until it moves.
    while system.projector.progress.positions["search"] < position:
        system.projector.wait_for(position, 0.1)


def test_while_the_store_is_away_nobody_leads(start: Start) -> None:
    lot = Lot(None)
    heard, _ = start(lot)
    assert heard.get(timeout=60) == "stands by"
    lot.mine = True
    assert heard.get(timeout=60) == "leads"


def test_whoever_stops_gives_the_lead_away(start: Start) -> None:
    lot = Lot(True)
    heard, stopping = start(lot)
    assert (heard.get(timeout=60), lot.released.is_set()) == ("leads", False)
    stopping.set()
    assert lot.released.wait(60)
