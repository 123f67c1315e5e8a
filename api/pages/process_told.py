"""What the history of a foresight process has in a shape of its own, in the words of a reader."""

import re

from api.pages.labels import LABELS
from api.pages.translation import N_, words
from search.index import Lang

LISTED = {"participants": "commitment", "gatherings": "gathering", "actions": "action"}
"""Lists of parts, and what says how far each is: `Elkem (committed); Hydro (invited)`."""
STATE = re.compile(r"\(([a-z-]+)\)(?=;|$)")
SAID = {"True": N_("Yes"), "False": N_("No")}


def told_part(text: str, field: str, lang: Lang) -> str | None:
    """None for what needs no words of its own. `field` is as the history has it: `participant.turns`."""
    say, (head, _, last) = words(lang), field.partition(".")
    if text in SAID:
        return say(SAID[text])
    match last:
        case "" if head in LISTED:
            return STATE.sub(lambda found: f"({say(LABELS[LISTED[head]].get(found[1], found[1]))})", text)
        case "turns":
            return _turns(text, lang)
        case "place":
            return _place(text, lang)
        case "state" if text in LABELS.get(head, {}):
            return say(LABELS[head][text])
        case _:
            return None


def _turns(text: str, lang: Lang) -> str:
    """`invited 2026-01-05; committed 2026-01-20`."""
    say = words(lang)
    turns = (turn.strip().partition(" ") for turn in text.split(";") if turn.strip())
    return "; ".join(f"{say(LABELS['commitment'].get(step, step))} {say.day(on)}" for step, _, on in turns)


def _place(text: str, lang: Lang) -> str:
    """`axis The grid, end high; axis Demand, end low`."""
    for end, name in LABELS["end"].items():
        text = text.replace(f", end {end}", f": {words(lang)(name).lower()}")
    return text.replace("axis ", "")
