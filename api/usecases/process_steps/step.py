"""What a step of a foresight process is, and what all that it asks for has in common."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

from api.usecases.looking import today
from domain.foresight.process import ForesightProcess
from domain.policy import Action
from domain.text import Note

AN_ID = "0b64e0a5-6f0f-4c57-9c0a-3f1d8a0f2c11"
ANOTHER_ID = "5a1d2c7e-9b3f-4d6a-8e21-7c4b9f0d3a22"
M = TypeVar("M", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
NewId = Annotated[UUID, Field(default_factory=uuid4, description="Of your own making, so that you know it; else new.")]
"""What is new gets it, and what is there keeps it."""


@dataclass(frozen=True, slots=True)
class Step(Generic[M]):
    """`name` stands in addresses. `together`: several people take it at the same time, and it fits whatever came before
    it, so that no version needs to be named."""

    name: str
    asks: type[M]
    decide: Callable[[ForesightProcess, M], None]
    action: Action = "write"
    together: bool = False


def example(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


def part_of(model: type[R], asked: BaseModel) -> R:
    """The part of what was asked for that the record takes."""
    return model.model_validate({name: getattr(asked, name) for name in model.model_fields})


def day_of(on: str | None) -> str:
    return on or today().isoformat()


class Asked(BaseModel):
    """`reason` stands in the history."""

    model_config = ConfigDict(extra="forbid")

    reason: Note | None = None


class Because(BaseModel):
    """The reason is required, and stands in the history."""

    model_config = example(reason="The speaker fell ill.")

    reason: Note
