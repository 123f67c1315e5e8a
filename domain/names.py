"""Names that only one thing may bear at a time, kept by the event store itself.

A claim is an aggregate whose id follows from the name, saved in one transaction with the thing that bears it: two that
race for a name race for one version of one aggregate, and the store lets one of them through.
"""

import unicodedata
from typing import ClassVar
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, Event
from domain.errors import NameTaken

NAMESPACE = UUID("5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21")


def claim_id(*parts: str) -> UUID:
    """One id for every spelling that a reader would take for the same name: NFKC, case and spaces folded."""
    folded = (" ".join(unicodedata.normalize("NFKC", p).casefold().split()) for p in parts)
    return uuid5(NAMESPACE, "\n".join(folded))


class NameClaim(Aggregate):
    kind: ClassVar[str] = "name"

    class Claimed(Event, topic="name.claimed"):
        bearer: UUID

        def apply(self, aggregate: "NameClaim") -> None:
            aggregate.bearer = self.bearer

    class Freed(Event, topic="name.freed"):
        def apply(self, aggregate: "NameClaim") -> None:
            aggregate.bearer = None

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.bearer: UUID | None = None

    def claim(self, bearer: UUID) -> None:
        """Raises `NameTaken` when another thing bears the name."""
        if self.bearer not in (None, bearer):
            raise NameTaken("This name is taken. Choose another, or open the one that bears it.", field="name")
        if self.bearer is None:
            self.record(self.Claimed, bearer=bearer)

    def free(self, bearer: UUID) -> None:
        if self.bearer == bearer:
            self.record(self.Freed)
