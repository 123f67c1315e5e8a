"""What there is: one row a thing, for lists, names and the review queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from projections.catalogue_rows import keep
from projections.projection import Recorded
from projections.views import Views
from store.event_store import EventStore


@dataclass(frozen=True, slots=True)
class Entry:
    """`code` is a programme's; `draft_state` is that of the draft in work, which a published thing may have too."""

    id: UUID
    kind: str
    state: str
    draft_state: str | None
    title: dict[str, str]
    code: str | None
    author: str | None
    review_by: str | None
    created_at: str
    modified_at: str


class Catalogue:
    name = "catalogue"

    def __init__(self, store: EventStore, views: Views) -> None:
        self._store = store
        self._views = views

    @property
    def position(self) -> int:
        return self._views.position(self.name)

    def apply(self, events: Sequence[Recorded], position: int) -> None:
        # Loaded inside: whoever writes after another under the same name writes what is at least as new.
        with self._views.writing(self.name, position) as db:
            things = self._store.find_many(e.aggregate_id for e in events).values()
            keep(db, [thing for thing in things if thing.kind != "name"])

    def listing(
        self,
        kind: str | None = None,
        *,
        state: Sequence[str] = (),
        draft_state: str | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Entry, ...]:
        """Most lately changed first; the empty `state` means any."""
        where, params = ["1=1"], list[str | int]()
        if kind is not None:
            where.append("kind=?")
            params.append(kind)
        if state:
            where.append(f"state IN ({','.join('?' * len(state))})")
            params += state
        if draft_state is not None:
            where.append("draft_state=?")
            params.append(draft_state)
        return self._select(
            " AND ".join(where) + " ORDER BY modified_at DESC, id LIMIT ? OFFSET ?", *params, limit, offset
        )

    def entries(self, ids: Iterable[UUID | str]) -> dict[UUID, Entry]:
        """Those of the ids that exist."""
        wanted = list(dict.fromkeys(str(id) for id in ids))
        if not wanted:
            return {}
        return {e.id: e for e in self._select(f"id IN ({','.join('?' * len(wanted))})", *wanted)}

    def programme(self, code: str) -> Entry | None:
        return next(iter(self._select("kind='programme' AND code=?", code)), None)

    def linked_to(self, id: UUID, kind: str | None = None, *, ever: bool = False) -> tuple[Entry, ...]:
        """The things that name this one, most lately changed first; with `ever`, in any released revision."""
        where = "id IN (SELECT thing FROM links WHERE other=? AND now>=?)"
        params: list[str | int] = [str(id), 0 if ever else 1]
        if kind is not None:
            where += " AND kind=?"
            params.append(kind)
        return self._select(where + " ORDER BY modified_at DESC, id", *params)

    def _select(self, where: str, *params: str | int) -> tuple[Entry, ...]:
        with self._views.reading() as db:
            rows = db.execute(f"SELECT * FROM things WHERE {where}", params)
        return tuple(
            Entry(
                UUID(r["id"]),
                r["kind"],
                r["state"],
                r["draft_state"],
                {lang: r[f"title_{lang}"] for lang in ("en", "nb") if r[f"title_{lang}"]},
                r["code"],
                r["author"],
                r["review_by"],
                r["created_at"],
                r["modified_at"],
            )
            for r in rows
        )
