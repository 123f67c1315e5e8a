"""Recording who read what is restricted, without being of those who work on it.

Where pages, JSON and files take one thing to show it, not where lists and searches name it. Once for each person, thing
and hour of the clock (UTC): the record of it has an id made of these three, so that whoever comes second finds it,
in whichever worker, and of two at once one is kept.
"""

from uuid import UUID, uuid5

from api.wiring import System
from domain.access import Access
from domain.acting import but, current_act
from domain.aggregate import Aggregate
from domain.errors import Conflict
from domain.restricted import of_its_circle, restricted_to
from domain.viewer import Viewer

NAMESPACE = UUID("5d0f6e0b-3c39-4f0a-9f4e-3c1f0a6f7d55")


def note_read(system: System, viewer: Viewer, thing: Aggregate) -> None:
    """Durable on return: what cannot be recorded is not shown. Raises `StoreUnavailable`."""
    if of_its_circle(viewer, thing) or not restricted_to(viewer, thing):
        return
    hour = current_act().clock().strftime("%Y-%m-%dT%H")
    id = uuid5(NAMESPACE, f"{viewer.person}\n{thing.id}\n{hour}")
    if system.store.find(Access, id) is not None:
        return
    try:
        with but(request_key=None):  # the answer that is kept under the key is that of the change, not of this
            system.store.save(Access.note(id, Access.Read, person=viewer.person, thing=thing.id))
    except Conflict:
        return
