"""From gathering to gathering: how many came, how many of them had been at the one before, and who was at all."""

from collections.abc import Sequence

from markupsafe import Markup

from api.pages.pictures.frame import SMALL, WIDE, Picture, width_of
from domain.foresight.gatherings import Turnout

LEFT, TOP, BOTTOM = 30, 24, 190
MOST_NUMBERED = 14
KEY = 17
"""What the square before a word of the key takes."""


def turnout(turnouts: Sequence[Turnout], *, title: str, description: str, came: str, back: str, core: str) -> Markup:
    """A bar for each, its lower part those who came back; a line through the core. Empty for none."""
    if not turnouts:
        return Markup("")
    picture = Picture(BOTTOM + 52, title, description)
    most = max(1, *(t.attended for t in turnouts))
    step = (WIDE - LEFT) / len(turnouts)

    def y_of(count: int) -> float:
        return BOTTOM - count / most * (BOTTOM - TOP)

    picture.line(LEFT, BOTTOM, WIDE, BOTTOM, "axis")
    before: tuple[float, float] | None = None
    for number, one in enumerate(turnouts):
        x, width = LEFT + step * number + step * 0.15, step * 0.7
        for count, kind in ((one.attended, "bar-light"), (one.back or 0, "bar")):
            said = f"{number + 1}: {came} {one.attended}, {back} {one.back or 0}, {core} {one.core}"
            picture.rectangle(x, y_of(count), width, BOTTOM - y_of(count), kind, said=said)
        middle = x + width / 2
        if len(turnouts) <= MOST_NUMBERED:
            picture.text(str(one.attended), middle, y_of(one.attended) - 6, anchor="middle", size=SMALL)
            picture.text(str(number + 1), middle, BOTTOM + 17, anchor="middle", size=SMALL, kind="quiet")
        here = middle, y_of(one.core)
        if before:
            picture.line(*before, *here, "core")
        picture.circle(*here, 4, "core-mark")
        before = here
    told = ((came, "bar-light"), (back, "bar"), (core, "core-mark"))
    free = WIDE - LEFT - sum(KEY + width_of(words, SMALL) for words, _ in told)
    x = float(LEFT)
    for words, kind in told:
        picture.rectangle(x, BOTTOM + 32, 12, 12, kind)
        picture.text(words, x + KEY, BOTTOM + 43, size=SMALL)
        x += KEY + width_of(words, SMALL) + free / len(told)
    return picture.markup()
