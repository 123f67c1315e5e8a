"""The forms for options, tried against each scenario, and for signposts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.pages.fields import Field, both
from api.pages.labels import FIELDS
from api.pages.process_forms import StepForm, Values, emptied, filled_in, of_step, step_named
from api.pages.process_parts import About, called_parts, part_of, record_of
from api.pages.process_scenario_deeds import TITLE, has_scenario
from api.pages.translation import N_
from api.usecases.looking import today
from api.usecases.process_steps import Step
from api.usecases.process_steps.step import Asked
from domain.errors import Invalid
from domain.foresight.forces import Rating
from domain.foresight.process import ForesightProcess
from domain.text import PROSE_MAX, TITLE_MAX, Note


class Try(BaseModel):
    rating: Rating
    why: Note | None = None


class TryOption(Asked):
    """How an option does in some scenarios, and in which it was not tried after all."""

    option: UUID
    ratings: dict[UUID, Try]
    cleared: list[UUID]


def _try(process: ForesightProcess, asked: TryOption) -> None:
    for scenario, tried in asked.ratings.items():
        process.rate_option(asked.option, scenario, tried.rating, tried.why)
    for scenario in asked.cleared:
        process.clear_rating(asked.option, scenario)


TRY = Step("rate-option", TryOption, _try)
READING = (
    Field("on", FIELDS["on"], "day", required=True),
    Field("value", FIELDS["value"], required=True, longest=TITLE_MAX),
    Field("reached", N_("It counts: the threshold is reached"), "check"),
)


def _option_fields(_: About) -> tuple[Field, ...]:
    return (*TITLE, *both("description", FIELDS["description"], longest=PROSE_MAX))


def _ratings(about: About) -> tuple[Field, ...]:
    found: list[Field] = []
    for id, title in called_parts(about, "scenario"):
        found += [
            Field(f"ratings.{id}.rating", N_("From 1 to 5"), "rating", group=title, named=title),
            Field(f"ratings.{id}.why", N_("Why?"), group=title, named=title, longest=2_000),
        ]
    return tuple(found)


def _rated(about: About) -> Mapping[str, Any]:
    option = part_of(about.process, "option", about.part)
    ratings = option.ratings.items() if option else ()
    return {"ratings": {str(id): {"rating": one.rating, "why": one.why} for id, one in ratings}}


def _tried(about: About, values: Values) -> BaseModel:
    given, cleared = filled_in(values, "ratings"), emptied(about, values, "ratings", _rated)
    if not (given or cleared):
        raise Invalid(N_("Say for at least one scenario how the option does there."), field="ratings")
    return TryOption.model_validate({"option": about.part, "ratings": given, "cleared": cleared})


def _signpost_fields(about: About) -> tuple[Field, ...]:
    return (
        *both("indicator", FIELDS["indicator"], "line", required=True, longest=TITLE_MAX,
              help=N_("What can be looked up or counted, such as: hours in which electricity costs nothing.")),
        Field("threshold", FIELDS["threshold"], required=True, help=N_("Such as: 500 hours a year."),
              longest=TITLE_MAX),
        Field("scenario", N_("The scenario that it tells of"), "choice",
              choices=tuple(called_parts(about, "scenario"))),
    )  # fmt: skip


def _today(_: About) -> Mapping[str, Any]:
    return {"on": today().isoformat()}


def _has_option(process: ForesightProcess) -> bool:
    return bool(process.options)


def _tryable(process: ForesightProcess) -> bool:
    return _has_option(process) and has_scenario(process)


def _has_signpost(process: ForesightProcess) -> bool:
    return bool(process.signposts)


OPTION_FORMS = (
    StepForm("propose-option", step_named("propose-option"), N_("Propose an option"), N_("Propose an option …"),
             _option_fields, of_step(step_named("propose-option")), lambda about: record_of(about, "option"),
             part="option", anew=True, changes=True, lead=N_("Something that the cluster could do.")),
    StepForm("rate-option", TRY, N_("Try an option against the scenarios"), N_("Try it …"), _ratings, _tried, _rated,
             part="option", possible=_tryable,
             lead=N_("As in a wind tunnel: 1 where it fails, 5 where it thrives. Leave or make empty what was not"
                     " tried.")),
    StepForm("drop-option", step_named("drop-option"), N_("Drop an option"), N_("Drop …"), lambda _: (),
             of_step(step_named("drop-option")), part="option", tone="danger", possible=_has_option),
    StepForm("set-signpost", step_named("set-signpost"), N_("Set a signpost"), N_("Set a signpost …"),
             _signpost_fields, of_step(step_named("set-signpost")), lambda about: record_of(about, "signpost"),
             part="signpost", anew=True, changes=True, lead=N_("It tells early that a scenario is coming.")),
    StepForm("read-signpost", step_named("read-signpost"), N_("Read a signpost"), N_("Read it …"), lambda _: READING,
             of_step(step_named("read-signpost")), _today, part="signpost", possible=_has_signpost),
    StepForm("remove-signpost", step_named("remove-signpost"), N_("Remove a signpost"), N_("Remove …"), lambda _: (),
             of_step(step_named("remove-signpost")), part="signpost", tone="danger", possible=_has_signpost),
)  # fmt: skip
