"""The last step of an order: what says nearly the same as a better hit stands after the first page. Nothing is lost.

Why from there on, and why nothing else orders the first page, is in docs/search.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.embedder import Vector
from search.index import Document, Lang

BEST = 20
"""Hits that change places among themselves; all others stay where they are."""
FIRST_PAGE = 10
SAME = 0.97
"""Cosine from which two texts are one: of different ones it was at most .93, of lightly edited copies at least .977."""
TEXTS = ("lesson", "case")
"""Kinds that say something: the text of a cluster is often but its name, sector and place, and others are like it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a document says as a whole in each language: (dims,) of length 1, as far as it is known."""

    document: Document
    meant: Mapping[Lang, Vector]


def repeats_last(best: Sequence[Said]) -> list[Document]:
    """The same documents: ten that repeat none of those before them, then the repeats among these, then the others."""
    first: list[Said] = []
    repeats: list[Document] = []
    for said in best[:BEST]:
        if len(first) == FIRST_PAGE:
            break
        if any(_repeats(said, before) for before in first):
            repeats.append(said.document)
        else:
            first.append(said)
    looked_at = len(first) + len(repeats)
    return [*(said.document for said in first), *repeats, *(said.document for said in best[looked_at:])]


def _repeats(said: Said, before: Said) -> bool:
    """To the model a text and its contrary are the same (.99): of lessons that disagree neither repeats the other."""
    one, other = said.document, before.document
    if one.kind not in TEXTS or one.kind != other.kind or one.facets.get("polarity") != other.facets.get("polarity"):
        return False
    return any(float(said.meant[lang] @ before.meant[lang]) >= SAME for lang in said.meant.keys() & before.meant.keys())
