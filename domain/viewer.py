"""Who is looking, and what they are part of: the scope of everything they find."""

from dataclasses import dataclass
from uuid import UUID

ANYBODY = "anybody"
"""The actor where nobody has signed in."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person and the parts they have today. Without any, only what is public.

    `operator` is whoever sits at the machine. `programmes` are those that their clusters are in; `opened` is what an
    administrator has broken the glass of; `reads_only` is a program with a token that may not change anything.
    """

    person: str
    operator: bool = False
    manages: frozenset[UUID] = frozenset()
    contributes: frozenset[UUID] = frozenset()
    leads: frozenset[UUID] = frozenset()
    staffs: frozenset[UUID] = frozenset()
    programmes: frozenset[UUID] = frozenset()
    auditor: bool = False
    administrator: bool = False
    opened: frozenset[UUID] = frozenset()
    reads_only: bool = False

    @property
    def signed_in(self) -> bool:
        return self.person != ANYBODY

    @property
    def clusters(self) -> frozenset[UUID]:
        return self.manages | self.contributes
