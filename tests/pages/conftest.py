"""A real system with a little of everything, the standing cast, and a client at the door."""

import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree
from uuid import UUID

import pytest
import uvicorn
from starlette.testclient import TestClient

from api.access.caller import VISIT, csrf_of
from api.access.entrance import Entrance
from api.app import create_app
from api.usecases import cases, clusters, concepts, lessons, programmes
from api.usecases.cases import NewCase
from api.usecases.clusters import NewCluster
from api.usecases.concepts import NewConcept
from api.usecases.lessons import NewLesson
from api.usecases.people import add_person
from api.usecases.programmes import NewProgramme
from api.wiring import System, open_system
from domain.acting import acting
from domain.cluster_record import MemberKind
from domain.viewer import Viewer
from tests.starting import start_with_what_there_is

HOST = "http://testserver"


@dataclass
class Cast:
    """Who is at the door; a test lets another one in by assigning `now`."""

    staff: Viewer
    manager: Viewer
    stranger: Viewer
    now: Viewer


@dataclass(frozen=True)
class Things:
    """What there is: one of every kind and state."""

    programme: UUID
    next_programme: UUID
    cluster: UUID
    other_cluster: UUID
    published: UUID
    revised: UUID
    anonymous: UUID
    draft: UUID
    submitted: UUID
    returned: UUID
    withdrawn: UUID
    superseded: UUID
    case: UUID
    case_draft: UUID
    person: str

    @property
    def pages(self) -> tuple[str, ...]:
        """An address of every kind of page."""
        lesson, case = f"/lessons/{self.revised}", f"/cases/{self.case}"
        return (
            *("/", "/?q=commit", "/?q=zzzz&phase=action", "/?as_of=2011-05-30", "/about", "/review"),
            *("/lessons", "/cases", "/clusters", "/programmes", "/lessons/new", "/cases/new", "/clusters/new"),
            *("/programmes/new", lesson, f"{lesson}?lang=nb", f"{lesson}?revision=1", f"{lesson}/edit"),
            *(f"{lesson}?as_of=v3", f"{lesson}?as_of=v4&draft=true", f"{case}?as_of=v2"),
            *(f"/clusters/{self.cluster}?as_of=v2", f"/programmes/{self.programme}?as_of=2011-05-30"),
            *(f"{lesson}/history", f"{lesson}/redact", f"{lesson}/withdraw", f"{lesson}/supersede", f"{lesson}/share"),
            *(f"/lessons/{self.draft}", f"/lessons/{self.returned}", f"/lessons/{self.withdrawn}"),
            *(f"/lessons/{self.superseded}", f"/lessons/{self.submitted}/return", case, f"{case}/edit"),
            *(f"{case}/history", f"/clusters/{self.cluster}", f"/clusters/{self.cluster}/history"),
            *(f"/clusters/{self.cluster}/{deed}" for deed in CLUSTER_DEEDS),
            *(f"/programmes/{self.programme}", f"/programmes/{self.programme}/close", "/nowhere"),
            *(f"/lessons/{self.published}/consent?case={self.case}", "/events", "/events/print"),
            *("/people", "/people/new"),
            *(f"/people/{self.person}{deed}" for deed in PERSON_DEEDS),
            *("/missing", "/missing/invite?about=busy+people", "/me/searches"),
            *("/thesaurus", "/thesaurus?q=zzzz", "/thesaurus?retired=yes", "/thesaurus/new"),
            *(f"/thesaurus/{CONCEPT}{tail}" for tail in ("", "/edit", "/history", "/retire")),
            *("/thesaurus/forgotten-word", "/thesaurus/forgotten-word/restore"),
        )


CLUSTER_DEEDS = (
    *("edit", "rename", "admit", "graduate", "end", "appoint", "stand-down", "join", "leave"),
    *("hand-over", "contributors", "contributor-left"),
)
CONCEPT = "core-of-the-core"
PERSON_DEEDS = ("", "/appoint", "/stand-down", "/invite", "/suspend", "/restore", "/forget")


def _cast(system: System) -> Cast:
    staff = Viewer(system.people.add("Kari Programstab").id, operator=True)
    manager = Viewer(system.people.add("Mona Klyngeleder").id)
    return Cast(staff, manager, Viewer(system.people.add("Sven Stranger").id), staff)


def fill(system: System, cast: Cast) -> Things:
    """One of everything; the manager manages the first cluster from then on."""
    staff = cast.staff
    with acting(staff.person):
        arena = programmes.establish_programme(system, staff, NewProgramme.model_validate(
            {"code": "Arena", "name": {"en": "Arena", "nb": "Arena"}, "owner": "Innovation Norway"})).id  # fmt: skip
        nce = programmes.establish_programme(system, staff, NewProgramme.model_validate(
            {"code": "NCE", "name": {"en": "Norwegian Centres of Expertise"}, "owner": "Innovation Norway",
             "kind": "brand", "period": {"start": "2006"}})).id  # fmt: skip
        cluster = clusters.register_cluster(system, staff, NewCluster.model_validate(
            {"name": "Smart Energy Markets", "county": "Østfold", "municipality": "Halden", "sector": "smart energy",
             "named_since": "2009", "description": {"en": "Energy and IT firms around Halden."},
             "website": "https://example.org/sem"}))  # fmt: skip
        cluster = clusters.admit_cluster(system, staff, cluster.id, cluster.version, arena, "2007")
        cluster = clusters.graduate_cluster(system, staff, cluster.id, cluster.version, arena, nce, "2009-06")
        cluster = clusters.rename_cluster(
            system, staff, cluster.id, cluster.version, "NCE Smart Energy Markets", "2009-06"
        )
        person = add_person(system, staff, "Ola Nordmann", "ola@example.org").id
        cluster = clusters.appoint_manager(system, staff, cluster.id, cluster.version, person, "2009-08-01")
        for name, kind in (("eSmart AS", MemberKind.COMPANY), ("Høgskolen i Østfold", MemberKind.EDUCATION)):
            cluster = clusters.add_member(system, staff, cluster.id, cluster.version, name, kind)
        other = clusters.register_cluster(system, staff, NewCluster.model_validate({"name": "Arena Usus"}))
        body = {
            "title": {"en": "Recruit committed participants early", "nb": "Rekrutter forpliktede deltakere tidlig"},
            "lesson": {
                "en": "Finding people who commit to the whole process takes longest.",
                "nb": "Å finne folk som forplikter seg til hele prosessen, tar lengst tid.",
            },
            "recommendation": {"en": "Ask for a written commitment before the first gathering."},
            "what_happened": {"en": "Two gatherings lost half of their participants.\n\n* one\n* two"},
            "phase": "recruitment",
            "polarity": "keep",
            "cluster": cluster.id,
            "topics": ["commitment", "recruitment"],
            "happened": {"start": "2009", "end": "2010"},
            "sector": "smart energy",
            "evidence": [{"kind": "figure", "text": "12 of 40 came back."}],
            "source": {"url": "https://example.org/evaluation", "title": "Evaluation", "paraphrased": True},
            "visibility": "public",
            "review_by": "2020-01-01",
        }

        def draft(title: str, **fields: object) -> UUID:
            new = NewLesson.model_validate(body | {"title": {"en": title, "nb": title}} | fields)
            return lessons.draft_lesson(system, staff, new).id

        def step(id: UUID, *names: str) -> UUID:
            for name in names:
                version = system.store.events(id)[-1].originator_version
                if name == "return":
                    lessons.return_lesson(system, staff, id, version, "Say how many came.")
                elif name == "withdraw":
                    lessons.withdraw_lesson(system, staff, id, version, "It held for one cluster only.")
                elif name == "submit":
                    lessons.submit_lesson(system, staff, id, version)
                else:
                    lessons.publish_lesson(system, staff, id, version)
            return id

        published = step(draft("Meet often enough to keep the process alive", phase="planning"), "submit", "publish")
        revised = step(lessons.draft_lesson(system, staff, NewLesson.model_validate(body)).id, "submit", "publish")
        text = {"lesson": {"en": "Finding people who commit to it all takes longest.", "nb": "Det tar lengst tid."}}
        lessons.change_lesson(system, staff, revised, 3, {**text, "reason": "Shorter."})
        step(revised, "submit", "publish")
        lessons.change_lesson(system, staff, revised, 6, {"topics": ["commitment"]})
        superseded = step(draft("Recruit late"), "submit", "publish")
        lessons.supersede_lesson(system, staff, superseded, 3, published)
        case = cases.draft_case(system, staff, NewCase.model_validate(
            {"title": {"en": "Foresight in Halden", "nb": "Foresight i Halden"},
             "summary": {"en": "A kick-off, four gatherings and a catch-up."},
             "body": {"en": "# What was done\n\nThe cluster **met**.\n\n### Later\n\n| a | b |\n|-|-|\n| 1 | 2 |"},
             "clusters": [cluster.id], "programmes": [nce], "lessons": [published], "contact": person,
             "happened": {"start": "2009-09"}, "visibility": "public",
             "source": {"url": "https://example.org/case", "paraphrased": True}}))  # fmt: skip
        cases.publish_case(system, staff, case.id, case.version)
        things = Things(
            programme=nce,
            next_programme=arena,
            cluster=cluster.id,
            other_cluster=other.id,
            published=published,
            revised=revised,
            anonymous=step(draft("Tell nobody who said it", anonymous=True), "submit", "publish"),
            draft=draft("A thought", phase=None, visibility="own-cluster"),
            submitted=step(draft("Book four gatherings a year"), "submit"),
            returned=step(draft("Count those who come back"), "submit", "return"),
            withdrawn=step(draft("Copy what others do"), "submit", "publish", "withdraw"),
            superseded=superseded,
            case=case.id,
            case_draft=cases.draft_case(system, staff, NewCase.model_validate({"title": {"nb": "Et utkast"}})).id,
            person=person,
        )
        _concepts(system, staff)
    cast.manager = replace(cast.manager, manages=frozenset({cluster.id}))
    return things


@dataclass(frozen=True)
class Opened:
    """`things`: where the test asks for them."""

    system: System
    cast: Cast
    things: Things | None


def _concepts(system: System, staff: Viewer) -> None:
    """One with everything that a concept can have, and one that is retired."""
    for id, fields in (
        ("forgotten-word", {"preferred": {"en": "forgotten word", "nb": "glemt ord"}}),
        ("kernel-of-all", {"preferred": {"en": "kernel of all", "nb": "alles kjerne"}}),
        (CONCEPT, {"preferred": {"en": "core of the core", "nb": "kjernens kjerne"}, "broader": ["kernel-of-all"],
                   "alternative": {"en": ["core team", "a" * 100], "nb": ["kjernegruppe"]},
                   "hidden": {"en": [f"core form {n}" for n in range(20)], "nb": ["kjernegruppa", "b" * 100]},
                   "definition": {"nb": "De som bærer prosessen."}}),
    ):  # fmt: skip
        concepts.make_concept(system, staff, NewConcept.model_validate({"id": id, **fields}))
    concepts.retire_concept(system, staff, "forgotten-word", 1, "Nobody says so.")
    concepts.change_concept(system, staff, CONCEPT, 1, {"definition": {"en": "Those who carry it.", "nb": "De."}})


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Cast, Things]:
    """A folder with one of everything, which nobody uses: each test has a copy."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    with open_system(folder) as system:
        cast = _cast(system)
        things = fill(system, cast)
        system.projector.catch_up()
    return folder, cast, things


@pytest.fixture
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    folder, cast, things = tmp_path / "data", None, None
    if "things" in request.fixturenames:
        prepared, cast, things = request.getfixturevalue("filled_folder")
        copytree(prepared, folder)
    with open_system(folder) as system:
        opened = Opened(system, replace(cast) if cast else _cast(system), things)
        start_with_what_there_is(system)
        yield opened


@pytest.fixture
def system(opened: Opened) -> System:
    return opened.system


@pytest.fixture
def cast(opened: Opened) -> Cast:
    return opened.cast


@pytest.fixture
def things(opened: Opened) -> Things:
    assert opened.things
    return opened.things


@pytest.fixture
def client(system: System, cast: Cast) -> Iterator[TestClient]:
    app = create_app(system, entrance=Entrance(lambda: cast.now, frozenset({"testserver"})))
    with TestClient(app, base_url=HOST, raise_server_exceptions=False, follow_redirects=False) as client:
        client.cookies.set(VISIT, "browser")
        client.headers["X-CSRF-Token"] = csrf_of("browser")
        yield client


@dataclass(frozen=True)
class Site:
    """Pages that a browser can reach."""

    address: str
    things: Things


@contextmanager
def serving(folder: Path, visitor: Callable[[System], Viewer]) -> Generator[tuple[System, str]]:
    """A system on the folder, and the address at which a browser reaches its pages."""
    with open_system(folder) as system, socket.socket() as free:
        system.start()
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        app = create_app(system, entrance=Entrance(lambda: visitor(system)))
        server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        assert server.started
        yield system, f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(60)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serving(tmp_path_factory.mktemp("site") / "data", lambda _: people[0].now) as (system, address):
        people = [_cast(system)]
        yield Site(address, fill(system, people[0]))
