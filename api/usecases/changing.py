"""The steps that every change to one thing goes through."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, create_model

from api.usecases.checking import allow_now
from api.wiring import System
from domain.acting import but
from domain.aggregate import A, Aggregate
from domain.errors import Invalid, Stale
from domain.policy import Action, may
from domain.viewer import Viewer

M = TypeVar("M", bound=BaseModel)


def change(
    system: System,
    viewer: Viewer,
    cls: type[A],
    id: UUID,
    version: int | None,
    action: Action,
    decide: Callable[[A], None],
    *,
    reason: str | None = None,
    beside: Callable[[A], tuple[Aggregate, ...]] = lambda _: (),
) -> A:
    """Load, ask the policy, decide, save. `beside` gives what has to be saved in the same transaction.

    Raises `Stale` when `version` is not the latest; None stands for whatever is.
    """
    thing = system.store.get(cls, id)
    allow_now(system, viewer, action, thing)
    if version is not None and thing.version != version:
        raise Stale("Someone has changed this since you opened it. Load it again; what you wrote is not lost.")
    with but(reason=reason):
        others = beside(thing)
        decide(thing)
        system.save(thing, *others)
    return thing


def require(system: System, viewer: Viewer, cls: type[A], field: str, *ids: UUID) -> list[A]:
    """What is named, in that order. Raises `Invalid` naming the field for what is not there or not for this viewer."""
    found = system.store.find_many(ids)
    things = [found.get(id) for id in ids]
    readable = [thing for thing in things if isinstance(thing, cls) and may(viewer, "read", thing)]
    if len(readable) < len(ids):
        raise Invalid("There is no such {kind}. Look its id up first.", field=field, kind=cls.kind)
    return readable


def partial(model: type[M], name: str, **more: Any) -> type[BaseModel]:
    """The model with every field optional, for changes: a field left out stays, null clears it."""
    fields: dict[str, Any] = {n: (f.rebuild_annotation() | None, None) for n, f in model.model_fields.items()}
    return create_model(name, __config__=model.model_config, **fields, **more)


def merged(record: M, changes: Mapping[str, Any]) -> M:
    """The record with the changes in place, checked as a whole. Raises `pydantic.ValidationError`."""
    return type(record).model_validate({**record.model_dump(), **changes})
