"""What the event log is asked for, and what it answers with."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from store.database import Row

NEWEST: Final = "DESC"
OLDEST: Final = "ASC"
Order: TypeAlias = Literal["DESC", "ASC"]


@dataclass(frozen=True, slots=True)
class Asked:
    """All of these together; what is left out narrows nothing. `person` did it or it concerns them; `thing` is what it
    happened to or is about as well; `since` and `until` are days (UTC) and both count."""

    person: str | None = None
    kinds: tuple[str, ...] = ()
    topic: str | None = None
    thing: UUID | None = None
    cluster: UUID | None = None
    programme: UUID | None = None
    request: str | None = None
    since: date | None = None
    until: date | None = None

    def where(self) -> tuple[list[str], list[str | int]]:
        """Conditions, and the values of their marks in that order."""
        where, params = list[str](), list[str | int]()
        for condition, values in (
            ("(person=? OR actor=?)", [self.person, self.person]),
            ("topic=?", [self.topic]),
            ("(aggregate=? OR thing=?)", [self.thing, self.thing]),
            ("request_id=?", [self.request]),
            ("day>=?", [self.since]),
            ("day<=?", [self.until]),
            (f"kind IN ({','.join('?' * len(self.kinds))})", [*self.kinds] or [None]),
            ("position IN (SELECT position FROM event_places WHERE place=?)", [self.cluster]),
            ("position IN (SELECT position FROM event_places WHERE place=?)", [self.programme]),
        ):
            if values[0] is not None:
                where.append(condition)
                params += map(str, values)
        return where, params

    def given(self) -> list[tuple[str, str]]:
        """What narrows it, by the names that addresses have for it, in the order of the fields."""
        pairs = ((name, getattr(self, field)) for name, field in NAMES.items())
        told = [(name, str(value)) for name, value in pairs if value is not None and not isinstance(value, tuple)]
        return [*(("kind", kind) for kind in self.kinds), *told]


EVERYTHING = Asked()
NAMES = {
    "topic": "topic",
    "person": "person",
    "aggregate": "thing",
    "cluster": "cluster",
    "programme": "programme",
    "from": "since",
    "to": "until",
    "request": "request",
}
"""Of the fields that take one value, in addresses; and `kind`, which may be repeated."""


@dataclass(frozen=True, slots=True)
class Line:
    """`person` is whom it concerns, who may be another than `actor`. `thing` is another thing that it is about: what
    was opened or read, what a part is held of, the lesson that was adapted. `clusters` and `programmes` are those that
    the `aggregate` belonged to right after it. `detail` is what else an event of the door and of people's parts says,
    as JSON has it; it is empty for others."""

    position: int
    at: datetime
    topic: str
    kind: str
    aggregate: UUID
    version: int
    actor: str
    person: str | None
    thing: UUID | None
    clusters: tuple[UUID, ...]
    programmes: tuple[UUID, ...]
    request_id: str
    reason: str | None
    detail: dict[str, Any]


def line_of(row: Row) -> Line:
    return Line(
        row["position"],
        datetime.fromisoformat(row["at"]),
        row["topic"],
        row["kind"],
        UUID(row["aggregate"]),
        row["version"],
        row["actor"],
        row["person"],
        UUID(row["thing"]) if row["thing"] else None,
        tuple(map(UUID, row["clusters"].split())),
        tuple(map(UUID, row["programmes"].split())),
        row["request_id"],
        row["reason"],
        json.loads(row["detail"]),
    )
