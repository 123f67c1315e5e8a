"""Recording what happened at the door."""

from typing import Any
from uuid import uuid4

from api.wiring import System
from domain.access import Access, Noted


def note(system: System, event: type[Noted], **fields: Any) -> Access:
    """Durable on return; the lists of it follow in a moment. Raises `StoreUnavailable`."""
    noted = Access.note(uuid4(), event, **fields)
    system.store.save(noted)
    return noted
