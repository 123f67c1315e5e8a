"""The forms for driving forces: naming many at once, what each assessor thinks of them, and what is made of them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel
from pydantic import Field as Limit

from api.pages.fields import Choice, Field, both
from api.pages.labels import FIELDS, LABELS
from api.pages.lesson_deeds import WHY_NOT_REQUIRED
from api.pages.process_forms import StepForm, Values, emptied, filled_in, of_step, step_named
from api.pages.process_parts import About, called_parts, record_of, said
from api.pages.translation import N_
from api.usecases.process_steps import Step
from api.usecases.process_steps.step import Asked
from domain.errors import Invalid
from domain.foresight.forces import ForceRecord, Rating, Score, Standing, Steep
from domain.foresight.process import ForesightProcess
from domain.text import PROSE_MAX, TITLE_MAX

FORCE = (
    *both("title", FIELDS["title"], "line", required=True, longest=TITLE_MAX),
    Field("steep", FIELDS["steep"], "choice", choices="steep", required=True),
    *both("description", FIELDS["description"], longest=PROSE_MAX),
    Field("standing", FIELDS["standing"], "choice", choices="standing",
          help=N_("Certain: it comes in every scenario. Critical: scenarios differ by it.")),
)  # fmt: skip


class NameForces(Asked):
    forces: list[ForceRecord] = Limit(min_length=1)


class SortForces(Asked):
    critical: frozenset[UUID]
    certain: frozenset[UUID]


def _name(process: ForesightProcess, asked: NameForces) -> None:
    for record in asked.forces:
        process.name_force(uuid4(), record)


def _sort(process: ForesightProcess, asked: SortForces) -> None:
    if asked.critical & asked.certain:
        raise Invalid(N_("A driving force is either certain or critical."), field="certain")
    for id, force in process.forces.items():
        standing = Standing.CRITICAL if id in asked.critical else Standing.CERTAIN if id in asked.certain else None
        process.change_force(id, force.record.model_copy(update={"standing": standing}))


class Assess(Asked):
    """What a participant thinks of some driving forces, and of which they have no view after all."""

    participant: UUID
    scores: list[Score]
    cleared: list[UUID]


def _assess(process: ForesightProcess, asked: Assess) -> None:
    if asked.scores:
        process.assess(asked.participant, asked.scores)
    if cleared := [force for force in asked.cleared if force in process.forces]:
        process.clear_scores(asked.participant, cleared)


NAME = Step("name-forces", NameForces, _name, together=True)
SORT = Step("sort-forces", SortForces, _sort)
ASSESS = Step("assess", Assess, _assess, together=True)


def _lines(_: About) -> tuple[Field, ...]:
    return tuple(
        Field(kind, name, "lines", N_("One on each line."), named=name) for kind, name in LABELS["steep"].items()
    )


def _named(about: About, values: Values) -> BaseModel:
    """In the language of the page."""
    forces: list[dict[str, Any]] = []
    for kind in Steep:
        for title in dict.fromkeys(values[kind.value]):
            if len(title) > TITLE_MAX:
                raise Invalid(N_("Write at most {most} characters on a line."), field=kind.value, most=TITLE_MAX)
            forces.append({"title": {about.lang: title}, "steep": kind})
    if not forces:
        raise Invalid(N_("Write at least one driving force."), field=Steep.SOCIAL.value)
    return NameForces.model_validate({"forces": forces})


def _force(about: About) -> Mapping[str, Any]:
    return record_of(about, "force")


def forces(about: About) -> tuple[Choice, ...]:
    """Those that matter most and are least certain first."""
    scored = sorted(about.process.assessed(), key=lambda a: -(a.impact or 0) * (a.uncertainty or 0))
    return tuple((str(a.force.id), said(a.force.record.title, about.lang)) for a in scored)


def _sorted_fields(about: About) -> tuple[Field, ...]:
    choices = forces(about)
    return (
        Field("critical", N_("Critical: scenarios differ by them"), "many",
              N_("Those of great impact that nobody can be sure of."), choices=choices),
        Field("certain", N_("Certain: they come in every scenario"), "many", choices=choices),
    )  # fmt: skip


def _sorted(about: About) -> Mapping[str, Any]:
    there = about.process.forces.values()
    return {kind.value: [str(f.id) for f in there if f.record.standing is kind] for kind in Standing}


def _scores(about: About) -> tuple[Field, ...]:
    """A line for each driving force."""
    found: list[Field] = []
    for id, title in called_parts(about, "force"):
        found += [
            Field(f"scores.{id}.{name}", label, "rating", group=title, named=title)
            for name, label in (("impact", N_("Impact")), ("uncertainty", N_("Uncertainty")))
        ]
    return tuple(found)


def _scored(about: About) -> Mapping[str, Any]:
    own = about.process.scores.get(UUID(about.part), {}) if about.part else {}
    return {"scores": {str(id): {"impact": s.impact, "uncertainty": s.uncertainty} for id, s in own.items()}}


class _Pair(BaseModel):
    impact: Rating
    uncertainty: Rating


class _Scores(BaseModel):
    scores: dict[UUID, _Pair]


def _assessed(about: About, values: Values) -> BaseModel:
    """Those that were filled in, and those that were made empty."""
    given, cleared = filled_in(values, "scores"), emptied(about, values, "scores", _scored)
    if not (given or cleared):
        raise Invalid(N_("Give scores to at least one driving force."), field="scores")
    scores = _Scores.model_validate({"scores": given}).scores
    told = [Score(force=id, **vars(pair)) for id, pair in scores.items()]
    return Assess(participant=UUID(about.part), scores=told, cleared=cleared)


def _assessable(process: ForesightProcess) -> bool:
    return bool(process.forces and process.participants)


def _has_force(process: ForesightProcess) -> bool:
    return bool(process.forces)


FORCE_FORMS = (
    StepForm("name-forces", NAME, N_("Add driving forces"), N_("Add driving forces …"), _lines, _named,
             lead=N_("What shapes the future of the cluster? As many as you like, under the kind that fits best.")),
    StepForm("change-force", step_named("change-force"), N_("Change a driving force"), N_("Change …"),
             lambda _: FORCE, of_step(step_named("change-force")), _force, part="force", changes=True,
             possible=_has_force),
    StepForm("drop-force", step_named("drop-force"), N_("Drop a driving force"), N_("Drop …"),
             lambda _: (WHY_NOT_REQUIRED,), of_step(step_named("drop-force")), part="force", tone="danger",
             possible=_has_force),
    StepForm("assess", ASSESS, N_("Assess the driving forces"), N_("Assess them …"), _scores, _assessed,
             _scored, part="participant", possible=_assessable,
             lead=N_("From 1, the least, to 5, the most. Leave or make empty what the assessor has no view on.")),
    StepForm("sort-forces", SORT, N_("Sort out what is certain and what is critical"), N_("Certain or critical …"),
             _sorted_fields, of_step(SORT), _sorted, possible=_has_force),
)  # fmt: skip
