"""The verifier of `tools/verify`, which has none of our code: accepts what is so, and nothing else."""

import base64
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from store.ledger.bundling import Part, write
from store.ledger.note import COSIGNATURE, Checkpoint, new_signer
from store.ledger.snapshot import of_file
from store.ledger.verifying import verify
from store.sqlite import Factory
from tests.keeping import KEY
from tests.store.ledger.held import LEDGER_KEY, Held
from tools.services.places import cache_folder

SOURCE = Path(__file__).parents[3] / "tools" / "verify"
PROOFS = 100

Check = Callable[..., tuple[int, str]]


@pytest.fixture
def kind() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory, needed: Callable[[str], None]) -> Path:
    go = shutil.which("go")
    if go is None:
        needed("Go is not installed: the independent verifier cannot be built.")
        raise AssertionError
    made = tmp_path_factory.mktemp("go") / "verify"
    kept = {"GOCACHE": str(cache_folder() / "go-build"), "GOMODCACHE": str(cache_folder() / "go-modules")}
    command, env = [go, "build", "-o", str(made), "."], kept | os.environ
    built = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, env=env)
    if built.returncode and "dial tcp" in built.stderr:
        needed("The modules of the independent verifier cannot be fetched.")
    assert built.returncode == 0, built.stderr
    return made


@pytest.fixture
def check(program: Path, held: Held) -> Check:
    [signer] = held.keys.signers(make=False)

    def check(*args: object, key: str | None = str(signer.verifier)) -> tuple[int, str]:
        keys = [] if key is None else ["-key", key]
        ran = subprocess.run([str(program), *keys, *map(str, args)], capture_output=True, text=True)
        return ran.returncode, ran.stdout + ran.stderr

    return check


@pytest.fixture
def bundle(held: Held, file: Path, tmp_path: Path) -> Callable[..., Path]:
    """Each call writes one more, of the events that are there."""

    def bundle(part: Part = Part(), *, proofs: bool = False) -> Path:  # noqa: B008
        folder = tmp_path / f"bundle-{uuid4()}"
        folder.mkdir()
        with of_file(file) as snapshot:
            write(snapshot, folder, held.keys.verifiers(), held.kept(), part, proofs=proofs)
        return folder

    return bundle


def lines_of(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]


def put(folder: Path, lines: list[dict[str, Any]]) -> None:
    (folder / "events.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")


@pytest.fixture
def proofs(held: Held, tmp_path: Path) -> list[Path]:
    """A hundred, each of another event."""
    held.write((PROOFS - 24) // 2)
    held.seal()
    found = list[Path]()
    for position in range(1, PROOFS + 1):
        text = held.ledger.proof(position, whole=True)
        assert text is not None
        file = tmp_path / f"{position}.tlog-proof"
        file.write_text(text)
        found.append(file)
    return found


def test_a_hundred_proofs_are_accepted(check: Check, proofs: list[Path]) -> None:
    assert check(*proofs) == (0, f"{PROOFS} proofs, {PROOFS} fit.\nAll fits.\n")


def test_a_hundred_proofs_with_a_flipped_bit_are_refused(check: Check, proofs: list[Path]) -> None:
    chance = random.Random(8)
    for file in proofs:
        bits = bytearray(file.read_bytes())
        bits[chance.randrange(len(bits))] ^= 1 << chance.randrange(8)
        file.write_bytes(bits)
    code, told = check(*proofs)
    assert code == 1
    assert f"{PROOFS} proofs, 0 fit." in told


def test_a_proof_is_not_accepted_under_another_key(check: Check, proofs: list[Path]) -> None:
    other = str(new_signer("laerdom/other").verifier)
    assert check(proofs[0], key=other)[0] == 1
    assert check(proofs[0], key=None)[0] == 2
    assert check(proofs[0], key="laerdom/log+00000000+AAAA")[0] == 2
    assert check(str(proofs[0]) + "x")[0] == 2


def test_a_whole_bundle_is_counted(check: Check, bundle: Callable[..., Path]) -> None:
    folder = bundle()
    code, told = check(folder)
    assert (code, told.splitlines()[-1]) == (0, "All fits.")
    assert "22 events" in told
    assert "all of them were counted; 1 older checkpoints" in told
    assert check(folder, key=None)[0] == 0


def test_a_part_is_looked_for_by_its_proofs(check: Check, bundle: Callable[..., Path]) -> None:
    folder = bundle(Part(5, 9))
    assert len(lines_of(folder)) == 5
    assert check(folder)[0] == 0
    assert check("-older", folder / "checkpoint", folder)[0] == 2
    lines = lines_of(folder)
    lines[2]["proof"][0] = base64.b64encode(b"x" * 32).decode()
    put(folder, lines)
    code, told = check(folder)
    assert code == 1
    assert "event 7, leaf 6:" in told


def changed(field: str, value: Any) -> Any:
    if isinstance(value, int):
        return value + 1
    if field in ("aggregate", "topic"):
        return "x" + value[1:]
    raw = bytearray(base64.b64decode(value))
    raw[0] ^= 1
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize("field", ["position", "aggregate", "version", "topic", "state", "digest", "salt", "hash"])
@pytest.mark.parametrize("proofs", [False, True])
def test_an_event_that_was_changed_is_named(
    check: Check, bundle: Callable[..., Path], field: str, *, proofs: bool
) -> None:
    folder = bundle(proofs=proofs)
    lines = lines_of(folder)
    lines[4][field] = changed(field, lines[4][field])
    put(folder, lines)
    code, told = check(folder)
    assert code == 1
    assert "leaf 4:" in told


@pytest.mark.parametrize("n", [0, 4, 21])
def test_an_event_that_is_missing_is_told(check: Check, bundle: Callable[..., Path], n: int) -> None:
    folder = bundle()
    put(folder, [line for line in lines_of(folder) if line["leaf"] != n])
    code, told = check(folder)
    assert code == 1
    assert f"leaf {n}: the event is missing" in told


def test_an_event_that_was_added_is_told(check: Check, bundle: Callable[..., Path]) -> None:
    folder = bundle()
    lines = lines_of(folder)
    put(folder, [*lines, lines[3]])
    assert check(folder)[0] == 1


def test_a_forged_history_validly_signed_is_refused_by_an_older_checkpoint(
    held: Held, check: Check, bundle: Callable[..., Path], tmp_path: Path
) -> None:
    [kept] = held.kept()
    elsewhere = tmp_path / "kept-elsewhere"
    elsewhere.write_text(kept.note)
    held.execute(f"UPDATE {held.events} SET state=? WHERE notification_id=5", [b"{}"])
    held.rewrite()
    shutil.rmtree(held.checkpoints)
    held.seal()
    folder = bundle()
    assert check(folder)[0] == 0
    code, told = check("-older", elsewhere, folder)
    assert code == 1
    assert "kept-elsewhere: the events do not begin with those that it was signed for" in told


def test_a_checkpoint_that_was_changed_is_refused(check: Check, bundle: Callable[..., Path]) -> None:
    folder = bundle()
    file = folder / "checkpoint"
    file.write_text(file.read_text().replace("\n22\n", "\n21\n"))
    assert check(folder)[0] == 1
    file.unlink()
    assert check(folder)[0] == 2


def test_a_witness_is_known_by_its_own_key(
    held: Held, check: Check, bundle: Callable[..., Path], tmp_path: Path
) -> None:
    witness = new_signer("auditor.example", COSIGNATURE)
    seen = held.ledger.checkpoint()
    assert seen is not None
    held.ledger.cosign(witness.line(seen.text, at_s=1_790_000_000), witness.verifier)
    folder = bundle()
    assert check("-key", witness.verifier, folder)[0] == 0
    assert check(folder, key=str(witness.verifier)) == (2, "cannot be checked: there is no key of a log\n")
    file = folder / "checkpoint"
    other = witness.line(Checkpoint(seen.origin, 99, seen.root).text, at_s=1_790_000_000)
    file.write_text(Checkpoint(seen.origin, seen.size, seen.root, (*seen.signatures, other)).note())
    assert check("-key", witness.verifier, folder)[0] == 1


@pytest.mark.parametrize("said", [True, False])
def test_a_redacted_event_fits_where_it_is_said(
    held: Held, check: Check, bundle: Callable[..., Path], file: Path, *, said: bool
) -> None:
    """As in our own count: the leaf keeps the digest of what was there, and an event says what came in its place."""
    instead = b'{"text":"redacted"}'
    [row] = held.execute("SELECT originator_id AS id FROM stored_events WHERE notification_id=5")
    held.execute("UPDATE stored_events SET state=? WHERE notification_id=5", [instead])
    if said:
        state = {"of": row["id"], "of_version": 1, "digest": sha256(instead).hexdigest()}
        factory = Factory({"SQLITE_DBNAME": str(file), **KEY})
        factory.application_recorder().insert_events(
            [StoredEvent(uuid4(), 1, "redaction.made", json.dumps(state).encode())]
        )
        factory.close()
    held.seal()
    with of_file(file) as snapshot:
        assert verify(snapshot, LEDGER_KEY, held.kept(), held.keys.verifiers()).found == (0 if said else 1)
    for folder in (bundle(), bundle(Part(4, 6))):
        code, told = check(folder)
        assert (code, "event 5, leaf 4: the event is not the one that was entered" in told) == (int(not said), not said)
