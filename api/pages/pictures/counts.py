"""How many there were over time."""

from collections.abc import Sequence

from markupsafe import Markup

from api.pages.pictures.frame import SMALL, WIDE, Picture

TOP, BOTTOM = 22, 110
GAP = 0.15
THICKEST, LEAST = 40.0, 1.5
"""Of a bar, in units: how wide at most, and how high at least where there was anything."""


def counts(bars: Sequence[tuple[str, int]], *, title: str, description: str) -> Markup:
    """A bar for each, with what it stands for; the first, the last and the highest are told in words as well. Empty for
    none."""
    if not bars:
        return Markup("")
    picture = Picture(BOTTOM + 24, title, description)
    most = max(1, *(count for _, count in bars))
    step = WIDE / len(bars)
    thick = min(step * (1 - GAP), THICKEST)
    picture.line(0, BOTTOM, WIDE, BOTTOM, "axis")
    for number, (words, count) in enumerate(bars):
        if count:
            high = max(count / most * (BOTTOM - TOP), LEAST)
            picture.rectangle(step * number, BOTTOM - high, thick, high, "bar", said=f"{words}: {count}")
    highest = step * max(range(len(bars)), key=lambda number: bars[number][1])
    at_right = highest > WIDE / 2
    picture.text(str(most), highest + thick * at_right, TOP - 6, anchor="end" if at_right else "start")
    picture.text(bars[0][0], 0, BOTTOM + 18, size=SMALL, kind="quiet")
    if len(bars) > 1:
        picture.text(bars[-1][0], WIDE, BOTTOM + 18, anchor="end", size=SMALL, kind="quiet")
    return picture.markup()
