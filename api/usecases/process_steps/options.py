"""Steps of options, tried against each scenario, and of signposts."""

from typing import Any
from uuid import UUID

from api.usecases.process_steps.step import AN_ID, ANOTHER_ID, Asked, NewId, Step, example, part_of
from domain.foresight.forces import Rating
from domain.foresight.options import OptionRecord, Reading, SignpostRecord
from domain.text import Note


class ProposeOption(OptionRecord, Asked):
    """Something the cluster could do, new or told anew."""

    model_config = example(title={"en": "A joint battery"})

    option: NewId


class DropOption(Asked):
    """An option is taken out; no action carries it out."""

    model_config = example(option=AN_ID)

    option: UUID


class RateOption(Asked):
    """How well an option does in a scenario, from 1 to 5."""

    model_config = example(option=AN_ID, scenario=ANOTHER_ID, rating=4, why="Pays in every summer.")

    option: UUID
    scenario: UUID
    rating: Rating
    why: Note | None = None


class ClearRating(Asked):
    """That an option was not tried against a scenario after all."""

    model_config = example(option=AN_ID, scenario=ANOTHER_ID)

    option: UUID
    scenario: UUID


class SetSignpost(SignpostRecord, Asked):
    """A signpost, new or set anew."""

    model_config = example(indicator={"en": "Hours with a price of zero"}, threshold="500 a year")

    signpost: NewId


class ReadSignpost(Reading, Asked):
    """What a signpost showed on a day."""

    model_config = example(signpost=AN_ID, on="2026-12-31", value="312", reached=False)

    signpost: UUID


class RemoveSignpost(Asked):
    """A signpost is taken out."""

    model_config = example(signpost=AN_ID)

    signpost: UUID


STEPS: tuple[Step[Any], ...] = (
    Step("propose-option", ProposeOption, lambda p, a: p.propose_option(a.option, part_of(OptionRecord, a))),
    Step("drop-option", DropOption, lambda p, a: p.drop_option(a.option)),
    Step("rate-option", RateOption, lambda p, a: p.rate_option(a.option, a.scenario, a.rating, a.why)),
    Step("clear-rating", ClearRating, lambda p, a: p.clear_rating(a.option, a.scenario)),
    Step("set-signpost", SetSignpost, lambda p, a: p.set_signpost(a.signpost, part_of(SignpostRecord, a))),
    Step("read-signpost", ReadSignpost, lambda p, a: p.read_signpost(a.signpost, part_of(Reading, a))),
    Step("remove-signpost", RemoveSignpost, lambda p, a: p.remove_signpost(a.signpost)),
)
