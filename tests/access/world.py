"""Things of every kind and visibility, and people with every part in them or elsewhere."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

from starlette.testclient import TestClient

from api.access.caller import VISIT, csrf_of
from api.access.entrance import Entrance
from api.app import create_app
from api.usecases.adapting import NewAdaptation, make_adaptation
from api.usecases.cases import NewCase, draft_case, publish_case
from api.usecases.clusters import NewCluster, admit_cluster, register_cluster
from api.usecases.concepts import NewConcept, make_concept
from api.usecases.lessons import NewLesson, new_lesson
from api.usecases.looking import viewer_of
from api.usecases.processes import NewProcess, open_process
from api.usecases.programmes import NewProgramme, establish_programme
from api.wiring import System, open_system
from domain.access import Access
from domain.acting import acting
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.concept import Concept
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import Part, Person, Role
from domain.programme import Programme
from domain.release import Visibility
from domain.text import Prose, Title
from domain.viewer import ANYBODY, Viewer
from tests.starting import start_with_what_there_is

OPERATOR = Viewer("operator", operator=True)
HOST = "testserver"
PARTS = (*("nobody", "author", "manager", "contributor", "leader", "other", "peer", "nce", "gce", "auditor", "admin"),)


@dataclass
class World:
    """`things` by a name that says what they are; `viewers` by their part. `now` is who is at the door."""

    system: System
    things: dict[str, Aggregate] = field(default_factory=dict[str, Aggregate])
    viewers: dict[str, Viewer] = field(default_factory=dict[str, Viewer])
    visitor: Callable[[], Viewer] = lambda: OPERATOR

    def let_in(self, viewer: Viewer, *, breaking_glass: bool = False) -> None:
        """Who is at the door from now on; `breaking_glass`: with what they have opened meanwhile."""
        self.visitor = lambda: (
            replace(viewer, opened=viewer_of(self.system, viewer.person).opened) if breaking_glass else viewer
        )

    def id(self, name: str) -> UUID:
        return self.things[name].id

    def client(self) -> TestClient:
        app = create_app(self.system, entrance=Entrance(lambda: self.visitor(), frozenset({HOST})))
        return TestClient(app, base_url=f"http://{HOST}", raise_server_exceptions=False, follow_redirects=False)

    def browser(self) -> TestClient:
        """A client with the token of a session: who is at the door is asked at each request."""
        client = self.client()
        client.cookies.set(VISIT, "browser")
        client.headers["X-CSRF-Token"] = csrf_of("browser")
        return client


@contextmanager
def a_world(folder: Path) -> Generator[World]:
    with open_system(folder) as system:
        world = World(system)
        _people(world)
        with acting(OPERATOR.person):
            _places(world)
        _processes(world)
        _viewers(world)
        _lessons(world)
        _cases(world)
        _adaptations(world)
        start_with_what_there_is(system)
        yield world


def _people(world: World) -> None:
    for name in PARTS:
        world.viewers[name] = Viewer(world.system.people.add(f"{name.capitalize()} Testmann").id)
    for name, role in (("nobody", None), ("auditor", Role.AUDITOR), ("admin", Role.ADMINISTRATOR)):
        world.things[f"person {name}"] = person = Person(UUID(world.viewers[name].person))
        if role:
            with acting(OPERATOR.person):
                person.appoint(Part(role), "2020")
                world.system.save(person)


def _places(world: World) -> None:
    system = world.system
    for code in ("NCE", "GCE"):
        new = NewProgramme.model_validate({"code": code, "name": {"en": code}, "owner": "Innovation Norway"})
        world.things[code] = establish_programme(system, OPERATOR, new)
    for name, programme in (("ours", "NCE"), ("peers", "NCE"), ("theirs", "GCE")):
        cluster = register_cluster(system, OPERATOR, NewCluster.model_validate({"name": f"Cluster {name}"}))
        world.things[name] = admit_cluster(system, OPERATOR, cluster.id, cluster.version, world.id(programme), "2009")
    concept = NewConcept.model_validate({"id": "a-concept", "preferred": {"en": "quux", "nb": "kvuks"}})
    world.things["concept"] = make_concept(system, OPERATOR, concept)


def _processes(world: World) -> None:
    for visibility in (Visibility.OWN_CLUSTER, Visibility.MANAGERS):
        new = NewProcess(title=Title(en="Energy 2035"), cluster=world.id("ours"), visibility=visibility)
        with acting(OPERATOR.person):
            world.things[f"process {visibility.value}"] = open_process(world.system, OPERATOR, new)


def _viewers(world: World) -> None:
    def one(name: str) -> frozenset[UUID]:
        return frozenset({world.id(name)})

    process = world.id("process own-cluster")
    parts: dict[str, dict[str, object]] = {
        "author": {"contributes": one("ours"), "programmes": one("NCE")},
        "manager": {"manages": one("ours"), "programmes": one("NCE")},
        "contributor": {"contributes": one("ours"), "programmes": one("NCE")},
        "leader": {"leads": frozenset({process})},
        "other": {"manages": one("theirs"), "programmes": one("GCE")},
        "peer": {"contributes": one("peers"), "programmes": one("NCE")},
        "nce": {"staffs": one("NCE")},
        "gce": {"staffs": one("GCE")},
        "auditor": {"auditor": True},
        "admin": {"administrator": True},
    }
    for name, given in parts.items():
        world.viewers[name] = Viewer(world.viewers[name].person, **given)  # pyright: ignore[reportArgumentType]
    world.viewers |= {"visitor": Viewer(ANYBODY), "operator": OPERATOR}
    manager = world.viewers["manager"]
    world.viewers["reading program"] = Viewer(
        manager.person, manages=manager.manages, programmes=manager.programmes, reads_only=True
    )


def _lessons(world: World) -> None:
    author = world.viewers["author"]
    with acting(author.person):
        for name, state, anonymous in (
            *((v.value, "published", False) for v in Visibility),
            ("anonymous", "published", True),
            ("draft", "draft", False),
            ("submitted", "submitted", False),
            ("withdrawn", "withdrawn", False),
        ):
            visibility = name if name in list(Visibility) else "managers" if anonymous else "public"
            lesson = new_lesson(world.system, author, NewLesson.model_validate({
                "title": {"en": f"Lesson {name}"}, "lesson": {"en": "It takes longest."}, "phase": "recruitment",
                "recommendation": {"en": "Ask."}, "polarity": "keep", "cluster": world.id("ours"),
                "process": world.id("process own-cluster"),
                "visibility": visibility, "anonymous": anonymous}))  # fmt: skip
            if state != "draft":
                lesson.submit()
            if state not in ("draft", "submitted"):
                lesson.publish()
            if state == "withdrawn":
                lesson.withdraw("Wrong.")
            world.system.save(lesson)
            world.things[f"lesson {name}"] = lesson


def _cases(world: World) -> None:
    with acting(OPERATOR.person):
        for name in ("draft", "programme", "managers", "public"):
            case = draft_case(world.system, OPERATOR, NewCase.model_validate({
                "title": {"en": f"Case {name}"}, "summary": {"en": "x"}, "body": {"en": "y"},
                "programmes": [world.id("NCE")], "clusters": [world.id("ours")],
                "visibility": "public" if name == "draft" else name}))  # fmt: skip
            if name != "draft":
                case = publish_case(world.system, OPERATOR, case.id, case.version)
            world.things[f"case {name}"] = case


def _adaptations(world: World) -> None:
    new = NewAdaptation(lesson=world.id("lesson public"), cluster=world.id("peers"), why=Prose(en="We are fewer."))
    with acting(OPERATOR.person):
        world.things["adaptation"] = make_adaptation(world.system, OPERATOR, new)


KINDS: dict[str, type[Aggregate]] = {
    "lessons": Lesson, "cases": Case, "processes": ForesightProcess, "adaptations": Adaptation, "clusters": Cluster,
    "programmes": Programme, "people": Person, "access": Access, "thesaurus": Concept,
}  # fmt: skip
