"""`laerdom audit`: how it ends, what it says, and that it makes nothing on the way."""

import json
import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from typer.testing import Result

from api.settings import Seals
from api.wiring import open_system
from api.wiring.embedded import ENV
from domain.acting import acting
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.source import Source
from domain.text import Prose, Title
from store.event_store import EventStore
from store.ledger.keys import Keys
from store.ledger.note import Checkpoint
from store.ledger.sealer import Sealer

Run = Callable[..., Result]
RECORD = LessonRecord(title=Title(en="Start"), lesson=Prose(en="Begin."), source=Source(url="https://example.org"))


def seal(data: Path, lessons: int) -> Path:
    """So many more in the folder, and a checkpoint of all; its file."""
    seals = Seals.within(data)
    keys = Keys(seals.keys)
    with open_system(data) as system, acting("kari"):
        for _ in range(lessons):
            system.store.save(Lesson.draft_new(uuid4(), RECORD, owner="kari"))
        sealer = Sealer(system.ledger, keys.ledger(make=True), keys.signers(make=True), seals.checkpoints)
        checkpoint = sealer.seal()
    assert checkpoint is not None
    [file] = seals.checkpoints.rglob(f"{checkpoint.size:012}.checkpoint")
    return file


@pytest.fixture
def first(data: Path) -> Path:
    return seal(data, 3)


@pytest.fixture
def second(first: Path, data: Path) -> Path:
    return seal(data, 4)


def change(data: Path, statement: str) -> None:
    with sqlite3.connect(data / "events.sqlite") as db:
        db.execute(statement)
    db.close()


def ended(result: Result, code: int) -> str:
    assert result.exit_code == code, result.output
    return result.stdout


def stopped(result: Result, code: int) -> str:
    """The one line of a command that could not go on."""
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (code, "", 1), result.output
    return result.stderr.removesuffix("\n").removeprefix("laerdom: ")


def test_all_fits(run: Run, second: Path) -> None:
    told = ended(run("audit", "verify"), 0).splitlines()
    assert told[0] == "7 events, 4 of 4 checkpoints fit."
    assert told[1].startswith("All fits. Root ")
    said = json.loads(ended(run("audit", "verify", "--json"), 0))
    assert said == {
        "fits": True,
        "events": 7,
        "root": Checkpoint.parse(second.read_text()).note().split("\n")[2],
        "checkpoints": {"compared": 4, "fitting": 4, "proved": 7},
        "found": 0,
        "findings": [],
    }


def test_what_does_not_fit_is_named(run: Run, second: Path, data: Path) -> None:
    change(data, "UPDATE stored_events SET state=x'00' WHERE notification_id=2")
    told = ended(run("audit", "verify"), 1).splitlines()
    assert told[0] == "event 2, leaf 1: The event is not the one that was entered."
    assert told[-1] == "1 findings."
    said = json.loads(ended(run("audit", "verify", "--json"), 1))
    assert (said["fits"], said["findings"]) == (
        False,
        [{"what": "The event is not the one that was entered.", "position": 2, "leaf": 1, "checkpoint": None}],
    )


def test_a_checkpoint_from_elsewhere_is_compared(run: Run, first: Path, data: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(first, elsewhere / "a.checkpoint")
    key = ended(run("audit", "key"), 0).strip()
    given = ("--checkpoint", str(elsewhere), "--key", key)
    assert ended(run("audit", "verify", *given), 0).startswith("3 events, 1 of 1 checkpoints fit.")
    for statement in ("DELETE FROM stored_events WHERE notification_id=3", "DELETE FROM ledger_leaves WHERE leaf=2"):
        change(data, statement)
    change(data, "DELETE FROM ledger_nodes WHERE place >= 3")
    told = ended(run("audit", "verify", *given), 1)
    assert "checkpoint a.checkpoint, leaf 2: The ledger is shorter than a checkpoint says." in told


def test_a_damaged_file_is_a_finding(run: Run, first: Path, data: Path) -> None:
    file = data / "events.sqlite"
    file.write_bytes(b"noise" * 10_000)
    for log in data.glob("events.sqlite-*"):
        log.unlink()
    told = ended(run("audit", "verify"), 1)
    assert "What is kept here cannot be read: the store is damaged." in told


def test_nothing_is_made_on_the_way(run: Run, data: Path) -> None:
    assert stopped(run("audit", "verify"), 2) == "There is no ledger.key in the folder of keys. Copy it from where" + (
        " laerdom migrate was run, or name its folder in LAERDOM_KEYS."
    )
    Keys(data / "keys").ledger(make=True)
    assert stopped(run("audit", "verify"), 2).startswith("There is no store at ")
    assert [file.name for file in data.iterdir()] == ["keys"]
    sqlite3.connect(data / "events.sqlite").close()
    (data / "events.sqlite").touch()
    assert stopped(run("audit", "verify"), 2).startswith("There is no ledger in ")


def test_without_a_checkpoint_it_says_what_that_means(run: Run, data: Path) -> None:
    key = Keys(data / "keys").ledger(make=True)
    store = EventStore(ENV | {"SQLITE_DBNAME": str(data / "events.sqlite"), "LEDGER_KEY": key.hex()})
    with acting("kari"):
        store.save(Lesson.draft_new(uuid4(), RECORD, owner="kari"))
    store.close()
    before = sorted(file.name for file in data.rglob("*"))
    told = ended(run("audit", "verify"), 0)
    assert "No checkpoint was compared: nothing here shows whether the newest events were removed." in told
    made = {file.name for file in data.rglob("*")} - set(before)
    assert made <= {"events.sqlite-shm", "events.sqlite-wal"}
    assert stopped(run("audit", "key"), 2).startswith("There is no key yet")
    assert stopped(run("audit", "rotate"), 2).startswith("There is no key yet")
    assert stopped(run("audit", "bundle", str(data / "out")), 1).startswith("There is no checkpoint yet")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("--checkpoint", "none"), "There is no checkpoint none. Check the name."),
        (("--key", "none"), "This is not a verification key"),
    ],
)
def test_what_was_given_cannot_be_used(run: Run, first: Path, given: tuple[str, str], why: str) -> None:
    assert stopped(run("audit", "verify", *given), 2).startswith(why)


def test_a_missing_key_is_told(run: Run, first: Path, data: Path) -> None:
    (data / "keys" / "checkpoint.key").unlink()
    assert stopped(run("audit", "verify"), 2).startswith("There is no key to check the signatures with.")
    (data / "keys" / "ledger.key").chmod(0o644)
    assert stopped(run("audit", "verify"), 2).startswith("Others can read ledger.key.")


def test_two_checkpoints_of_one_history(run: Run, first: Path, second: Path) -> None:
    assert ended(run("audit", "compare", str(second), str(first)), 0) == "The one of 7 leaves continues the one of 3.\n"
    assert ended(run("audit", "compare", str(first), str(first)), 0) == "Both are of one history, of 3 leaves.\n"


def test_a_split_view(run: Run, first: Path, second: Path, tmp_path: Path) -> None:
    checkpoint, other = Checkpoint.parse(first.read_text()), tmp_path / "other"
    other.write_text(Checkpoint(checkpoint.origin, checkpoint.size, b"x" * 32).note())
    assert stopped(run("audit", "compare", str(first), str(other)), 1).startswith("Both have the same number of leaves")
    assert stopped(run("audit", "compare", str(second), str(other)), 1).startswith("The newer checkpoint does not")
    other.write_text(Checkpoint("another", 3, checkpoint.root).note())
    assert stopped(run("audit", "compare", str(first), str(other)), 1).startswith("They are of two logs")
    other.write_text(Checkpoint(checkpoint.origin, 99, checkpoint.root).note())
    assert stopped(run("audit", "compare", str(first), str(other)), 1).startswith("The ledger here is shorter")
    other.write_text("noise")
    assert stopped(run("audit", "compare", str(first), str(other)), 2).endswith(
        "This is not a checkpoint: three lines, an empty line, and lines of signatures."
    )


def test_a_key_is_changed(run: Run, first: Path, data: Path) -> None:
    [old] = ended(run("audit", "key"), 0).splitlines()
    [_, new] = ended(run("audit", "rotate"), 0).splitlines()
    assert ended(run("audit", "key"), 0).splitlines() == [old, new]
    assert "has not signed the newest checkpoint yet" in stopped(run("audit", "rotate", "--finish"), 1)
    seal(data, 1)
    assert ended(run("audit", "rotate", "--finish"), 0).splitlines()[1] == new
    assert ended(run("audit", "key"), 0).splitlines() == [new, old]
    assert ended(run("audit", "verify"), 0).startswith("4 events, 4 of 4 checkpoints fit.")


@pytest.fixture
def witness(tmp_path: Path, run: Run, first: Path) -> Callable[..., Result]:
    log_key = ended(run("audit", "key"), 0).strip()
    key, state = tmp_path / "w.key", tmp_path / "w.state"
    (tmp_path / "w.vkey").write_text(
        ended(run("audit", "witness", "--new-key", "auditor.example", "--key", str(key)), 0)
    )
    assert key.stat().st_mode & 0o777 == 0o600

    def witness(checkpoint: Path, *more: str, log: str = log_key) -> Result:
        return run(
            "audit", "witness", str(checkpoint), "--key", str(key), "--state", str(state), "--log-key", log, *more
        )

    return witness


def test_a_witness_signs_along(run: Run, witness: Any, first: Path, data: Path, tmp_path: Path) -> None:
    line, vkey = tmp_path / "line", str(tmp_path / "w.vkey")
    line.write_text(ended(witness(first), 0))
    cosigned = Checkpoint.parse(ended(run("audit", "cosign", str(line), "--key", vkey), 0))
    assert len(cosigned.signatures) == 2
    assert cosigned.signatures[1] == line.read_text()
    second = seal(data, 4)
    assert "It has to be shown that the newer continues the older" in stopped(witness(second), 1)
    proof = tmp_path / "proof"
    proof.write_text(json.dumps({"from": 3, "to": 7, "proof": proof_of(data, 3, 7).split()}))
    line.write_text(ended(witness(second, "--proof", str(proof)), 0))
    proof.write_text(proof_of(data, 3, 7))
    assert ended(run("audit", "compare", str(first), str(second), "--proof", str(proof)), 0)
    assert "It is older than what was seen before" in stopped(witness(first), 1)
    assert ended(witness(second), 0).startswith("\u2014 auditor.example ")


def proof_of(data: Path, old: int, new: int) -> str:
    with open_system(data) as system:
        return "".join(f"{b64encode(one).decode()}\n" for one in system.ledger.consistency(old, new))


def test_a_witness_signs_no_rewritten_history(witness: Any, run: Run, first: Path, data: Path, tmp_path: Path) -> None:
    ended(witness(first), 0)
    second, proof = seal(data, 4), tmp_path / "proof"
    hashes = proof_of(data, 3, 7).splitlines()
    proof.write_text("\n".join([hashes[0], hashes[0], *hashes[2:]]))
    assert "does not continue the older one" in stopped(witness(second, "--proof", str(proof)), 1)
    proof.write_text("noise")
    assert "A proof is hashes of 32 bytes" in stopped(witness(second, "--proof", str(proof)), 2)
    other = ended(run("audit", "witness", "--new-key", "other", "--key", str(tmp_path / "other.key")), 0).strip()
    assert stopped(witness(first, log=other), 1) == "The log's key has not signed this checkpoint."


def test_a_witness_has_a_key_of_its_own(witness: Any, run: Run, first: Path, data: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "w.key")
    assert stopped(run("audit", "witness", "--new-key", "x", "--key", key), 2).endswith("is not written over.")
    assert stopped(run("audit", "witness", "--new-key", "a b", "--key", str(tmp_path / "n")), 2).startswith("A key has")
    assert stopped(run("audit", "witness"), 2).startswith("Give a checkpoint")
    logs = str(data / "keys" / "checkpoint.key")
    log_key = ended(run("audit", "key"), 0).strip()
    refused = run("audit", "witness", str(first), "--key", logs, "--log-key", log_key)
    assert stopped(refused, 2).startswith("This key signs logs.")
    (tmp_path / "line").write_text("noise")
    vkey = str(tmp_path / "w.vkey")
    assert "This is not this key's signature" in stopped(
        run("audit", "cosign", str(tmp_path / "line"), "--key", vkey), 1
    )


def test_a_bundle(run: Run, second: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    assert ended(run("audit", "bundle", str(folder)), 0) == f"7 events in {folder}.\n"
    assert sorted(file.name for file in folder.iterdir()) == ["checkpoint", "checkpoints", "events.jsonl", "keys"]
    assert (folder / "checkpoint").read_text() == second.read_text()
    assert stopped(run("audit", "bundle", str(folder)), 2) == f"{folder} is not empty. Give another folder."
    part = tmp_path / "part"
    assert ended(run("audit", "bundle", str(part), "--from", "2", "--to", "3"), 0).startswith("2 events")
    lines = [json.loads(line) for line in (part / "events.jsonl").read_text("utf-8").splitlines()]
    assert [(line["position"], line["leaf"], len(line["proof"])) for line in lines] == [(2, 1, 3), (3, 2, 3)]


def test_a_record_in_postgresql(run: Run, data: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elasticsearch is not asked for anything."""
    monkeypatch.setenv("LAERDOM_DATABASE", database)
    monkeypatch.setenv("LAERDOM_ELASTICSEARCH", "http://127.0.0.1:9")
    monkeypatch.setenv("LAERDOM_KEYS", str(data / "keys"))
    key = Keys(data / "keys").ledger(make=True)
    assert stopped(run("audit", "verify"), 2) == "There is no ledger in this database: run laerdom migrate."
    ended(run("migrate"), 0)
    store = EventStore(
        {"PERSISTENCE_MODULE": "store.postgres:Factory", "POSTGRES_URL": database, "LEDGER_KEY": key.hex()}
    )
    with acting("kari"):
        store.save(Lesson.draft_new(uuid4(), RECORD, owner="kari"))
    store.close()
    assert ended(run("audit", "verify"), 0).startswith("1 events, 0 of 0 checkpoints fit.")
    with psycopg.connect(database) as db:
        db.execute("UPDATE laerdom_events SET topic='lesson.withdrawn'")
    assert ended(run("audit", "verify"), 1).startswith("event 1, leaf 0: The event is not the one that was entered.")
    monkeypatch.setenv("LAERDOM_DATABASE", f"{database}_not_there")
    assert stopped(run("audit", "verify"), 2).startswith("PostgreSQL cannot be reached:")
