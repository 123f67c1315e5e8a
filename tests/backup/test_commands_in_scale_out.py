"""`laerdom restore` on the two servers; what the commands say is tested in `tests/cli`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from tests.backup.record import TITLES, Record, found
from tests.faults.fleet import environment


@pytest.mark.parametrize("kind", ["scaled"])
def test_there_and_back(record: Record, elsewhere: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(at: Record, *args: str) -> Any:
        assert at.place.servers is not None
        for name, value in environment(at.place.servers).items():
            monkeypatch.setenv(name, value)
        done = CliRunner().invoke(app, [*args, "--json"])
        assert (done.exit_code, done.stderr) == (0, "")
        return json.loads(done.stdout)

    made = run(record, "backup", str(tmp_path / "backup"))
    restored = run(elsewhere, "restore", str(tmp_path / "backup"))
    assert restored.items() >= made.items()
    assert (restored["documents"], restored["erased_again"], restored["new_key"]) == (len(TITLES), 0, None)
    with elsewhere.open() as system:
        assert found(system, "recruit") == [TITLES[0]]
    verified = run(elsewhere, "audit", "verify")
    assert (verified["fits"], verified["events"], verified["checkpoints"]["compared"]) == (True, 9, 2)
