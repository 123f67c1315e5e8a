"""What staff changed of the thesaurus: one row a concept, so that whoever searches knows it without a rebuild."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.concept import Concept
from domain.concept_record import ConceptRecord
from projections.projection import Recorded
from projections.views import Views

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS vocabulary (slug TEXT PRIMARY KEY, record TEXT, retired INTEGER NOT NULL,"
    " position BIGINT NOT NULL)",
)
NEWER = "WHERE excluded.position>vocabulary.position"
"""What was applied before changes nothing when it is applied again."""
KEEP = {
    Concept.Described: "record=excluded.record",
    Concept.Retired: "retired=excluded.retired",
    Concept.Restored: "retired=excluded.retired",
}


@dataclass(frozen=True, slots=True)
class Override:
    """`record` is None where the concept came with the program and its words were not changed. `position` is that of
    its last change."""

    slug: str
    record: ConceptRecord | None
    retired: bool
    position: int


class Vocabulary:
    name = "vocabulary"

    def __init__(self, views: Views) -> None:
        self._views = views

    @property
    def position(self) -> int:
        return self._views.position(self.name)

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        with self._views.writing(self.name, position) as db:
            for recorded in events:
                event = recorded.event
                if not isinstance(event, Concept.Described | Concept.Retired | Concept.Restored):
                    continue
                described = isinstance(event, Concept.Described)
                record = event.record.model_dump_json(exclude_defaults=True) if described else None
                db.execute(
                    f"INSERT INTO vocabulary VALUES (?,?,?,?) ON CONFLICT (slug) DO UPDATE SET {KEEP[type(event)]},"
                    f" position=excluded.position {NEWER}",
                    (event.slug, record, int(isinstance(event, Concept.Retired)), recorded.position),
                )

    def version(self) -> int:
        """The position of the last change to any concept; 0 before the first."""
        with self._views.reading() as db:
            [row] = db.execute("SELECT COALESCE(MAX(position), 0) AS version FROM vocabulary")
        return row["version"]

    def overrides(self) -> tuple[Override, ...]:
        """Every concept that was ever changed here, by its id; of one instant."""
        with self._views.reading() as db:
            rows = db.execute("SELECT slug, record, retired, position FROM vocabulary ORDER BY slug")
        return tuple(
            Override(
                row["slug"],
                ConceptRecord.model_validate_json(row["record"]) if row["record"] else None,
                bool(row["retired"]),
                row["position"],
            )
            for row in rows
        )
