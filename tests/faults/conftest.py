"""`--kills`: how often something is killed. What was measured is told at the end."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

KILLS = 6
Tell: TypeAlias = Callable[[str], None]
TOLD = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=KILLS, help=f"how often something is killed (default {KILLS})")


def wanted(config: pytest.Config) -> int:
    """The option is known only where this folder was asked for by name."""
    return config.getoption("--kills", KILLS) or KILLS


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    return wanted(pytestconfig)


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """Keeps a figure for the end of the run."""
    told = request.config.stash.setdefault(TOLD, [])
    return lambda figure: told.append(f"{request.node.name}: {figure}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if told := config.stash.get(TOLD, None):
        terminalreporter.section("measured under faults")
        for figure in told:
            terminalreporter.write_line(figure)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A kill with its start, writes and restart takes some seconds, on a busy machine more."""
    for item in items:
        if "kills" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(60 + 15 * wanted(config)))
