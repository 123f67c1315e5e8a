"""Whether the process lives and whether it is up to date."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.access.given import TheSystem

routes = APIRouter(prefix="/health", tags=["health"])


class Live(BaseModel):
    """Says no more than that there is an answer."""

    live: bool = True


class Ready(BaseModel):
    """`lag` is the number of events not yet seen by each projection; `put_aside` those it could not read. Of the newest
    `without_meaning` events things are found by their words alone so far; null where no model tells what texts mean.
    `unsigned` are in no signed checkpoint yet; `ledger_refused`: something in the history does not fit, and none is
    signed until it does."""

    ready: bool
    position: int
    lag: dict[str, int]
    put_aside: int
    without_meaning: int | None
    unsigned: int
    ledger_refused: bool


@routes.get("/live")
async def live() -> Live:
    """The process answers. Does not depend on the index."""
    return Live()


@routes.get("/ready")
def ready(system: TheSystem) -> Ready:
    """How far behind what is shown may be."""
    lag = system.lag()
    letters = len(system.dead_letters.all())
    ledger = system.ledger.state()
    return Ready(
        ready=not any(lag.values()),
        position=system.store.position,
        lag=lag,
        put_aside=letters,
        without_meaning=system.without_meaning(),
        unsigned=ledger.size - ledger.sealed,
        ledger_refused=ledger.refused is not None,
    )
