"""Answers already given, so that a repeated request is answered the same and carried out once."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """`actor`'s request with this key led to `version` of the aggregate `subject`; kept in the transaction of the
    events it led to. Of what is no event the two stand for something else, and are kept when it is done.
    `fingerprint` is a digest of the request, so that a key used for another request is refused."""

    actor: str
    key: str
    fingerprint: str
    subject: UUID
    version: int
