"""What can be set, called, requested and stored is documented; and nothing is documented that is not there."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from api.access.entrance import Entrance
from api.app import create_app
from api.cli.main import app as cli
from api.settings import PREFIX, Settings
from api.wiring import open_system
from domain.aggregate import Event
from domain.registry import AGGREGATES, TOPICS
from domain.viewer import Viewer

DOCS = Path(__file__).parents[2] / "docs"
ROUTE = re.compile(r"(?:GET|POST|PATCH|PUT|DELETE)(?: (?:GET|POST|PATCH|PUT|DELETE))* /[^\s`]*")


def told(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def code(page: str) -> list[str]:
    """What stands between backticks."""
    return re.findall(r"`([^`\n]+)`", told(page))


def test_every_setting() -> None:
    settings = {PREFIX + name.upper() for name in Settings.model_fields}
    documented = {c for c in code("operations.md") if c.startswith(PREFIX)} - {PREFIX}
    assert documented == settings


def test_the_default_of_every_setting() -> None:
    rows = dict(re.findall(rf"\| `{PREFIX}(\w+)` \| `?([^`|]+?)`? \|", told("operations.md")))
    assert rows == {
        name.upper(): "–" if f.default in (None, "") else str(f.default) for name, f in Settings.model_fields.items()
    }


def commands(group: TyperGroup, before: str = "laerdom") -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        path = f"{before} {name}"
        found |= commands(command, path) if isinstance(command, TyperGroup) else {path}
    return found


def test_every_command() -> None:
    group = get_command(cli)
    assert isinstance(group, TyperGroup)
    documented = {re.sub(r"( [A-Z]+)+$", "", c) for c in code("operations.md") if re.match(r"laerdom [a-z]", c)}
    assert documented == commands(group)


@pytest.fixture
def routes(tmp_path: Path) -> set[str]:
    """Method and path of every route that the description of the API has."""
    with open_system(tmp_path / "data") as system:
        description: dict[str, Any] = create_app(system, entrance=Entrance(lambda: Viewer("kari"))).openapi()
    return {f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods}


def test_every_route(routes: set[str]) -> None:
    documented: set[str] = set()
    for line in code("api.md"):
        for found in ROUTE.findall(line):
            *methods, path = found.split(" ")
            documented |= {f"{method} {path}" for method in methods}
    assert documented == routes


def rows() -> dict[str, str]:
    """The fields that `events.md` gives each topic."""
    return dict(re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| (.*?) \| ", told("events.md"), re.M))


def test_every_event_topic() -> None:
    assert set(rows()) == set(TOPICS)


def test_every_field_of_every_event() -> None:
    documented = {topic: re.findall(r"`(\w+)`", cell.partition(" (`reason`")[0]) for topic, cell in rows().items()}
    assert documented == {
        topic: [name for name in event.model_fields if name not in Event.model_fields]
        for topic, event in TOPICS.items()
    }


def test_every_field_of_every_record() -> None:
    for aggregate in AGGREGATES.values():
        for event in aggregate.events().values():
            record: Any = event.model_fields.get("record")
            for name in record.annotation.model_fields if record else ():
                section = told("events.md").split(f"## {aggregate.kind.capitalize()}\n")[1].split("\n## ")[0]
                assert f"`{name}`" in section, f"{event.topic}: {name}"


def test_the_fields_that_every_event_has() -> None:
    documented = set(code("events.md"))
    assert {name for name in Event.model_fields if name not in documented} == set()
