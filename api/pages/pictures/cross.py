"""Two axes and the scenarios at their ends."""

from collections.abc import Mapping

from markupsafe import Markup

from api.pages.pictures.frame import SMALL, WIDE, Picture, in_lines, short, spoken
from domain.foresight.scenarios import Axis, End, Scenario

MIDDLE, HIGH = WIDE / 2, 300
EDGE = 26
"""For the names of the ends above and below."""


def cross(
    across: Axis,
    upright: Axis,
    scenarios: Mapping[tuple[End, End], Scenario],
    lang: str,
    *,
    title: str,
    description: str,
    empty: str,
) -> Markup:
    """`scenarios` by their ends of the axis that lies across and of the upright one. A quarter without one says
    `empty`."""
    picture = Picture(HIGH + 2 * EDGE, title, description)
    middle = EDGE + HIGH / 2
    for first, left in ((End.LOW, 0.0), (End.HIGH, MIDDLE)):
        for second, top in ((End.HIGH, EDGE), (End.LOW, middle)):
            scenario = scenarios.get((first, second))
            said = spoken(scenario.record.title, lang) if scenario else empty
            kind = ("quarter", "strong") if scenario else ("field", "quiet")
            picture.rectangle(left + 3, top + 3, MIDDLE - 6, HIGH / 2 - 6, kind[0], round_by=6, said=said)
            lines = in_lines(said, MIDDLE - 30, 4)
            for number, each in enumerate(lines):
                y = top + HIGH / 4 + 5 + (number - (len(lines) - 1) / 2) * 19
                picture.text(each, left + MIDDLE / 2, y, anchor="middle", kind=kind[1])
    picture.line(0, middle, WIDE, middle, "axis")
    picture.line(MIDDLE, EDGE, MIDDLE, EDGE + HIGH, "axis")
    for words, x, y, anchor in (
        (upright.record.high, MIDDLE, EDGE - 9, "middle"),
        (upright.record.low, MIDDLE, EDGE + HIGH + 18, "middle"),
        (across.record.low, 8, middle - 8, "start"),
        (across.record.high, WIDE - 8, middle - 8, "end"),
    ):
        room = WIDE - 20 if anchor == "middle" else MIDDLE - 24
        picture.text(short(spoken(words, lang), room, SMALL), x, y, anchor=anchor, size=SMALL)
    return picture.markup()
