"""What it costs to open a large foresight process beside a small one: the process from its events, for the first time
and again, and the answer of the API; to take one more step of it; and its page, as a browser waits for it, where the
server has not looked at it before, where it has, and where it has read it ahead."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from time import perf_counter
from uuid import UUID, uuid4

from api.json.route import answered
from api.usecases.looking import load
from api.usecases.process_steps import STEPS
from api.usecases.process_steps.whole import EnterPhase
from api.usecases.processes import take
from api.wiring import System, open_system
from bench.places import folder, servers, serving
from bench.report import Row
from domain.acting import acting
from domain.cluster_record import MemberKind
from domain.foresight.forces import ForceRecord, Score, Steep
from domain.foresight.gatherings import GatheringPlan
from domain.foresight.participation import Commitment, ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.lesson_record import Phase
from domain.source import Source
from domain.text import Prose, Title
from domain.viewer import Viewer
from store.recent import MOST_BYTES
from tools.services.both import Services

BENCH = Viewer("bench", operator=True)
ENTER = next(step for step in STEPS if step.name == "enter-phase")
BALLAST = 1 + MOST_BYTES // 2_000_000
"""Processes of 2 MB of events, after which memory has no room for those that were changed before them."""
Open = Callable[[System, UUID], object]


@dataclass(frozen=True, slots=True)
class Size:
    participants: int
    gatherings: int
    forces: int
    assessors: int


SMALL = Size(participants=8, gatherings=4, forces=24, assessors=4)
LARGE = Size(participants=200, gatherings=40, forces=300, assessors=20)


def run(services: Services, *, rounds: int = 5, large: Size = LARGE) -> Iterator[Row]:
    """Each round opens a large one that was never opened before, and a small one."""
    with ExitStack() as stack:
        data, own = stack.enter_context(folder()), stack.enter_context(servers(services))
        stack.enter_context(acting(BENCH.person))
        for mode, at in (("scale-out", own), ("embedded", None)):
            with open_system(data, at) as filled:
                loaded, asked = (_pairs(filled, large, rounds) for _ in range(2))
            with open_system(data, at) as system:  # which has not looked at any of them
                system.start()
                yield from _measured(system, mode, loaded)
            with open_system(data, at) as filled:
                for _ in range(BALLAST):
                    filled.store.save(_long_winded())
                ahead = _pairs(filled, large, rounds + 1)
            with serving(data, at) as connection:
                yield from _asked(connection, mode, asked, ahead)


def _pairs(filled: System, large: Size, count: int) -> list[tuple[UUID, UUID]]:
    pairs = [(_saved(filled, large), _saved(filled, SMALL)) for _ in range(count)]
    filled.projector.catch_up()
    return pairs


def _measured(system: System, mode: str, pairs: Sequence[tuple[UUID, UUID]]) -> Iterator[Row]:
    ways: dict[str, Open] = {
        "opening a process for the first time": _loaded,
        "opening it again": _loaded,
        "its answer in JSON": lambda system, id: answered(system, BENCH, load(system, BENCH, ForesightProcess, id)),
        "taking a step": lambda system, id: take(
            system, BENCH, id, None, ENTER, EnterPhase(phase=Phase.SCOPING, on="2026-01-05")
        ),
    }
    for what, way in ways.items():
        took = [[_took(partial(way, system, id)) for id in pair] for pair in pairs]
        ours, small = zip(*took, strict=True)
        yield Row(f"{what}, {mode}", "ms", ours, small, f"a small one: {what}, {mode}")


def _asked(
    connection: HTTPConnection, mode: str, pairs: Sequence[tuple[UUID, UUID]], ahead: Sequence[tuple[UUID, UUID]]
) -> Iterator[Row]:
    """The first of those read ahead are asked for and not counted: with them the server reads its templates."""
    warming, *ahead = ahead
    for id in warming:
        _page(connection, id)
    for way, asked in (("read ahead", ahead), ("for the first time", pairs), ("again", pairs)):
        what, took = f"its page {way}", [[_took(partial(_page, connection, id)) for id in pair] for pair in asked]
        ours, small = zip(*took, strict=True)
        yield Row(f"{what}, {mode}", "ms", ours, small, f"a small one: {what}, {mode}")


def _page(connection: HTTPConnection, id: UUID) -> None:
    """Raises `RuntimeError` where the answer is another than the page."""
    connection.request("GET", f"/processes/{id}")
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"The page of a process was answered with {answer.status}.")


def _loaded(system: System, id: UUID) -> object:
    return system.store.get(ForesightProcess, id)


def _saved(system: System, size: Size) -> UUID:
    process = a_process(size)
    system.store.save(process)
    return process.id


def _long_winded() -> ForesightProcess:
    """One that was described anew again and again, at the greatest length."""
    process = a_process(SMALL)
    for number in range(50):
        words = f"{number} ".ljust(20_000, "x")
        process.describe(process.current.model_copy(update={"description": Prose(en=words, nb=words)}))
    return process


def a_process(size: Size) -> ForesightProcess:
    record = ProcessRecord(title=Title(en="Measured"), sources=(Source(url="https://example.org"),))
    process = ForesightProcess.open(uuid4(), record)
    people, forces = [uuid4() for _ in range(size.participants)], [uuid4() for _ in range(size.forces)]
    for person in people:
        member = ParticipantRecord(organisation="An organisation", organisation_kind=MemberKind.COMPANY)
        process.invite(person, member, "2025-01-06")
        process.answer_invitation(person, Commitment.COMMITTED, "2025-01-20")
    for number in range(size.gatherings):
        month = f"{2025 + number // 12}-{number % 12 + 1:02}"
        process.plan_gathering(gathering := uuid4(), GatheringPlan(starts=f"{month}-10", ends=f"{month}-11"))
        process.hold_gathering(gathering, frozenset(people[number % 2 :]))
    for force in forces:
        process.name_force(force, ForceRecord(title=Title(en="A driving force"), steep=Steep.SOCIAL))
    for number, person in enumerate(people[: size.assessors]):
        scores = [Score(force=f, impact=1 + (n + number) % 5, uncertainty=1 + n % 5) for n, f in enumerate(forces)]
        process.assess(person, scores)
    return process


def _took(do: Callable[[], object]) -> float:
    begun = perf_counter()
    do()
    return 1_000 * (perf_counter() - begun)
