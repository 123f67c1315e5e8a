"""Impact and uncertainty of driving forces: those that matter and are open stand in the upper right corner."""

from collections.abc import Sequence

from markupsafe import Markup

from api.pages.pictures.frame import SMALL, WIDE, Picture, figure, spoken
from domain.foresight.forces import Assessed, Standing

LEFT, RIGHT, TOP, BOTTOM = 34, WIDE - 14, 14, WIDE - 40
MOST_NUMBERED = 12
"""Besides those that are critical; more would lie on one another."""
MOST_SPREADS = 15
MARK = 5


def matrix(
    forces: Sequence[Assessed], lang: str, *, title: str, description: str, impact: str, uncertainty: str
) -> Markup:
    """A mark at the means of each force that was assessed, with its number in the sequence, from 1; a cross from the
    least to the most that an assessor gave. Critical ones are full diamonds, certain ones squares, others circles."""
    picture = Picture(WIDE, title, description)
    picture.rectangle(LEFT, TOP, RIGHT - LEFT, BOTTOM - TOP, "field")
    for rating in range(1, 6):
        picture.text(str(rating), x_of(rating), BOTTOM + 18, anchor="middle", size=SMALL, kind="quiet")
        picture.text(str(rating), LEFT - 8, y_of(rating) + 4, anchor="end", size=SMALL, kind="quiet")
    picture.line(x_of(3), TOP, x_of(3), BOTTOM, "grid")
    picture.line(LEFT, y_of(3), RIGHT, y_of(3), "grid")
    picture.text(f"{impact} →", RIGHT, WIDE - 6, anchor="end")
    picture.text(f"↑ {uncertainty}", LEFT + 6, TOP + 16)
    numbered = [(number, force) for number, force in enumerate(forces, 1) if force.scores]
    telling = {number for number, _ in sorted(numbered, key=lambda one: -_weight(one[1]))[:MOST_NUMBERED]}
    for number, force in numbered:
        critical = force.force.record.standing is Standing.CRITICAL
        if critical or len(numbered) <= MOST_SPREADS:
            _draw_spread(picture, force)
        x, y = x_of(force.impact or 0), y_of(force.uncertainty or 0)
        told = ((impact, force.impact), (uncertainty, force.uncertainty))
        means = "; ".join(f"{word.lower()} {figure(mean or 0, lang)}" for word, mean in told)
        said = f"{number}. {spoken(force.force.record.title, lang)}: {means}"
        _draw_mark(picture, x, y, force.force.record.standing, said)
        if critical or number in telling:
            kind = "strong" if critical else "text"
            picture.text(str(number), x + 8, y - 6, size=SMALL, kind=kind)
    return picture.markup()


def x_of(rating: float) -> float:
    """1 to 5, a little away from the edges."""
    return LEFT + (rating - 0.75) / 4.5 * (RIGHT - LEFT)


def y_of(rating: float) -> float:
    return BOTTOM - (rating - 0.75) / 4.5 * (BOTTOM - TOP)


def _weight(force: Assessed) -> float:
    return (force.impact or 0) + (force.uncertainty or 0)


def _draw_spread(picture: Picture, force: Assessed) -> None:
    impacts = [score.impact for score in force.scores.values()]
    uncertainties = [score.uncertainty for score in force.scores.values()]
    x, y = x_of(force.impact or 0), y_of(force.uncertainty or 0)
    picture.line(x_of(min(impacts)), y, x_of(max(impacts)), y, "spread")
    picture.line(x, y_of(min(uncertainties)), x, y_of(max(uncertainties)), "spread")


def _draw_mark(picture: Picture, x: float, y: float, standing: Standing | None, said: str) -> None:
    match standing:
        case Standing.CRITICAL:
            picture.diamond(x, y, MARK + 3, "critical", said=said)
        case Standing.CERTAIN:
            picture.rectangle(x - MARK, y - MARK, 2 * MARK, 2 * MARK, "certain", said=said)
        case None:
            picture.circle(x, y, MARK, "mark", said=said)
