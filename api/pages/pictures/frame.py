"""What all pictures have: a size, a title and a description, and texts that fit."""

from typing import Any, cast

import drawsvg
from markupsafe import Markup

WIDE = 400.0
"""Units: on a telephone one is about .8 pixels, so that texts of `TEXT` can be read there."""
TEXT = 14
SMALL = 13
DARK = 4
"""Ratings from here on are drawn so dark that what stands on them is light."""
EM = 0.55
"""Width of a letter beside its height, on average."""
svg: Any = drawsvg  # it has no types; nothing else knows it


class Description(svg.Title):
    TAG_NAME = "desc"


class Picture:
    """A drawing of so many units. `kind` is the class of a shape, `said` what is told where it is pointed at."""

    def __init__(self, height: float, title: str, description: str, *, wide: float = WIDE, kind: str = "") -> None:
        kinds = f"picture {kind}".strip()
        self._drawing = svg.Drawing(round(wide), round(height), role="img", class_=kinds, aria_label=title)
        self._drawing.append(svg.Title(title))
        self._drawing.append(Description(description))

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self._add(svg.Line(*(round(n, 1) for n in (x1, y1, x2, y2)), class_=f"pic-{kind}"))

    def rectangle(
        self, x: float, y: float, wide: float, high: float, kind: str, *, round_by: float = 0, said: str = ""
    ) -> None:
        place = (round(n, 1) for n in (x, y, wide, high))
        self._add(svg.Rectangle(*place, **({"rx": round_by} if round_by else {}), class_=f"pic-{kind}"), said)

    def circle(self, x: float, y: float, radius: float, kind: str, *, said: str = "") -> None:
        self._add(svg.Circle(round(x, 1), round(y, 1), radius, class_=f"pic-{kind}"), said)

    def diamond(self, x: float, y: float, reach: float, kind: str, *, said: str = "") -> None:
        x, y = round(x, 1), round(y, 1)
        corners = (x, y - reach, x + reach, y, x, y + reach, x - reach, y)
        self._add(svg.Lines(*corners, close=True, class_=f"pic-{kind}"), said)

    def tip(self, x: float, y: float, reach: float, kind: str) -> None:
        """The head of an arrow that comes from the left and ends here."""
        x, y = round(x, 1), round(y, 1)
        self._add(svg.Lines(x, y, x - reach, y - reach / 2, x - reach, y + reach / 2, close=True, class_=f"pic-{kind}"))

    def text(
        self,
        words: str,
        x: float,
        y: float,
        *,
        anchor: str = "start",
        kind: str = "text",
        size: int = TEXT,
        said: str = "",
    ) -> None:
        self._add(svg.Text(words, size, round(x, 1), round(y, 1), text_anchor=anchor, class_=f"pic-{kind}"), said)

    def markup(self) -> Markup:
        """As it stands in a page: as large as its place. The library escapes all text."""
        drawn = cast(str, self._drawing.as_svg(header=""))
        return Markup(drawn.replace(f'width="{self._drawing.width}" height="{self._drawing.height}" ', "", 1))

    def _add(self, shape: Any, said: str = "") -> None:
        if said:
            shape.append_title(said)
        self._drawing.append(shape)


def short(words: str, room: float, size: int = TEXT) -> str:
    """As much of them as there is room for, in units; with an ellipsis where something is left out."""
    letters = max(1, int(room / (size * EM)))
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def in_lines(words: str, room: float, most: int, size: int = TEXT) -> list[str]:
    """Broken between words into at most so many lines."""
    lines: list[str] = []
    letters = max(1, int(room / (size * EM)))
    for word in words.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    kept = [short(each, room, size) for each in lines[:most]]
    return kept if len(lines) <= most else [*kept[:-1], short(f"{kept[-1]} {' ' * letters}…", room, size)]


def spoken(local: Any, lang: str) -> str:
    """A text of the domain in the language, or in the one there is."""
    return local.in_language(lang)[1]
