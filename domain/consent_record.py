"""What whoever answers for a lesson or process lets one case tell of it, and to whom."""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args
from uuid import UUID

from domain.release import Visibility

ConsentField: TypeAlias = Literal["title", "lesson", "recommendation", "what_happened", "cluster"]
CONSENT_FIELDS: tuple[ConsentField, ...] = get_args(ConsentField)
"""What of a lesson a case can tell that is not shared with the readers of the case."""


@dataclass(frozen=True, slots=True)
class Consent:
    """To `fields`, as long as the case is shared no more widely than this: its visibility, and its programmes. A
    `visibility` of None is from before it was recorded. Of a process there are no fields: the case was made of it."""

    fields: tuple[ConsentField, ...]
    visibility: Visibility | None = None
    programmes: tuple[UUID, ...] = ()
