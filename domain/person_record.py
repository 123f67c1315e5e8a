"""What is written down of a person, in the register that ids point to. Never part of an event."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.text import CLEANED, Line

Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"), CLEANED]


class PersonRecord(BaseModel):
    """A name is enough; the address is shown to programme staff alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line
    email: Email | None = None
