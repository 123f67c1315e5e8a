"""What can be done with a thing, each a form with an address of its own that works without a script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel

from api.pages.fields import Field
from api.wiring import System
from domain.aggregate import Aggregate
from domain.policy import Action, may
from domain.text import Note
from domain.viewer import Viewer

T = TypeVar("T", bound=Aggregate)
Tone: TypeAlias = Literal["primary", "secondary", "danger"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One sent form. Of a change, `values` holds only what was changed, so that nothing else is overwritten."""

    system: System
    viewer: Viewer
    id: UUID
    version: int
    values: dict[str, Any]
    key: str | None

    @property
    def reason(self) -> str | None:
        return self.values.get("reason")


def always(_: Any) -> bool:
    return True


def nothing(_: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Deed(Generic[T]):
    """`at_once`: the button alone is enough. `initial` is what the form shows first; `possible` whether the state of
    the thing admits it (the policy says whether the viewer does); `changes` whether only changed values are sent on."""

    cls: type[T]
    name: str
    title: str
    button: str
    action: Action
    do: Callable[[Ask], Aggregate]
    fields: tuple[Field, ...] = ()
    lead: str = ""
    tone: Tone = "secondary"
    at_once: bool = False
    makes: bool = False
    changes: bool = False
    possible: Callable[[T], bool] = field(default=always)
    initial: Callable[[T], Mapping[str, Any]] = field(default=nothing)

    def open_to(self, viewer: Viewer, thing: T) -> bool:
        return not self.makes and self.possible(thing) and may(viewer, self.action, thing)


AnyDeed: TypeAlias = Deed[Any]


def open_deeds(deeds: Sequence[AnyDeed], viewer: Viewer, thing: Aggregate) -> list[AnyDeed]:
    """What this viewer can do with the thing as it is, in the order of the list."""
    return [d for d in deeds if d.open_to(viewer, cast(Any, thing))]


REASON = "reason"


class _Reason(BaseModel):
    reason: Note | None


def with_reason(values: dict[str, Any]) -> dict[str, Any]:
    """The values with their reason, if there is one, cleaned as other texts are. Raises `pydantic.ValidationError`."""
    return values | (_Reason(reason=values[REASON]).model_dump() if REASON in values else {})
