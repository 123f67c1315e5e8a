"""How participants answered each question of the evaluation."""

from collections.abc import Sequence

from markupsafe import Markup

from api.pages.pictures.frame import DARK, SMALL, WIDE, Picture, short, spoken
from domain.foresight.evaluation import RATINGS, Distribution

ROW, BAR, RIGHT = 48, 20, WIDE - 40


def distribution(asked: Sequence[Distribution], lang: str, *, title: str, description: str) -> Markup:
    """A bar for each question that was answered, in parts from 1, the lightest, to 5; its mean beside it. Empty where
    nothing was answered."""
    answered = [one for one in asked if sum(one.counts)]
    if not answered:
        return Markup("")
    picture = Picture(ROW * len(answered), title, description)
    for row, one in enumerate(answered):
        y, words = ROW * row, spoken(one.question.text, lang)
        picture.text(short(words, WIDE, SMALL), 0, y + 14, size=SMALL, said=words)
        x, unit = 0.0, RIGHT / sum(one.counts)
        for rating, count in zip(RATINGS, one.counts, strict=True):
            if count:
                picture.rectangle(x, y + 20, unit * count, BAR, f"rated-{rating}", said=f"{rating}: {count}")
            if unit * count > SMALL:
                kind = "over" if rating >= DARK else "text"
                picture.text(str(rating), x + unit * count / 2, y + 35, anchor="middle", size=SMALL, kind=kind)
            x += unit * count
        picture.text(f"{one.mean:.1f}", WIDE, y + 35, anchor="end", kind="strong")
    return picture.markup()
