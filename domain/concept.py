"""What programme staff changed of one concept of the thesaurus: described anew, retired or restored.

Most concepts come with the program and have no events at all. One that has some is as its last description says, or,
as long as it has none, as it came.
"""

from typing import ClassVar
from uuid import UUID, uuid5

from domain.aggregate import Aggregate, Event
from domain.concept_record import ConceptRecord, Slug
from domain.errors import Invalid, WrongState

NAMESPACE = UUID("2f0c7a1e-5d3b-4c8e-9f64-b1a7d2e83c05")


def concept_id(slug: str) -> UUID:
    return uuid5(NAMESPACE, slug)


class Concept(Aggregate):
    """`current` is None for one that came with the program and whose words nobody has changed."""

    kind: ClassVar[str] = "concept"

    class Described(Event, topic="concept.described"):
        slug: Slug
        record: ConceptRecord

        def apply(self, aggregate: "Concept") -> None:
            aggregate.slug = self.slug
            aggregate.current = self.record

    class Retired(Event, topic="concept.retired"):
        slug: Slug

        def apply(self, aggregate: "Concept") -> None:
            aggregate.slug = self.slug
            aggregate.retired = True

    class Restored(Event, topic="concept.restored"):
        slug: Slug

        def apply(self, aggregate: "Concept") -> None:
            aggregate.retired = False

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.slug = ""
        self.current: ConceptRecord | None = None
        self.retired = False

    @classmethod
    def called(cls, slug: str) -> "Concept":
        """One without events: new, or as it came."""
        concept = cls(concept_id(slug))
        concept.slug = slug
        return concept

    def describe(self, record: ConceptRecord, *, came: ConceptRecord | None = None) -> None:
        """`came` is what the program itself says of it, where it came with the program."""
        if self.retired:
            raise WrongState("This concept is retired. Restore it first.")
        for field in ("broader", "related"):
            if self.slug in getattr(record, field):
                raise Invalid("Name other concepts than this one itself.", field=field)
        if set(record.broader) & set(record.related):
            raise Invalid("Name a concept as broader or as related, not as both.", field="related")
        if record != (self.current or came):
            self.record(self.Described, slug=self.slug, record=record)

    def retire(self, reason: str) -> None:
        """It is no longer searched by, also where it came with the program."""
        if self.retired:
            raise WrongState("This concept is retired already.")
        self.record(self.Retired, reason=_said(reason), slug=self.slug)

    def restore(self, reason: str) -> None:
        """It is searched by again, with the words that it had."""
        if not self.retired:
            raise WrongState("This concept is not retired.")
        self.record(self.Restored, reason=_said(reason), slug=self.slug)


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid("Say why: those who search will ask.", field="reason")
    return reason.strip()
