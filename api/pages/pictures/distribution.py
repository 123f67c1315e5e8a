"""How participants answered each question of the evaluation."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from api.pages.pictures.frame import DARK, SMALL, WIDE, Picture, figure, short, spoken
from domain.foresight.evaluation import RATINGS, Area, Distribution

ROW, BAR, HEAD, RIGHT = 48, 20, 30, WIDE - 40


def distribution(
    asked: Sequence[Distribution], lang: str, *, title: str, description: str, named: Callable[[Area], str]
) -> Markup:
    """A bar for each question that was answered, in parts from 1, the lightest, to 5; its mean beside it. Under the
    name of each area its questions, in their order. Empty where nothing was answered."""
    answered = [one for one in asked if sum(one.counts)]
    if not answered:
        return Markup("")
    areas = list(dict.fromkeys(one.question.area for one in answered))
    picture = Picture(ROW * len(answered) + HEAD * len(areas), title, description)
    for row, one in enumerate(answered):
        before = areas.index(one.question.area)
        y, words = ROW * row + HEAD * (before + 1), spoken(one.question.text, lang)
        if row == 0 or answered[row - 1].question.area is not one.question.area:
            picture.text(short(named(one.question.area), WIDE), 0, y - 8, kind="strong")
        picture.text(short(words, WIDE, SMALL), 0, y + 14, size=SMALL, said=words)
        x, unit = 0.0, RIGHT / sum(one.counts)
        for rating, count in zip(RATINGS, one.counts, strict=True):
            if count:
                picture.rectangle(x, y + 20, unit * count, BAR, f"rated-{rating}", said=f"{rating}: {count}")
            if unit * count > SMALL:
                kind = "over" if rating >= DARK else "text"
                picture.text(str(rating), x + unit * count / 2, y + 35, anchor="middle", size=SMALL, kind=kind)
            x += unit * count
        picture.text(figure(one.mean or 0, lang), WIDE, y + 35, anchor="end", kind="strong")
    return picture.markup()
