"""Who is acting, in which request, why and when: carried beside a decision, stamped on every event."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What a client sends so that a repeated request is carried out once. `fingerprint` tells another request apart."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Act:
    """`actor` is a person id or the name of a part of the system; `clock` gives aware UTC instants. `kept` are the
    positions of what was kept in it so far, which the store adds: last that of the thing it was about."""

    actor: str
    request_id: str
    reason: str | None = None
    request_key: RequestKey | None = None
    clock: Callable[[], datetime] = utc_now
    kept: list[int] = field(default_factory=list[int], compare=False)


class NobodyActs(RuntimeError):
    """An event was about to be recorded outside `acting`: there is no default actor, so a lost context shows."""


_act: ContextVar[Act] = ContextVar("laerdom_act")


def current_act() -> Act:
    """Raises `NobodyActs` outside `acting`."""
    try:
        return _act.get()
    except LookupError:
        raise NobodyActs("An event needs an actor: wrap the change in `acting(...)`.") from None


@contextmanager
def acting(
    actor: str,
    *,
    request_id: str | None = None,
    reason: str | None = None,
    request_key: RequestKey | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Generator[Act]:
    """Everything recorded inside is recorded as done by `actor`; a missing `request_id` gets a new one."""
    act = Act(actor, request_id or str(uuid4()), reason, request_key, clock)
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)


@contextmanager
def but(**changed: Any) -> Generator[Act]:
    """The current act with some of its fields changed: `but(reason="typing error")`. Raises `NobodyActs`."""
    act = replace(current_act(), **changed)
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)
