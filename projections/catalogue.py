"""What there is: one row a thing, for lists, names and the review queue, under the scope of who is looking.

The scope is a condition of every statement, so that pages, and whether there is another, are counted of what may be
read. A row says which things; what is shown of them is made of the things themselves, as their viewer may know them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from projections.catalogue_rows import keep
from projections.projection import Recorded
from projections.views import Views
from search.index import Scope
from store.event_store import EventStore

AT_ONCE = 500
"""Ids a statement; neither engine takes parameters without end."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`title` by language; `code` is a programme's."""

    id: UUID
    kind: str
    title: dict[str, str]
    code: str | None


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
            keep(db, tuple(self._store.find_many(id for e in events for id in e.touched).values()))

    def listing(
        self,
        kind: str | None = None,
        *,
        scope: Scope,
        state: Sequence[str] = (),
        draft_state: str | None = None,
        review_before: str | None = None,
        without: Collection[UUID] = (),
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[Entry, ...]:
        """Most lately changed first, as far as their readers may know, and then by id; the empty `state` means any.

        With a `draft_state` those whose draft the scope may read; with `review_before`, a day as ISO writes it, those
        whose review date is before it. `without` are left out as if they were not there."""
        where, params = list[str](), list[str | int]()
        if kind is not None:
            where.append("kind=?")
            params.append(kind)
        if state:
            where.append(f"state IN ({_marks(state)})")
            params += state
        if draft_state is not None:
            where.append("draft_state=?")
            params.append(draft_state)
        if review_before is not None:
            where.append("review_by<?")
            params.append(review_before)
        if without:
            where.append(f"id NOT IN ({_marks(without)})")
            params += map(str, without)
        return self._select(
            scope,
            where,
            params,
            "ORDER BY told_at DESC, id LIMIT ? OFFSET ?",
            (limit, offset),
            drafts=draft_state is not None,
        )

    def entries(self, ids: Iterable[UUID | str], *, scope: Scope) -> dict[UUID, Entry]:
        """Those of the ids that the scope may read."""
        wanted = list(dict.fromkeys(str(id) for id in ids))
        found: dict[UUID, Entry] = {}
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            found |= {e.id: e for e in self._select(scope, [f"id IN ({_marks(some)})"], some)}
        return found

    def linked_to(self, id: UUID, kind: str | None = None, *, scope: Scope) -> tuple[Entry, ...]:
        """The things that name this one, perhaps in their drafts alone, in the order of a list."""
        where, params = ["id IN (SELECT thing FROM links WHERE other=? AND now=1)"], [str(id)]
        if kind is not None:
            where.append("kind=?")
            params.append(kind)
        return self._select(scope, where, params, "ORDER BY told_at DESC, id")

    def linked_to_any(self, ids: Iterable[UUID], kind: str, *, scope: Scope) -> tuple[Entry, ...]:
        """The things of this kind that name any of these, each once."""
        wanted = sorted({str(id) for id in ids})
        found: dict[UUID, Entry] = {}
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            where = ["kind=?", f"id IN (SELECT thing FROM links WHERE now=1 AND other IN ({_marks(some)}))"]
            found |= {e.id: e for e in self._select(scope, where, [kind, *some], "ORDER BY told_at DESC, id")}
        return tuple(found.values())

    def naming(self, id: UUID) -> tuple[UUID, ...]:
        """The things that name this one in any revision, whoever may read them: to be made anew when it is changed,
        and to be shown to nobody."""
        with self._views.reading() as db:
            rows = db.execute("SELECT thing FROM links WHERE other=? ORDER BY thing", (str(id),))
        return tuple(UUID(row["thing"]) for row in rows)

    def _select(
        self,
        scope: Scope,
        where: Sequence[str],
        params: Sequence[str | int],
        rest: str = "",
        more: Sequence[int] = (),
        *,
        drafts: bool = False,
    ) -> tuple[Entry, ...]:
        if not scope:
            return ()
        read = f"EXISTS (SELECT 1 FROM readers WHERE thing=things.id AND audience IN ({_marks(scope)})"
        read += " AND draft=1)" if drafts else ")"
        statement = f"SELECT id, kind, title_en, title_nb, code FROM things WHERE {' AND '.join([*where, read])} {rest}"
        with self._views.reading() as db:
            rows = db.execute(statement, [*params, *sorted(scope), *more])
        return tuple(
            Entry(
                UUID(r["id"]),
                r["kind"],
                {lang: r[f"title_{lang}"] for lang in ("en", "nb") if r[f"title_{lang}"]},
                r["code"],
            )
            for r in rows
        )


def _marks(values: Collection[object]) -> str:
    return ",".join("?" * len(values))
