"""Many processes may keep the projections up; one leads, the others stand by and take over when it goes."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import Protocol

import structlog

from store.unavailable import StoreUnavailable

log = structlog.get_logger()
LOOK_S = 1.0
"""How often the leader makes sure that it still leads, and the others ask whether they may."""


class Leadership(Protocol):
    def try_lead(self) -> bool:
        """True for the one that leads from now on. Raises `StoreUnavailable`."""
        ...

    def leads(self) -> bool:
        """Whether this one still does."""
        ...

    def release(self) -> None: ...


class Led(Protocol):
    """What runs where one leads, and nowhere else."""

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def wake(self) -> None:
        """There may be something to do."""
        ...


def lead_or_stand_by(
    led: Led,
    leadership: Leadership,
    stopping: Event,
    wait: Callable[[float], object],
    told: Callable[[str], None] = lambda _: None,
) -> None:
    """Until `stopping` is set. `wait` returns when there is something to do, or after so many seconds; `told` hears
    "leads" and "stands by", each when it begins.

    Two that lead for a moment, when one has lost its connection and not yet noticed, do no harm: positions only rise,
    and rows and documents are whole and never replaced by older ones.
    """
    state, looks_at = "", 0.0
    while not stopping.is_set():
        if monotonic() >= looks_at:
            now = "leads" if _may_lead(leadership, state == "leads") else "stands by"
            if now != state:
                if now == "leads":
                    led.start()
                elif state == "leads":
                    log.warning("leadership is lost")
                    led.stop()
                state = now
                told(state)
            looks_at = monotonic() + LOOK_S
        wait(LOOK_S)
        if state == "leads":
            led.wake()
    if state == "leads":
        led.stop()
    leadership.release()


def _may_lead(leadership: Leadership, leads: bool) -> bool:
    try:
        return leadership.leads() if leads else leadership.try_lead()
    except StoreUnavailable as error:
        log.warning("leadership cannot be asked for", why=str(error))
        return False
