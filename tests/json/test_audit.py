"""What proves the history, through JSON: checkpoints, proofs, cosignatures, and the receipt of a change."""

import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.wiring import System
from domain.viewer import ANYBODY, Viewer
from store.ledger.keys import Keys
from store.ledger.note import COSIGNATURE, Checkpoint, new_signer
from store.ledger.tree import consistent, includes, leaf_hash
from tests.keeping import seal

RECEIPT = re.compile(r"^position=(\d+), leaf=(\d+), hash=:([^:]+):$")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def auditor(cast: Any) -> Any:
    return replace(cast.stranger, auditor=True)


def receipt(answer: Any) -> tuple[int, int, bytes]:
    found = RECEIPT.match(answer.headers["Ledger-Receipt"])
    assert found, answer.headers
    return int(found[1]), int(found[2]), b64decode(found[3])


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def test_a_change_is_answered_with_where_it_was_entered(client: TestClient, system: System, draft: Any) -> None:
    lesson = draft()
    answer = client.post(f"/api/v1/lessons/{lesson['id']}/submit", headers={"If-Match": f'"{lesson["version"]}"'})
    position, leaf, hash = receipt(answer)
    entered = system.ledger.leaf(position)
    assert entered is not None
    assert (position, entered.hash(), entered.topic) == (system.store.position, hash, b"lesson.submitted")
    assert leaf == system.ledger.state().size - 1
    assert "Ledger-Receipt" not in client.get(f"/api/v1/lessons/{lesson['id']}").headers


def test_a_repeated_change_is_answered_with_the_same_receipt(client: TestClient, system: System) -> None:
    def made() -> Any:
        return client.post("/api/v1/clusters", json={"name": "Once"}, headers={"Idempotency-Key": "once-1"})

    first, again = made(), made()
    assert receipt(first) == receipt(again)
    assert receipt(first)[0] == system.store.position_of(UUID(first.json()["id"]), 1)


def test_before_the_first_signature_there_is_no_checkpoint(client: TestClient, system: System, cast: Any) -> None:
    with system.ledger.database.writing() as db:
        db.execute("DELETE FROM ledger_checkpoints")
    assert problem(client.get("/api/v1/audit/checkpoint")) == (
        404,
        "Nothing is signed yet. A checkpoint follows within ten seconds of an event.",
    )


def test_the_checkpoint_is_signed_and_counts_everything(
    client: TestClient, system: System, data: Path, draft: Any, cast: Any, auditor: Any
) -> None:
    draft()
    seal(system, data)
    cast.now = auditor
    answer = client.get("/api/v1/audit/checkpoint")
    checkpoint = Checkpoint.parse(answer.text)
    [signer] = Keys(data / "keys").signers(make=False)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.signed_by(signer.verifier)
    assert checkpoint.size == system.ledger.state().size
    state = client.get("/api/v1/audit/state").json()
    assert {**state, "sealed_at": None} == {
        "leaves": checkpoint.size,
        "sealed": checkpoint.size,
        "sealed_at": None,
        "refused": None,
    }


def test_an_auditor_proves_an_event_from_the_bytes_of_its_leaf(
    client: TestClient, system: System, data: Path, draft: Any, cast: Any, auditor: Any
) -> None:
    draft()
    checkpoint = seal(system, data)
    cast.now = auditor
    proof = client.get("/api/v1/audit/proof/2").text
    head, _, rest = proof.partition("\n\n")
    first, extra, index, *hashes = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    assert Checkpoint.parse(rest) == checkpoint
    assert includes(
        checkpoint.root,
        checkpoint.size,
        int(index.removeprefix("index ")),
        leaf_hash(b64decode(extra.removeprefix("extra "))),
        [b64decode(one) for one in hashes],
    )


def test_who_did_it_proves_it_with_the_receipt_and_others_learn_nothing(
    client: TestClient, system: System, data: Path, draft: Any, cast: Any
) -> None:
    lesson = draft()
    writer = replace(cast.now, operator=False, staffs=frozenset())
    answer = client.post(f"/api/v1/lessons/{lesson['id']}/submit", headers={"If-Match": f'"{lesson["version"]}"'})
    position, leaf, hash = receipt(answer)
    checkpoint = seal(system, data)
    cast.now = writer
    lines = client.get(f"/api/v1/audit/proof/{position}").text.split("\n\n")[0].split("\n")
    assert lines[1] == f"index {leaf}"
    assert includes(checkpoint.root, checkpoint.size, leaf, hash, [b64decode(one) for one in lines[2:]])
    cast.now = cast.stranger
    assert problem(client.get(f"/api/v1/audit/proof/{position}")) == (404, "There is nothing here.")
    assert (
        client.get(f"/api/v1/audit/proof/{position}").json()["detail"]
        == (client.get("/api/v1/audit/proof/999999").json()["detail"])
    )


@pytest.mark.parametrize("path", ["state", "checkpoint", "consistency?from=1"])
def test_how_much_happens_here_is_for_auditors(client: TestClient, cast: Any, path: str) -> None:
    cast.now = cast.stranger
    assert client.get(f"/api/v1/audit/{path}").status_code == 403
    cast.now = Viewer(ANYBODY)
    assert client.get(f"/api/v1/audit/{path}").status_code == 401


def test_an_earlier_log_begins_a_later_one(
    client: TestClient, system: System, data: Path, draft: Any, cast: Any, auditor: Any
) -> None:
    draft()
    old = seal(system, data)
    draft()
    new = seal(system, data)
    cast.now = auditor
    answer = client.get("/api/v1/audit/consistency", params={"from": old.size}).json()
    proof = [b64decode(one) for one in answer["proof"]]
    assert (answer["from"], answer["to"]) == (old.size, new.size)
    assert consistent(old.size, old.root, new.size, new.root, proof)
    assert problem(client.get("/api/v1/audit/consistency", params={"from": new.size + 1})) == (
        422,
        "Give two sizes of this log, from 1 and the smaller first.",
    )


def test_a_witness_signs_the_signed_checkpoint(
    client: TestClient, system: System, data: Path, draft: Any, cast: Any, auditor: Any
) -> None:
    draft()
    checkpoint = seal(system, data)
    witness = new_signer("witness.example.org", COSIGNATURE)
    line = witness.line(checkpoint.text, at_s=1_790_000_000)
    cast.now = auditor
    answer = client.post("/api/v1/audit/cosignatures", json={"key": str(witness.verifier), "line": line})
    assert answer.status_code == 200, answer.text
    assert Checkpoint.parse(answer.text).signed_by(witness.verifier)
    assert client.get("/api/v1/audit/checkpoint").text == answer.text
    forged = witness.line(checkpoint.text.replace("laerdom", "another"), at_s=1_790_000_000)
    assert problem(client.post("/api/v1/audit/cosignatures", json={"key": str(witness.verifier), "line": forged})) == (
        422,
        "This is not this key's signature on the newest checkpoint. Fetch that and sign it again.",
    )
