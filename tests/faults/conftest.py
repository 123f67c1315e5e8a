"""`--kills`: how often the server is killed."""

import pytest

KILLS = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=KILLS, help=f"how often the server is killed (default {KILLS})")


def wanted(config: pytest.Config) -> int:
    """The option is known only where this folder was asked for by name."""
    return config.getoption("--kills", KILLS) or KILLS


@pytest.fixture
def kills(pytestconfig: pytest.Config) -> int:
    return wanted(pytestconfig)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A kill with its start, writes and restart takes some seconds, on a busy machine more."""
    for item in items:
        if "kills" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(60 + 15 * wanted(config)))
