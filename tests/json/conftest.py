"""A real system on an empty folder, the standing cast, and a client at the door."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.access.entrance import Entrance
from api.app import create_app
from api.wiring import System, open_system
from domain.viewer import Viewer

HOST = "http://testserver"


@dataclass
class Cast:
    """Who is at the door; a test lets another one in by assigning `now`."""

    staff: Viewer
    stranger: Viewer
    now: Viewer


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    with open_system(tmp_path / "data") as system:
        system.start()
        yield system


@pytest.fixture
def cast(system: System) -> Cast:
    staff = Viewer(system.people.add("Kari Programstab").id, operator=True)
    stranger = Viewer(system.people.add("Sven Stranger").id)
    return Cast(staff, stranger, staff)


@pytest.fixture
def client(system: System, cast: Cast) -> Iterator[TestClient]:
    app = create_app(system, entrance=Entrance(lambda: cast.now, frozenset({"testserver"})), max_body_bytes=100_000)
    with TestClient(app, base_url=HOST, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def cluster(client: TestClient) -> str:
    return client.post("/api/v1/clusters", json={"name": "NCE Smart Energy Markets"}).json()["id"]


Draft = Callable[..., dict[str, Any]]


@pytest.fixture
def draft(client: TestClient, cluster: str) -> Draft:
    """A lesson that could be published, as a draft; fields can be given."""

    def make(**fields: Any) -> dict[str, Any]:
        body = {
            "title": {"en": "Recruit committed participants early", "nb": "Rekrutter forpliktede deltakere tidlig"},
            "lesson": {"en": "Finding people who commit takes longest."},
            "recommendation": {"en": "Ask for a written commitment."},
            "phase": "recruitment",
            "polarity": "keep",
            "cluster": cluster,
            "visibility": "public",
        }
        answer = client.post("/api/v1/lessons", json=body | fields)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return make


@pytest.fixture
def published(client: TestClient, draft: Draft) -> Draft:
    """The same, published."""

    def make(**fields: Any) -> dict[str, Any]:
        lesson = draft(**fields)
        for step in ("submit", "publish"):
            answer = client.post(
                f"/api/v1/lessons/{lesson['id']}/{step}", headers={"If-Match": f'"{lesson["version"]}"'}
            )
            assert answer.status_code == 200, answer.text
            lesson = answer.json()
        return lesson

    return make
