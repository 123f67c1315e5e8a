"""What all pictures have: a size, a title and a description, and texts that fit.

A picture of a large process has a thousand shapes, so each is written as it is drawn: a tree of them, of ElementTree or
lxml, takes four times as long.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from markupsafe import Markup

WIDE = 400.0
"""Units: on a telephone one is about .8 pixels, so that texts of `TEXT` can be read there."""
TEXT = 14
SMALL = 13
DARK = 4
"""Ratings from here on are drawn so dark that what stands on them is light."""
EM = 0.55
"""Width of a letter beside its height, on average."""


class Picture:
    """A drawing of so many units. `kind` is the class of a shape, `said` what is told where it is pointed at."""

    def __init__(self, height: float, title: str, description: str, *, wide: float = WIDE, kind: str = "") -> None:
        self._shapes = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {round(wide)} {round(height)}" role="img"'
            f' class="{f"picture {kind}".strip()}" aria-label="{escape(title)}">'
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        ]

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        self._path(((x1, y1), (x2, y2)), kind, end="")

    def rectangle(
        self, x: float, y: float, wide: float, high: float, kind: str, *, round_by: float = 0, said: str = ""
    ) -> None:
        corners = f' rx="{_n(round_by)}"' if round_by else ""
        place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"{corners}'
        self._shape("rect", place, kind, said)

    def circle(self, x: float, y: float, radius: float, kind: str, *, said: str = "") -> None:
        self._shape("circle", f'cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"', kind, said)

    def diamond(self, x: float, y: float, reach: float, kind: str, *, said: str = "") -> None:
        self._path(((x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)), kind, said=said)

    def tip(self, x: float, y: float, reach: float, kind: str) -> None:
        """The head of an arrow that comes from the left and ends here."""
        self._path(((x, y), (x - reach, y - reach / 2), (x - reach, y + reach / 2)), kind)

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
        place = f'x="{_n(x)}" y="{_n(y)}" font-size="{size}" text-anchor="{anchor}"'
        self._shape("text", place, kind, said, words)

    def markup(self) -> Markup:
        """As it stands in a page: as large as its place."""
        return Markup("".join([*self._shapes, "</svg>"]))

    def _path(self, points: Sequence[tuple[float, float]], kind: str, *, end: str = " Z", said: str = "") -> None:
        line = " L".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._shape("path", f'd="M{line}{end}"', kind, said)

    def _shape(self, name: str, place: str, kind: str, said: str, words: str = "") -> None:
        """`place` and `kind` are ours; what anybody wrote is escaped here, all of it."""
        told = f"<title>{escape(said)}</title>" if said else ""
        self._shapes.append(f'<{name} {place} class="pic-{kind}">{escape(words) if words else ""}{told}</{name}>')


def _n(units: float) -> str:
    """To a tenth, which is finer than a screen."""
    return f"{units:.1f}"


def width_of(words: str, size: int = TEXT) -> float:
    """About."""
    return len(words) * size * EM


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


def figure(number: float, lang: str) -> str:
    """To a tenth, as pictures and the tables beside them write it."""
    return f"{number:.1f}".replace(".", "," if lang == "nb" else ".")


def spoken(local: Any, lang: str) -> str:
    """A text of the domain in the language, or in the one there is."""
    return local.in_language(lang)[1]
