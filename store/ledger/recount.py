"""Everything computed once more from the events, and compared with what the ledger says of them."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from pydantic_core import from_json

from store.database import Row, Session
from store.ledger.leaf import Leaf, digest_of, mac
from store.ledger.tree import Frontier, place
from store.unavailable import StoreDamaged

REDACTED = b"redaction.made"
"""The topic of the events that say which state took the place of another (`domain.redaction`)."""
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not fit: `what` is one of the sentences below; `position` is an event's, `leaf` a leaf's index,
    `checkpoint` the name of one."""

    what: str
    position: int | None = None
    leaf: int | None = None
    checkpoint: str | None = None

    def __str__(self) -> str:
        where = (
            f"checkpoint {self.checkpoint}" if self.checkpoint is not None else "",
            f"event {self.position}" if self.position is not None else "",
            f"leaf {self.leaf}" if self.leaf is not None else "",
        )
        return f"{', '.join(one for one in where if one) or 'the ledger'}: {self.what}"


ALTERED = "The event is not the one that was entered."
MISSING = "The event was entered and is not there any more."
UNENTERED = "The event was never entered: it did not come through the program."
NO_LEAF = "The leaf is not there any more."
FORGED = "The leaf was not made by the program: its mark is not of the ledger's key."
OTHER_NODE = "The tree is not the one that follows from its leaves."
SHORTER = "The ledger is shorter than a checkpoint says."
OTHER_HISTORY = "The ledger does not begin with what a checkpoint says: events were put in the place of others."
UNREADABLE = "What is kept here cannot be read: the store is damaged."

Window: TypeAlias = tuple[dict[int, Row], dict[Any, Row], dict[int, bytes]]
"""Leaves by index, their events by position, and nodes by place."""


class Recount:
    """Of the leaves from `frontier.size` up to `until`. `frontier` grows with them, as far as there are nodes; `roots`
    are those of the sizes that were asked for. `key` is the ledger's; without it nobody can tell leaves of the program
    from others."""

    def __init__(self, db: Session, events: str, key: bytes | None, frontier: Frontier, until: int) -> None:
        self._db = db
        self._events = events
        self._key = key
        self.size = until
        self.frontier = frontier
        self.roots: dict[int, bytes] = {}
        self._redactions = dict[tuple[Any, Any], bytes]()
        self._redacted_until = 0

    def findings(
        self, *, sizes: Iterable[int] = (), told: Callable[[int], None] = lambda leaves: None
    ) -> Iterator[Finding]:
        """In the order of the leaves, then events without one. `told` hears how many leaves are done."""
        wanted, first, begun, one_by_one_until = frozenset(sizes), self.frontier.size, self.frontier.size, 0
        self._note_root(wanted)
        while first < self.size:
            end = min(first + (1 if first < one_by_one_until else AT_ONCE), self.size)
            try:
                leaves, events, nodes = self._window(first, end)
            except StoreDamaged:
                if end - first > 1:
                    one_by_one_until = end
                    continue
                yield self._unreadable(first)
                self._note_root(wanted)
                first = end
                continue
            for index in range(first, end):
                row, entered = leaves.get(index), nodes.get(place(0, index))
                if row is None and entered is None:
                    yield Finding(NO_LEAF, leaf=index)
                    end = self._next_leaf(index)
                    break
                yield from self._leaf(index, row, events.get(row["position"]) if row else None, nodes)
                self._note_root(wanted)
            first = end
            told(min(first, self.size))
        yield from self._beyond(begun)

    def _leaf(self, index: int, row: Row | None, event: Row | None, nodes: dict[int, bytes]) -> Iterator[Finding]:
        at = place(0, index)
        entered = nodes.get(at)
        if row is None:
            yield Finding(NO_LEAF, leaf=index)
        else:
            if entered is None:
                yield Finding(OTHER_NODE, row["position"], index)
                entered = _hash(row, event)
            yield from self._event(index, row, event, entered)
        if entered is None or self.frontier.size != index:  # nothing is left from which the tree could go on
            return
        made = self.frontier.append(entered)
        if any(nodes.get(n) != hash for n, hash in enumerate(made[1:], start=at + 1)):
            yield Finding(OTHER_NODE, leaf=index)

    def _event(self, index: int, row: Row, event: Row | None, entered: bytes | None) -> Iterator[Finding]:
        if self._key is not None and entered is not None and mac(self._key, index, entered) != row["mac"]:
            yield Finding(FORGED, row["position"], index)
        if event is None:
            yield Finding(MISSING, row["position"], index)
            return
        if _hash(row, event) != entered or not self._says_what_it_should(row, event):
            yield Finding(ALTERED, row["position"], index)

    def _says_what_it_should(self, row: Row, event: Row) -> bool:
        """What was entered, or what the newest redaction of it says. Where it seems to be neither, something may have
        been removed since it was read: then both are looked at in one statement, which sees both or neither."""
        if self._fits(row, event):
            return True
        rows = self._db.execute(
            f"SELECT * FROM ({self._events}) AS e WHERE position > ? OR position = ? ORDER BY position",
            [self._redacted_until, row["position"]],
        )
        self._note_redactions(rows)
        return any(one["position"] == row["position"] and self._fits(row, one) for one in rows)

    def _fits(self, row: Row, event: Row) -> bool:
        found = digest_of(event["state"] or b"")
        return found == row["digest"] or self._redacted.get((event["aggregate"], event["version"])) == found

    @cached_property
    def _redacted(self) -> dict[tuple[Any, Any], bytes]:
        """The digest of what took the place of an event's state, by aggregate and version; of events up to
        `_redacted_until`."""
        self._note_redactions(
            self._db.execute(
                f"SELECT * FROM ({self._events}) AS e WHERE topic=?"
                f" OR position = (SELECT MAX(position) FROM ({self._events}) AS newest) ORDER BY position",
                [REDACTED],
            )
        )
        return self._redactions

    def _note_redactions(self, rows: Iterable[Row]) -> None:
        """Of the newest events, by position; of what was noted before, nothing is taken back."""
        for row in rows:
            if row["position"] <= self._redacted_until:
                continue
            self._redacted_until = row["position"]
            if row["topic"] != REDACTED:
                continue
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                said = from_json(row["state"])
                self._redactions[said["of"].replace("-", "").encode(), said["of_version"]] = bytes.fromhex(
                    said["digest"]
                )

    def _note_root(self, wanted: frozenset[int]) -> None:
        if self.frontier.size in wanted:
            self.roots[self.frontier.size] = self.frontier.root

    def _unreadable(self, index: int) -> Finding:
        """For a leaf that cannot be looked at; the tree goes on with its node, where that can."""
        position: int | None = None
        with suppress(StoreDamaged):
            hash = self._nodes(index, index + 1).get(place(0, index))
            if hash is not None and self.frontier.size == index:
                self.frontier.append(hash)
        with suppress(StoreDamaged):
            rows = self._db.execute("SELECT position FROM ledger_leaves WHERE leaf=?", [index])
            position = rows[0]["position"] if rows else None
        return Finding(UNREADABLE, position, index)

    def _window(self, first: int, end: int) -> Window:
        leaves = self._leaves(first, end)
        return leaves, self._events_at([row["position"] for row in leaves.values()]), self._nodes(first, end)

    def _leaves(self, first: int, end: int) -> dict[int, Row]:
        rows = self._db.execute(
            "SELECT leaf, position, digest, salt, mac FROM ledger_leaves WHERE leaf >= ? AND leaf < ?", [first, end]
        )
        return {row["leaf"]: row for row in rows}

    def _next_leaf(self, index: int) -> int:
        rows = self._db.execute("SELECT MIN(leaf) AS leaf FROM ledger_leaves WHERE leaf > ?", [index])
        return self.size if rows[0]["leaf"] is None else min(rows[0]["leaf"], self.size)

    def _nodes(self, first: int, end: int) -> dict[int, bytes]:
        rows = self._db.execute(
            "SELECT place, hash FROM ledger_nodes WHERE place >= ? AND place < ?", [place(0, first), place(0, end)]
        )
        return {row["place"]: row["hash"] for row in rows if isinstance(row["hash"], bytes)}

    def _events_at(self, positions: Iterable[Any]) -> dict[Any, Row]:
        """Mostly they follow each other; where one was changed, it may say whatever number there is."""
        wanted = [one for one in positions if isinstance(one, int)]
        if not wanted:
            return {}
        first, last = min(wanted), max(wanted)
        if last - first < 4 * AT_ONCE:
            where, params = "position >= ? AND position <= ?", [first, last]
        else:
            where, params = f"position IN ({','.join('?' * len(wanted))})", wanted
        rows = self._db.execute(f"SELECT * FROM ({self._events}) AS e WHERE {where}", params)
        return {row["position"]: row for row in rows}

    def _beyond(self, begun: int) -> Iterator[Finding]:
        """Events that have no leaf, of all there are or of those since `begun`; and nodes of leaves that are gone. Not
        what was entered meanwhile: one statement sees it with its leaf or not at all."""
        since, params = "", list[int]()
        if begun:
            rows = self._db.execute("SELECT position FROM ledger_leaves WHERE leaf=?", [begun - 1])
            since, params = "e.position > ? AND ", [rows[0]["position"] if rows else 0]
        try:
            rows = self._db.execute(
                f"SELECT e.position FROM ({self._events}) AS e WHERE {since} NOT EXISTS (SELECT 1 FROM ledger_leaves"
                " AS l WHERE l.position = e.position AND l.leaf >= 0) ORDER BY e.position LIMIT 1000",
                params,
            )
            yield from (Finding(UNENTERED, row["position"]) for row in rows)
            if self._db.execute(
                "SELECT 1 FROM ledger_nodes WHERE place >= ?"
                " AND NOT EXISTS (SELECT 1 FROM ledger_leaves WHERE leaf >= ?) LIMIT 1",
                [place(0, self.size), self.size],
            ):
                yield Finding(NO_LEAF, leaf=self.size)
        except StoreDamaged:
            yield Finding(UNREADABLE)


def _hash(row: Row, event: Row | None) -> bytes | None:
    """Of the leaf that these make; None where they make none, as where a value is of another kind."""
    if event is None:
        return None
    try:
        return Leaf(
            row["position"], event["aggregate"], event["version"], event["topic"], row["digest"], row["salt"]
        ).hash()
    except TypeError:
        return None
