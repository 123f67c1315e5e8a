"""The receipt of a change: where its event was entered into the ledger."""

from base64 import b64encode

from api.wiring import System

RECEIPT = {
    "description": "Position of the event, index and SHA-256 of its leaf (RFC 8941 dictionary): with a later proof it "
    "shows that the change was not left out.",
    "schema": {"type": "string"},
    "example": "position=12, leaf=11, hash=:n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=:",
}


def receipt_of(system: System, position: int) -> dict[str, str]:
    """The header of the answer to the request that kept the event there."""
    receipt = system.ledger.receipt(position)
    if receipt is None:
        return {}
    hash = b64encode(receipt.hash).decode()
    return {"Ledger-Receipt": f"position={receipt.position}, leaf={receipt.leaf}, hash=:{hash}:"}
