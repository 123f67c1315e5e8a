"""What proves the history: checkpoints, proofs and cosignatures, in the formats that programs of others read."""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from api.access.given import TheSystem, TheViewer
from api.json.route import KeyedRoute
from api.json.routing import body
from api.problems import PROBLEMS
from api.usecases import proving
from store.answers import Answer

OF_THE_LEDGER = UUID(int=0)


class AuditRoute(KeyedRoute):
    def answered_again(self, request: Request, answer: Answer) -> Response:
        signed = proving.signed_checkpoint(request.app.state.system, request.state.viewer, answer.version)
        return PlainTextResponse(signed.note())


routes = APIRouter(prefix="/api/v1/audit", tags=["audit"], route_class=AuditRoute, responses=PROBLEMS)

Position = Annotated[int, Path(ge=1, lt=2**63, description="Of the event, as the event log and receipts give it.")]
Size = Annotated[int, Query(ge=1, lt=2**63, alias="from", description="Number of leaves of the log that is known.")]
Newer = Annotated[
    int | None, Query(ge=1, lt=2**63, alias="to", description="Of the later one; left out: the newest checkpoint's.")
]


def _text(description: str, example: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"description": description, "content": {"text/plain": {"example": example}}}}


class LedgerState(BaseModel):
    """`refused` says what does not fit, and that nothing is signed until it does; null where all is well."""

    leaves: int = Field(description="Events that were entered.")
    sealed: int = Field(description="How many of them the newest checkpoint counts.")
    sealed_at: datetime | None
    refused: str | None


class Consistency(BaseModel):
    """That the first `from` leaves begin the first `to`: hashes in base64 (RFC 6962, 2.1.2)."""

    old: int = Field(alias="from")
    new: int = Field(alias="to")
    proof: list[str]


class Cosignature(BaseModel):
    """A witness's line on the newest checkpoint."""

    model_config = body(
        {
            "key": "witness.example.org+1f2e3d4c+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g",
            "line": "\u2014 witness.example.org Hy49TAAAAABnSf8Q…",
        }
    )

    key: str = Field(max_length=500, description="The witness's verification key.")
    line: str = Field(max_length=1_000, description="What the witness signed, one line that begins with a dash.")


@routes.get("/state")
def state(system: TheSystem, viewer: TheViewer) -> LedgerState:
    """How far the history is signed, and whether anything does not fit. For auditors."""
    found = proving.ledger_state(system, viewer)
    return LedgerState(leaves=found.size, sealed=found.sealed, sealed_at=found.sealed_at, refused=found.refused)


@routes.get(
    "/checkpoint",
    response_class=PlainTextResponse,
    responses=_text("C2SP tlog-checkpoint, with the cosignatures of witnesses.", "laerdom/5f3a…\n1234\n…\n\n\u2014 …"),
)
def checkpoint(system: TheSystem, viewer: TheViewer) -> str:
    """The newest signed state of the log. Who keeps it sees later whether anything before was changed. For auditors."""
    return proving.signed_checkpoint(system, viewer).note()


@routes.get(
    "/proof/{event}",
    response_class=PlainTextResponse,
    responses=_text("C2SP tlog-proof of the event's leaf.", "c2sp.org/tlog-proof@v1\nindex 12\n…"),
)
def proof(system: TheSystem, viewer: TheViewer, event: Position) -> str:
    """That the event is in the newest checkpoint. For auditors, and for who did it, who has its hash on the receipt."""
    return proving.proof_of(system, viewer, event)


@routes.get("/consistency")
def consistency(system: TheSystem, viewer: TheViewer, old: Size = 1, new: Newer = None) -> Consistency:
    """That an earlier state of the log is the beginning of a later one. For auditors."""
    size, hashes = proving.consistency_between(system, viewer, old, new)
    return Consistency.model_validate({"from": old, "to": size, "proof": [b64encode(one).decode() for one in hashes]})


@routes.post(
    "/cosignatures",
    response_class=PlainTextResponse,
    responses=_text("The newest checkpoint, with the line.", "laerdom/5f3a…\n1234\n…\n\n\u2014 …"),
)
def cosign(system: TheSystem, viewer: TheViewer, signed: Cosignature) -> str:
    """Add a witness's signature to the newest checkpoint. For auditors."""
    checkpoint = proving.cosign(system, viewer, signed.key, signed.line)
    system.store.keep_answer(OF_THE_LEDGER, checkpoint.size)
    return checkpoint.note()
