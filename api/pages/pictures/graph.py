"""What led to what: nodes in columns, from what came first to what came of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from markupsafe import Markup

from api.pages.pictures.frame import SMALL, Picture, in_lines, short

COLUMN, BOX, ROW = 272, 240, 84
LINES = 3
TIP = 8
MOST_COLUMNS = 6
"""From here on the size of texts follows the width of the page; up to here the page scrolls."""


@dataclass(frozen=True, slots=True)
class Node:
    """`column` may be below 0. `kind` says how it is drawn; `notes` are lines below the label, such as what came of an
    adaptation."""

    id: UUID
    column: int
    label: str
    kind: Literal["here", "lesson", "adaptation"]
    notes: tuple[str, ...] = ()


def graph(nodes: Sequence[Node], edges: Iterable[tuple[UUID, UUID]], *, title: str, description: str) -> Markup:
    """Nodes of a column stand in their order; an edge goes from one node to another that is there. Empty for none."""
    if not nodes:
        return Markup("")
    first = min(node.column for node in nodes)
    columns: dict[int, list[Node]] = {}
    for node in nodes:
        columns.setdefault(node.column - first, []).append(node)
    most = max(len(column) for column in columns.values())
    count = max(columns) + 1
    wide = count * COLUMN - (COLUMN - BOX) + 1  # half of the line around the last ones
    picture = Picture(most * ROW, title, description, wide=wide, kind=f"columns-{min(count, MOST_COLUMNS)}")
    place = {
        node.id: (column * COLUMN, (row + (most - len(there)) / 2) * ROW + 6)
        for column, there in columns.items()
        for row, node in enumerate(there)
    }
    middle = (ROW - 12) / 2
    for source, target in edges:
        if source in place and target in place:
            (x1, y1), (x2, y2) = place[source], place[target]
            picture.line(x1 + BOX, y1 + middle, x2 - TIP, y2 + middle, "edge")
            picture.tip(x2, y2 + middle, TIP, "tip")
    for node in nodes:
        x, y = place[node.id]
        bend = 20 if node.kind == "adaptation" else 6
        said = "; ".join((node.label, *node.notes))
        picture.rectangle(x, y, BOX, ROW - 12, f"node-{node.kind}", round_by=bend, said=said)
        notes = [short(note, BOX - 16, SMALL) for note in node.notes]
        lines = [*in_lines(node.label, BOX - 16, LINES - len(notes), SMALL), *notes]
        for number, each in enumerate(lines):
            line_y = y + middle + 4 + (number - (len(lines) - 1) / 2) * 17
            noted = number >= len(lines) - len(notes)
            kind = "over" if node.kind == "here" else "quiet" if noted else "text"
            picture.text(each, x + BOX / 2, line_y, anchor="middle", size=SMALL, kind=kind)
    return picture.markup()
