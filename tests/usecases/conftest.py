"""A real system with two clusters of two programmes and everybody who has a part, at a clock that stands still."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any, cast
from uuid import UUID

import pytest

from api.usecases import lessons
from api.usecases.clusters import NewCluster, admit_cluster, register_cluster
from api.usecases.lessons import NewLesson
from api.usecases.looking import viewer_of
from api.usecases.persons import appoint
from api.usecases.programmes import NewProgramme, establish_programme
from api.wiring import System, open_system
from domain.acting import acting
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.person import Part, Person, Role
from domain.viewer import Viewer
from projections.event_log import EventLog
from store.event_store import EventStore
from tests.starting import start_with_what_there_is

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPERATOR = Viewer("the-operator", operator=True)


@dataclass
class World:
    """`now` is what every clock shows; people, clusters and programmes are found by their first names."""

    system: System
    now: datetime = NOW
    ids: dict[str, UUID] = field(default_factory=dict[str, UUID])

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    def name(self, id: str) -> str:
        return next(name for name, known in self.ids.items() if str(known) == id)

    @contextmanager
    def acts(self, name: str, **act: Any) -> Generator[Viewer]:
        """This person as they may act now, acting."""
        with acting("the-operator" if name == "operator" else str(self[name]), clock=lambda: self.now, **act):
            yield OPERATOR if name == "operator" else viewer_of(self.system, str(self[name]))

    def person(self, name: str) -> Person:
        return self.system.store.find(Person, self[name]) or Person(self[name])

    def cluster(self, name: str = "ours") -> Cluster:
        return self.system.store.get(Cluster, self[name])

    def viewer(self, name: str) -> Viewer:
        with self.acts(name) as viewer:
            return viewer

    @property
    def log(self) -> EventLog:
        """As far as anything has happened."""
        assert self.system.projector.wait_for(self.system.store.position)
        return self.system.event_log

    def lesson(self, by: str, *, published: bool = True, **fields: Any) -> Lesson:
        """Of our cluster and written by this person, ready to be read unless told otherwise."""
        new = NewLesson.model_validate({
            "title": {"en": "Recruit early"}, "lesson": {"en": "It takes longest."}, "phase": "recruitment",
            "recommendation": {"en": "Ask."}, "polarity": "keep", "cluster": self["ours"], **fields,
        })  # fmt: skip
        with self.acts(by) as viewer:
            lesson = lessons.draft_lesson(self.system, viewer, new)
            if published:
                lesson = lessons.submit_lesson(self.system, viewer, lesson.id, lesson.version)
        if published:
            with self.acts("operator") as viewer:
                lesson = lessons.publish_lesson(self.system, viewer, lesson.id, lesson.version)
        return lesson


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, UUID]]:
    """A folder with all of them, which nobody uses, and their ids: each test has a copy."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    with open_system(folder) as system:
        world = World(system)
        people = ("alan", "aud", "siv", "ari", "mona", "odd", "kari", "leo", "sven", "nils")
        world.ids = {name: UUID(system.people.add(name.capitalize()).id) for name in people}
        with world.acts("operator") as operator:
            for code, cluster in (("NCE", "ours"), ("Arena", "theirs")):
                new = NewProgramme.model_validate({"code": code, "name": {"en": code}, "owner": "Siva"})
                programme = establish_programme(system, operator, new)
                made = register_cluster(system, operator, NewCluster(name=f"The cluster called {cluster}"))
                admit_cluster(system, operator, made.id, made.version, programme.id, "2009")
                world.ids |= {code: programme.id, cluster: made.id}
            world.ids["process"] = UUID(int=7)
            for name, role, of in (
                ("alan", Role.ADMINISTRATOR, None),
                ("aud", Role.AUDITOR, None),
                ("siv", Role.PROGRAMME_STAFF, "NCE"),
                ("ari", Role.PROGRAMME_STAFF, "Arena"),
                ("mona", Role.CLUSTER_MANAGER, "ours"),
                ("odd", Role.CLUSTER_MANAGER, "theirs"),
                ("kari", Role.CLUSTER_CONTRIBUTOR, "ours"),
                ("leo", Role.PROCESS_LEADER, "process"),
            ):
                part = Part(role, world[of] if of else None)
                appoint(system, operator, world[name], part, "2026-01-01")
        system.projector.catch_up()
    return folder, world.ids


@pytest.fixture
def world(prepared: tuple[Path, dict[str, UUID]], tmp_path: Path) -> Iterator[World]:
    folder, ids = prepared
    copytree(folder, tmp_path / "data")
    with open_system(tmp_path / "data") as system:
        start_with_what_there_is(system)
        yield World(system, ids=dict(ids))


Meddle = Callable[[Callable[[], object]], System]


@pytest.fixture
def meddle(world: World) -> Meddle:
    """The system, in which somebody else does this between what a use case reads and what it saves."""

    def meddled(first: Callable[[], object]) -> System:
        return replace(world.system, store=cast(EventStore, _Meddled(world.system.store, first)))

    return meddled


class _Meddled:
    def __init__(self, store: EventStore, first: Callable[[], object]) -> None:
        self._store, self._first = store, first

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def save(self, *things: Any) -> int:
        self._first()
        return self._store.save(*things)
