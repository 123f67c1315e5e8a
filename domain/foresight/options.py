"""Options, tried against each scenario as in a wind tunnel, and signposts that tell which scenario is coming."""

from dataclasses import dataclass, replace
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from domain.aggregate import Event
from domain.dates import Day
from domain.errors import Invalid, NotFound, WrongState
from domain.foresight.forces import Rating
from domain.foresight.parts import one_of
from domain.foresight.scenarios import Scenarios
from domain.text import Line, Note, Prose, Title

MOST_OPTIONS = 100
MOST_SIGNPOSTS = 100


class OptionRecord(BaseModel):
    """Something that the cluster could do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    description: Prose | None = None


class SignpostRecord(BaseModel):
    """What tells that a scenario is coming: an indicator, and the value from which it counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: Title
    threshold: Line
    scenario: UUID | None = None


class Reading(BaseModel):
    """`reached`: whether the threshold was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    on: Day
    value: Line
    reached: bool


@dataclass(frozen=True, slots=True)
class OptionRating:
    """How well an option does in a scenario: from 1, it fails, to 5, it thrives."""

    rating: int
    why: str | None


@dataclass(frozen=True, slots=True)
class Option:
    id: UUID
    record: OptionRecord
    ratings: dict[UUID, OptionRating]
    """By scenario, also by such as were dropped."""


@dataclass(frozen=True, slots=True)
class Signpost:
    id: UUID
    record: SignpostRecord
    readings: tuple[Reading, ...] = ()


class Options(Scenarios):
    class OptionProposed(Event, topic="process.option-proposed"):
        """A new one, or one that is there told anew."""

        option: UUID
        record: OptionRecord

        def apply(self, aggregate: "Options") -> None:
            before = aggregate.options.get(self.option)
            proposed = Option(self.option, self.record, before.ratings if before else {})
            aggregate.options = {**aggregate.options, self.option: proposed}

    class OptionDropped(Event, topic="process.option-dropped"):
        option: UUID

        def apply(self, aggregate: "Options") -> None:
            aggregate.options = {id: one for id, one in aggregate.options.items() if id != self.option}

    class OptionRated(Event, topic="process.option-rated"):
        option: UUID
        scenario: UUID
        rating: Rating
        why: Note | None = None

        def apply(self, aggregate: "Options") -> None:
            option = aggregate.options[self.option]
            rated = replace(option, ratings={**option.ratings, self.scenario: OptionRating(self.rating, self.why)})
            aggregate.options = {**aggregate.options, self.option: rated}

    class OptionRatingCleared(Event, topic="process.option-rating-cleared"):
        """It was not tried against the scenario after all."""

        option: UUID
        scenario: UUID

        def apply(self, aggregate: "Options") -> None:
            option = aggregate.options[self.option]
            left = {id: rating for id, rating in option.ratings.items() if id != self.scenario}
            aggregate.options = {**aggregate.options, self.option: replace(option, ratings=left)}

    class SignpostSet(Event, topic="process.signpost-set"):
        """A new one, or one that is there set anew."""

        signpost: UUID
        record: SignpostRecord

        def apply(self, aggregate: "Options") -> None:
            before = aggregate.signposts.get(self.signpost)
            post = Signpost(self.signpost, self.record, before.readings if before else ())
            aggregate.signposts = {**aggregate.signposts, self.signpost: post}

    class SignpostRead(Event, topic="process.signpost-read"):
        signpost: UUID
        reading: Reading

        def apply(self, aggregate: "Options") -> None:
            post = aggregate.signposts[self.signpost]
            readings = tuple(sorted((*post.readings, self.reading), key=lambda reading: reading.on))
            aggregate.signposts = {**aggregate.signposts, self.signpost: replace(post, readings=readings)}

    class SignpostRemoved(Event, topic="process.signpost-removed"):
        signpost: UUID

        def apply(self, aggregate: "Options") -> None:
            aggregate.signposts = {id: post for id, post in aggregate.signposts.items() if id != self.signpost}

    def __init__(self, id: UUID) -> None:
        super().__init__(id)
        self.options: dict[UUID, Option] = {}
        self.signposts: dict[UUID, Signpost] = {}

    def option(self, id: UUID) -> Option:
        """Raises `NotFound`."""
        return one_of(self.options, id, NotFound("There is no such option.", field="option"))

    def signpost(self, id: UUID) -> Signpost:
        """Raises `NotFound`."""
        return one_of(self.signposts, id, NotFound("There is no such signpost.", field="signpost"))

    def drop_scenario(self, id: UUID) -> None:
        if any(post.record.scenario == id for post in self.signposts.values()):
            raise WrongState("A signpost tells of this scenario: remove or change it first.", field="scenario")
        super().drop_scenario(id)

    def propose_option(self, id: UUID, record: OptionRecord) -> None:
        if id not in self.options and len(self.options) >= MOST_OPTIONS:
            raise Invalid("A process has at most {most} options.", most=MOST_OPTIONS)
        if id not in self.options or record != self.options[id].record:
            self.record(self.OptionProposed, option=id, record=record)

    def drop_option(self, id: UUID) -> None:
        self.option(id)
        self.record(self.OptionDropped, option=id)

    def rate_option(self, id: UUID, scenario: UUID, rating: int, why: str | None = None) -> None:
        """Tried against the scenario, as in a wind tunnel."""
        option = self.option(id)
        self.scenario(scenario)
        if option.ratings.get(scenario) != OptionRating(rating, why):
            self.record(self.OptionRated, option=id, scenario=scenario, rating=rating, why=why)

    def clear_rating(self, id: UUID, scenario: UUID) -> None:
        """Also one in a scenario that was dropped."""
        if scenario not in self.option(id).ratings:
            self.scenario(scenario)
        else:
            self.record(self.OptionRatingCleared, option=id, scenario=scenario)

    def set_signpost(self, id: UUID, record: SignpostRecord) -> None:
        if record.scenario is not None:
            self.scenario(record.scenario)
        if id not in self.signposts and len(self.signposts) >= MOST_SIGNPOSTS:
            raise Invalid("A process has at most {most} signposts.", most=MOST_SIGNPOSTS)
        if id not in self.signposts or record != self.signposts[id].record:
            self.record(self.SignpostSet, signpost=id, record=record)

    def read_signpost(self, id: UUID, reading: Reading) -> None:
        if reading not in self.signpost(id).readings:
            self.record(self.SignpostRead, signpost=id, reading=reading)

    def remove_signpost(self, id: UUID) -> None:
        self.signpost(id)
        self.record(self.SignpostRemoved, signpost=id)
