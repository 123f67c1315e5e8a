"""How well each option does in each scenario."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from markupsafe import Markup

from api.pages.pictures.frame import DARK, SMALL, WIDE, Picture, short, spoken
from domain.foresight.options import Option
from domain.foresight.scenarios import Scenario

LEFT, ROW, TOP = 150, 30, 26


def options(
    tried: Sequence[Option], scenarios: Mapping[UUID, Scenario], lang: str, *, title: str, description: str
) -> Markup:
    """A field for each pair, darker the better it does, with the rating in it. Scenarios are letters, which are told
    below. Empty where either is missing."""
    if not tried or not scenarios:
        return Markup("")
    picture = Picture(TOP + ROW * len(tried) + 12 + 20 * len(scenarios), title, description)
    width = (WIDE - LEFT) / len(scenarios)
    letters = [chr(ord("A") + number) for number in range(len(scenarios))]
    for number, letter in enumerate(letters):
        picture.text(letter, LEFT + width * (number + 0.5), TOP - 9, anchor="middle", kind="strong")
    for row, option in enumerate(tried):
        y, name = TOP + ROW * row, spoken(option.record.title, lang)
        picture.text(short(name, LEFT - 10, SMALL), 0, y + 19, size=SMALL, said=name)
        for number, (id, scenario) in enumerate(scenarios.items()):
            rating = option.ratings.get(id)
            x, said = LEFT + width * number, f"{name} × {spoken(scenario.record.title, lang)}"
            kind = f"rated-{rating.rating}" if rating else "field"
            picture.rectangle(x + 2, y + 2, width - 4, ROW - 4, kind, round_by=3, said=said)
            if rating:
                over = "over" if rating.rating >= DARK else "text"
                picture.text(str(rating.rating), x + width / 2, y + 20, anchor="middle", kind=over)
    for number, (letter, scenario) in enumerate(zip(letters, scenarios.values(), strict=True)):
        said = short(f"{letter}  {spoken(scenario.record.title, lang)}", WIDE, SMALL)
        picture.text(said, 0, TOP + ROW * len(tried) + 22 + 20 * number, size=SMALL)
    return picture.markup()
