"""A world of public and shared things, and those who look at it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any
from uuid import UUID, uuid5

from api.usecases.looking import viewer_of
from api.wiring import System
from domain.acting import acting
from domain.aggregate import Aggregate
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord, MemberKind
from domain.foresight.participation import ParticipantRecord
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.foresight.scenarios import ScenarioRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase
from domain.person import Part, Person, Role
from domain.programme import Programme, ProgrammeRecord
from domain.release import Visibility
from domain.text import Title
from domain.viewer import ANYBODY, Viewer

NAMES = UUID("6f0c5f0a-4d0e-4c29-9d1a-3f6f3ad1a5c7")
BEGIN = datetime(2024, 3, 1, 9, tzinfo=UTC)
PHASES = ("recruitment", "planning", "scanning", "action")


def id_of(*name: object) -> UUID:
    return uuid5(NAMES, " ".join(map(str, name)))


NCE, ARENA = id_of("programme", "NCE"), id_of("programme", "Arena")
OURS, THEIRS, PEERS, FAR = (id_of("cluster", name) for name in ("ours", "theirs", "peers", "far"))
AUTHOR = str(id_of("person", "author"))
PARTS: dict[str, Part] = {
    "manager of another cluster": Part(Role.CLUSTER_MANAGER, OURS),
    "contributor": Part(Role.CLUSTER_CONTRIBUTOR, OURS),
    "staff of another programme": Part(Role.PROGRAMME_STAFF, NCE),
    "administrator": Part(Role.ADMINISTRATOR),
}
ENTITLED = "manager of theirs"


@dataclass(frozen=True)
class Origin:
    """Where the anonymous lessons come from, and what tells of it. `minutes`: how late in the day they are recorded."""

    cluster: UUID = THEIRS
    programme: UUID = ARENA
    author: str = AUTHOR
    month: str = "03"
    minutes: int = 0
    sector: str = "energy"


HERE = Origin()


@dataclass(frozen=True)
class World:
    """`shown` are addresses of things by kind, some of which only some of the viewers may read."""

    viewers: dict[str, Viewer]
    shown: tuple[tuple[str, UUID], ...]


def lesson_record(number: int, cluster: UUID, programme: UUID, **changed: Any) -> LessonRecord:
    words = ("trust", "time", "owners", "foresight")[number % 4]
    return LessonRecord.model_validate(
        {
            "title": {"en": f"Recruit early for {words} {number}", "nb": f"Rekrutter tidlig {number}"},
            "lesson": {"en": f"Finding people who commit takes {words}.", "nb": "Det tar tid å finne folk."},
            "recommendation": {"en": f"Ask for a commitment, and again in {number} weeks."},
            "phase": PHASES[number % 4],
            "polarity": "keep",
            "cluster": cluster,
            "programmes": [programme],
            "topics": [words, "commitment"],
            "happened": {"start": str(2008 + number % 6)},
        }
        | changed
    )


def case_record(number: int, cluster: UUID, programme: UUID, **changed: Any) -> CaseRecord:
    return CaseRecord.model_validate(
        {
            "title": {"en": f"Foresight in practice {number}"},
            "summary": {"en": "A kick-off, four gatherings and a catch-up."},
            "body": {"en": "# What was done\n\nThe cluster met."},
            "clusters": [cluster],
            "programmes": [programme],
            "happened": {"start": str(2009 + number)},
        }
        | changed
    )


def keep(system: System, things: Sequence[Aggregate]) -> None:
    """In one transaction; and views and index brought up to it."""
    with acting("operator"):
        system.store.save(things[0], *things[1:])
    system.projector.catch_up(slow=True)


def clock(begin: datetime, step: timedelta = timedelta(minutes=7)) -> Callable[[], datetime]:
    ticks = count()
    return lambda: begin + next(ticks) * step


def published(lesson: Lesson) -> Lesson:
    lesson.submit()
    lesson.publish()
    return lesson


def build(system: System, origin: Origin = HERE) -> World:
    """Five people of other parts, four clusters in two programmes, and things of every visibility and state."""
    with acting("operator", request_id="request-1", clock=clock(BEGIN)):
        made: list[Aggregate] = list(_places())
        made += _people(system)
    with acting(AUTHOR, request_id="request-2", clock=clock(BEGIN + timedelta(days=1), timedelta(hours=5))):
        made += [*_shared(), *_processes()]
    made += _anonymous(origin)
    keep(system, made)
    with acting("operator"):
        viewers = {name: viewer_of(system, str(id_of("person", name))) for name in (*PARTS, ENTITLED)}
    shown = [(thing.kind, thing.id) for thing in made if not isinstance(thing, Person)]
    return World({"visitor": Viewer(ANYBODY), **viewers}, tuple(shown))


def _places() -> Iterator[Aggregate]:
    for id, code in ((NCE, "NCE"), (ARENA, "Arena")):
        yield Programme.establish(id, code, ProgrammeRecord(name=Title(en=f"The {code} programme"), owner="Siva"))
    for id, name, programme in (
        (OURS, "Smart", NCE),
        (PEERS, "Subsea", NCE),
        (THEIRS, "Raufoss", ARENA),
        (FAR, "Tromsø", ARENA),
    ):
        cluster = Cluster.register(id, name, ClusterRecord(county="Innlandet", sector="energy"))
        cluster.admit(programme, "2006")
        yield cluster


def _people(system: System) -> Iterator[Aggregate]:
    system.people.add("Anne Author", id=AUTHOR)
    for name, part in {**PARTS, ENTITLED: Part(Role.CLUSTER_MANAGER, THEIRS)}.items():
        person = Person(id_of("person", name))
        system.people.add(name.capitalize(), id=str(person.id))
        person.appoint(part, "2020")
        yield person


def _shared() -> Iterator[Lesson | Case]:
    """Of OURS and PEERS, whatever the viewers may see of it; of THEIRS, what is public."""

    def lesson(number: int, cluster: UUID, visibility: str) -> Lesson:
        record = lesson_record(number, cluster, ARENA if cluster == THEIRS else NCE)
        return Lesson.draft_new(id_of("lesson", number), record, owner=AUTHOR, visibility=Visibility(visibility))

    places = cycle((THEIRS, OURS, THEIRS, PEERS))
    public = [published(lesson(n, next(places), "public")) for n in range(9)]
    for number in (1, 2):
        current = public[number].current
        public[number].edit(current.model_copy(update={"title": Title(en=f"Recruit earlier {number}")}))
        published(public[number])
    public[3].supersede(public[4])
    public[5].withdraw("It held for one cluster only.")
    yield from public
    for number, visibility in ((13, "own-cluster"), (14, "programme"), (15, "managers")):
        yield published(lesson(number, OURS, visibility))
    yield lesson(16, OURS, "public")
    submitted = lesson(17, OURS, "public")
    submitted.submit()
    yield submitted
    for number, cluster, visibility in ((1, THEIRS, "public"), (2, OURS, "managers"), (3, OURS, "programme")):
        programme = ARENA if cluster == THEIRS else NCE
        record = case_record(number, cluster, programme, lessons=[public[0].id, public[2].id])
        case = Case.draft_new(id_of("case", number), record, visibility=Visibility(visibility))
        case.publish()
        yield case


def _processes() -> Iterator[ForesightProcess]:
    for number, cluster, visibility in ((1, THEIRS, Visibility.PUBLIC), (2, OURS, Visibility.MANAGERS)):
        yield a_process(id_of("process", number), cluster, visibility, f"Recruit for foresight {number}")


def a_process(id: UUID, cluster: UUID, visibility: Visibility, title: str) -> ForesightProcess:
    """With a part of each kind that is told."""
    programme = ARENA if cluster == THEIRS else NCE
    record = ProcessRecord(title=Title(en=title), cluster=cluster, programmes=(programme,), begins="2010-03")
    process = ForesightProcess.open(id, record, visibility)
    process.enter_phase(Phase.RECRUITMENT, "2010-04-01")
    someone = ParticipantRecord(organisation=title, organisation_kind=MemberKind.COMPANY, person=AUTHOR)
    process.invite(id_of(title, "someone"), someone, "2010-04-02")
    process.write_scenario(id_of(title, "scenario"), ScenarioRecord(title=Title(en=title)))
    return process


def _anonymous(origin: Origin) -> Iterator[Lesson]:
    """All of one day: one as it was published, one revised, one withdrawn, one no longer told whom it comes from."""
    begin = BEGIN + timedelta(days=20, minutes=origin.minutes)
    with acting(origin.author, request_id=f"request-{origin.minutes}", clock=clock(begin, timedelta(minutes=1))):
        numbers = (10, 11, 12, 18)
        for number in numbers if origin == HERE else numbers[::-1]:
            said: dict[str, Any] = {
                "sector": origin.sector,
                "happened": {"start": f"2010-{origin.month}"},
                "source": {"url": f"https://example.org/{origin.sector}", "title": origin.sector},
                "evidence": [{"kind": "link", "text": "It is told.", "url": f"https://example.org/{origin.month}"}],
                "process": id_of("process", origin.sector),
            }
            record = lesson_record(number, origin.cluster, origin.programme, **said)
            lesson = Lesson.draft_new(
                id_of("lesson", number),
                record,
                owner=origin.author,
                visibility=Visibility.PUBLIC,
                anonymous=number != 18,
            )
            published(lesson)
            if number == 11:
                lesson.edit(record.model_copy(update={"title": Title(en="Recruit them again")}))
                published(lesson)
            if number == 12:
                lesson.withdraw("It held once.")
            if number == 18:
                lesson.share(Visibility.PUBLIC, True)
            yield lesson
