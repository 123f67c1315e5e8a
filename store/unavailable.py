"""What is raised while the store cannot be reached or written."""

NOTHING_KEPT = "The event store does not answer. Nothing was lost; repeat in a moment."
NOT_KNOWN = (
    "The event store stopped answering before it said whether this was kept. Repeat with the same Idempotency-Key, or"
    " look first: it is carried out once."
)


class StoreUnavailable(Exception):
    """The store cannot be reached or written now. Nothing of the change was kept, unless the message is `NOT_KNOWN`."""


class StoreFull(StoreUnavailable):
    """No room is left on the disk. Reading goes on; writing goes on once there is room."""


def unavailable(error: Exception) -> StoreUnavailable:
    """What to raise for an operational error of either engine."""
    if "full" in str(error):
        return StoreFull("The disk is full. Nothing was lost; make room and repeat.")
    return StoreUnavailable(NOTHING_KEPT)


class LedgerDamaged(StoreUnavailable):
    """Nodes of the ledger are missing, so nothing can be entered into it, and nothing is kept."""


class StoreDamaged(StoreUnavailable):
    """What is kept cannot be read: the file, or a page of it, is not what the engine wrote."""
