"""What there is: one row a thing, for lists, names and the review queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.lesson import Lesson
from domain.programme import Programme
from projections.projection import Recorded
from projections.views import Views
from store.database import Session
from store.event_store import EventStore

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS things (id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL,"
    " draft_state TEXT, title_en TEXT, title_nb TEXT, code TEXT, author TEXT, review_by TEXT,"
    " created_at TEXT NOT NULL, modified_at TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS things_by_kind ON things (kind, state, modified_at)",
    "CREATE TABLE IF NOT EXISTS links (thing TEXT NOT NULL, other TEXT NOT NULL, now INTEGER NOT NULL,"
    " PRIMARY KEY (other, thing))",
    "CREATE INDEX IF NOT EXISTS links_by_thing ON links (thing)",
)
MOVING = ("state", "draft_state", "title_en", "title_nb", "code", "author", "review_by", "modified_at")
"""Columns of a thing that its later events may change."""


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
            for id in dict.fromkeys(e.aggregate_id for e in events):
                thing = self._store.find_any(id)
                if thing is not None and thing.kind != "name":
                    _keep(db, thing)

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


def _keep(db: Session, thing: Aggregate) -> None:
    state, draft_state, code, author, review_by = "published", None, None, None, None
    links: set[UUID] = set()
    earlier: set[UUID] = set()
    match thing:
        case Lesson():
            title = thing.current.title.languages
            state, author, review_by = thing.state.value, thing.author, thing.review_by
            draft_state = thing.draft_state.value if thing.draft_state else None
            for record in (thing.current, thing.draft or thing.current):
                links.update(record.programmes, [record.cluster] if record.cluster else [])
            for release in thing.releases:
                earlier.update(release.record.programmes, [release.record.cluster] if release.record.cluster else [])
        case Case():
            title = thing.current.title.languages
            state, author = thing.state.value, thing.author
            draft_state = "draft" if thing.draft and not thing.withdrawn else None
            for record in (thing.current, thing.draft or thing.current):
                links.update(record.programmes, record.clusters, record.lessons)
            for release in thing.releases:
                earlier.update(release.record.programmes, release.record.clusters)
        case Cluster():
            title = {"en": thing.name, "nb": thing.name}
            links.update(m.programme for m in thing.memberships)
        case Programme():
            title, code = thing.current.name.languages, thing.code
        case _:
            raise TypeError(thing.kind)
    assert thing.created_at is not None
    assert thing.modified_at is not None
    db.execute(
        "INSERT INTO things VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET "
        + ", ".join(f"{column}=excluded.{column}" for column in MOVING),
        (
            str(thing.id),
            thing.kind,
            state,
            draft_state,
            title.get("en"),
            title.get("nb"),
            code,
            author,
            review_by,
            # All of one length, so that their order as texts is that of the instants.
            thing.created_at.isoformat(timespec="microseconds"),
            thing.modified_at.isoformat(timespec="microseconds"),
        ),
    )
    db.execute("DELETE FROM links WHERE thing=?", (str(thing.id),))
    for other in links | earlier:
        db.execute("INSERT INTO links VALUES (?,?,?)", (str(thing.id), str(other), int(other in links)))
