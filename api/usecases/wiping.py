"""What was erased from the record, taken out of everything that was made from it, and off the disk."""

from collections.abc import Generator
from contextlib import contextmanager

from api.usecases.rebuilding import rebuild_index
from api.wiring import FolderInUse, RebuildUnderWay, System
from domain.acting import current_act
from domain.errors import WrongState
from projections.rebuild import Differs
from projections.runner import Projector
from search.passages import of_languages, passages
from store.unavailable import StoreUnavailable


@contextmanager
def wiping_alone(system: System) -> Generator[None]:
    """Nobody else makes the search index anew meanwhile. Raises `WrongState` where somebody does, or a server has the
    folder."""
    try:
        with system.rebuilding():
            yield
    except FolderInUse:
        raise WrongState("A server runs on this folder. Do it there, or stop it first.") from None
    except RebuildUnderWay:
        raise WrongState("The search index is being made anew. Repeat when that is done.") from None


def wipe(system: System, *, texts: bool) -> None:
    """Makes the search index anew, where `texts` were removed, and writes every file of rows once more. Takes as long
    as `laerdom rebuild` does; what is interrupted is done at the next start. Raises `StoreUnavailable`."""
    if texts:
        Projector(system.store, (system.catalogue, system.event_log), system.dead_letters).catch_up()
        try:
            rebuild_index(system)
        except Differs as error:
            raise StoreUnavailable(str(error)) from error
        system.index.tidy()
        system.vectors.keep_only({p for d in system.index.documents() for p in of_languages(passages(d))})
    for rows in system.rows:
        rows.wipe()
    system.erasures.finished(current_act().clock())
