"""What the event log says of the ledger: how much is signed, and that something does not fit."""

from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from api.wiring import System
from tests.keeping import seal


def test_the_signed_state_can_be_taken_along(client: TestClient, system: System, tmp_path: Path, things: Any) -> None:
    checkpoint = seal(system, tmp_path / "data")
    page = client.get("/events").text
    assert f"The first {checkpoint.size} events are signed" in page
    assert 'href="/api/v1/audit/checkpoint"' in page
    assert f'href="/api/v1/audit/proof/{system.store.position}"' in page
    assert "does not fit" not in page


def test_what_does_not_fit_is_said_first(client: TestClient, system: System) -> None:
    with system.ledger.database.writing() as db:
        db.execute("INSERT INTO ledger_refusals (at, why) VALUES (1, 'event 2: altered')")
    page = client.get("/events").text
    assert 'role="alert"' in page
    assert "Something in the history does not fit" in page
    assert "altered" not in page
