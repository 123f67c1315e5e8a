"""What the ledger proves, for those who may read the event log."""

from api.wiring import System
from domain.access import Access
from domain.errors import Invalid, NotFound
from domain.policy import allow, may
from domain.viewer import Viewer
from store.ledger.note import BadNote, Checkpoint, Verifier
from store.ledger.reading import State


def ledger_state(system: System, viewer: Viewer) -> State:
    """Raises `NotAllowed`."""
    allow(viewer, "read", Access)
    return system.ledger.state()


def signed_checkpoint(system: System, viewer: Viewer, size: int | None = None) -> Checkpoint:
    """Of so many leaves, or else the newest. Raises `NotAllowed`, and `NotFound` before the first."""
    allow(viewer, "read", Access)
    found = system.ledger.checkpoint(size)
    if found is None:
        raise NotFound("Nothing is signed yet. A checkpoint follows within ten seconds of an event.")
    return found


def proof_of(system: System, viewer: Viewer, position: int) -> str:
    """That the event is in the log of the newest checkpoint, with the bytes of its leaf for those who may read the
    event log; who did it gets the proof for the hash on the receipt. Raises `NotFound`."""
    whole = may(viewer, "read", Access)
    rows = system.store.read(position - 1, 1, stop=position)
    if not rows or not (whole or system.store.decode(rows[0]).actor == viewer.person):
        raise NotFound("There is nothing here.")
    proof = system.ledger.proof(position, whole=whole)
    if proof is None:
        raise NotFound("The event is not in a signed checkpoint yet. Ask again in ten seconds.")
    return proof


def consistency_between(system: System, viewer: Viewer, old: int, new: int | None) -> tuple[int, list[bytes]]:
    """The size of the newer log, the newest checkpoint's where none was named, and the proof. Raises `Invalid`."""
    allow(viewer, "read", Access)
    size = signed_checkpoint(system, viewer).size if new is None else new
    try:
        return size, system.ledger.consistency(old, size)
    except ValueError:
        raise Invalid("Give two sizes of this log, from 1 and the smaller first.", field="from") from None


def cosign(system: System, viewer: Viewer, key: str, line: str) -> Checkpoint:
    """The newest checkpoint with the witness's signature. Raises `Invalid`."""
    allow(viewer, "read", Access)
    try:
        return system.ledger.cosign(line.rstrip("\n") + "\n", Verifier.parse(key))
    except BadNote as error:
        raise Invalid(str(error), field="line") from None
