"""A real system on an empty folder, with a programme and two clusters, and its operator at work."""

import json
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from api.interchange.importing import Report, import_lessons
from api.usecases.clusters import NewCluster, register_cluster
from api.usecases.programmes import NewProgramme, establish_programme
from api.wiring import System, open_system
from domain.acting import acting
from domain.text import Title
from domain.viewer import Viewer

STAFF = Viewer("kari", operator=True)

Lines = Callable[..., Path]
Import = Callable[..., Report]


@contextmanager
def prepared(folder: Path) -> Generator[System]:
    with open_system(folder) as system, acting(STAFF.person):
        for code in ("Arena", "NCE"):
            new = NewProgramme(code=code, name=Title(en=code), owner="Innovation Norway")
            establish_programme(system, STAFF, new)
        for name in ("NCE Smart Energy Markets", "Arena Eyde"):
            register_cluster(system, STAFF, NewCluster(name=name))
        system.projector.catch_up()
        yield system


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with prepared(tmp_path / "data") as system:
        yield system


@pytest.fixture
def another(tmp_path: Path) -> Iterator[System]:
    """One that knows the same clusters and programmes, under other ids."""
    with prepared(tmp_path / "another") as system:
        yield system


@pytest.fixture
def take(system: System) -> Import:
    """Import a file into the system."""

    def take(file: Path, **options: Any) -> Report:
        return import_lessons(system, STAFF, file, **options)

    return take


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    """A JSON Lines file of lessons that could be published; each argument changes one of them."""

    def write(*changes: dict[str, Any], name: str = "lessons.jsonl") -> Path:
        file = tmp_path / name
        file.write_text("".join(json.dumps(lesson(**change)) + "\n" for change in changes), "utf-8")
        return file

    return write


def lesson(**change: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "id": "a-1",
        "title": {"en": "Recruit early", "nb": "Rekrutter tidlig"},
        "lesson": {"en": "Finding people who commit takes longest."},
        "recommendation": {"nb": "Be om skriftlig forpliktelse."},
        "phase": "recruitment",
        "polarity": "keep",
        "cluster": "nce smart  energy markets",
        "visibility": "public",
    } | change
    return {name: value for name, value in body.items() if value is not None}
