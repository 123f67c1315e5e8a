"""What was removed from the record: which events say something else now than they said when they were kept.

The ledger goes on proving what was kept; this says what stands in its place, so that nobody can remove anything unseen.
"""

from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from pydantic import Field

from domain.aggregate import Aggregate, Event
from domain.errors import Invalid

NAMESPACE = UUID("7b1f2a40-5f0e-4f0b-9a52-6f7a3d1c8e94")
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def redaction_of(thing: UUID) -> UUID:
    """The id under which it is kept what was removed from the thing."""
    return uuid5(NAMESPACE, str(thing))


class Redaction(Aggregate):
    """Of one thing, with an event for each of its events from which something was removed."""

    kind: ClassVar[str] = "redaction"

    class Made(Event, topic="redaction.made"):
        """`fields` are the paths of the texts, such as `record.title.en`; `digest` is the SHA-256 of what is stored now
        of the event `of_version` of the thing `of`."""

        of: UUID
        of_version: int = Field(ge=1)
        fields: tuple[str, ...] = Field(min_length=1)
        digest: Digest

        def apply(self, aggregate: "Redaction") -> None:
            """Nothing is derived from it."""

    @classmethod
    def of(cls, thing: UUID) -> "Redaction":
        """Of a thing from which nothing was removed yet."""
        return cls(redaction_of(thing))

    def make(self, of: UUID, of_version: int, fields: tuple[str, ...], digest: str, reason: str) -> None:
        if not reason.strip():
            raise Invalid("Say why it has to be removed.", field="reason")
        self.record(self.Made, of=of, of_version=of_version, fields=fields, digest=digest, reason=reason.strip())
