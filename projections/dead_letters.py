"""Events that a projection could not apply, kept with the reason until somebody has looked and rebuilt."""

from dataclasses import dataclass
from datetime import UTC, datetime

from projections.views import Views

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS dead_letters (projection TEXT, position BIGINT, topic TEXT NOT NULL,"
    " reason TEXT NOT NULL, put_aside_at TEXT NOT NULL, PRIMARY KEY (projection, position))",
)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    projection: str
    position: int
    topic: str
    reason: str
    put_aside_at: str


class DeadLetters:
    def __init__(self, views: Views) -> None:
        self._views = views

    def put_aside(self, projection: str, position: int, topic: str, reason: str) -> None:
        with self._views.writing() as db:
            db.execute(
                "INSERT INTO dead_letters VALUES (?,?,?,?,?) ON CONFLICT (projection, position)"
                " DO UPDATE SET reason=excluded.reason, put_aside_at=excluded.put_aside_at",
                (projection, position, topic, reason[:500], datetime.now(UTC).isoformat()),
            )

    def all(self) -> tuple[DeadLetter, ...]:
        """Oldest position first."""
        with self._views.reading() as db:
            rows = db.execute("SELECT * FROM dead_letters ORDER BY position, projection")
        return tuple(DeadLetter(**row) for row in rows)

    def clear(self, projection: str) -> None:
        with self._views.writing() as db:
            db.execute("DELETE FROM dead_letters WHERE projection=?", (projection,))
