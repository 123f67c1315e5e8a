"""The forms for scenarios: a cross of two critical forces in one go, or axis by axis and story by story."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel

from api.pages.fields import Choice, Field, both
from api.pages.labels import FIELDS
from api.pages.process_force_deeds import forces
from api.pages.process_forms import StepForm, Values, filled_in, of_step, step_named
from api.pages.process_parts import About, record_of, said
from api.pages.translation import N_, Told
from api.usecases.process_steps import Step
from api.usecases.process_steps.scenarios import WriteScenario
from api.usecases.process_steps.step import Asked
from domain.errors import Invalid
from domain.foresight.forces import Standing
from domain.foresight.process import ForesightProcess
from domain.foresight.scenarios import AtEnd, AxisRecord, End, ScenarioRecord
from domain.text import PROSE_MAX, TITLE_MAX, Line, Title

CORNERS = tuple((first, second) for first in End for second in End)
AXES = ("first", "second")
TITLE = both("title", FIELDS["title"], "line", required=True, longest=TITLE_MAX)


class BuildCross(Asked):
    """Two axes and the scenarios at their ends, those alone that have a name."""

    axes: list[AxisRecord]
    scenarios: dict[str, Title]


def _build(process: ForesightProcess, asked: BuildCross) -> None:
    axes = [uuid4() for _ in asked.axes]
    for id, record in zip(axes, asked.axes, strict=True):
        if record.force is not None:
            critical = process.force(record.force).record.model_copy(update={"standing": Standing.CRITICAL})
            process.change_force(record.force, critical)
        process.draw_axis(id, record)
    for ends in CORNERS:
        if (title := asked.scenarios.get(_corner(*ends))) is not None:
            place = tuple(AtEnd(axis=id, end=end) for id, end in zip(axes, ends, strict=True))
            process.write_scenario(uuid4(), ScenarioRecord(title=title, place=place))


BUILD = Step("build-cross", BuildCross, _build)


def _corner(first: End, second: End) -> str:
    return f"{first}-{second}"


def _cross_fields(about: About) -> tuple[Field, ...]:
    """Forces that are critical first, then those that matter most and are least certain."""
    critical = {str(f.id) for f in about.process.forces.values() if f.record.standing is Standing.CRITICAL}
    choices = tuple(sorted(forces(about), key=lambda choice: choice[0] not in critical))
    found: list[Field] = []
    for axis, heading in zip(AXES, (N_("The first axis"), N_("The second axis")), strict=True):
        parts = (
            Field("force", N_("Driving force"), "choice", choices=choices),
            Field("low", N_("If it goes the one way"), longest=TITLE_MAX),
            Field("high", N_("If it goes the other way"), longest=TITLE_MAX),
        )
        found += [_in(axis, heading, part) for part in parts]
    names = (
        N_("Both go the one way"),
        N_("The first goes the one way, the second the other"),
        N_("The first goes the other way, the second the one"),
        N_("Both go the other way"),
    )
    group = N_("What the four scenarios are called")
    found += [
        Field(f"scenarios.{_corner(*ends)}", name, longest=TITLE_MAX, group=group, named=name,
              help=N_("Names that people remember. Leave one empty to write it later."))
        for ends, name in zip(CORNERS, names, strict=True)
    ]  # fmt: skip
    return tuple(found)


def _in(axis: str, heading: str, part: Field) -> Field:
    return Field(f"{axis}.{part.name}", part.label, part.kind, choices=part.choices, group=heading, named=part.label,
                 longest=part.longest, required=True)  # fmt: skip


class _Axis(BaseModel):
    force: UUID
    low: Line
    high: Line


class _Cross(BaseModel):
    first: _Axis
    second: _Axis
    scenarios: dict[str, Line]


def _crossed(about: About, values: Values) -> BaseModel:
    """In the language of the page. An axis is called as its driving force is."""
    axes: dict[str, Any] = {axis: values[axis] or {} for axis in AXES}
    cross = _Cross.model_validate({**axes, "scenarios": filled_in(values, "scenarios")})
    if cross.first.force == cross.second.force:
        raise Invalid(N_("Choose two different driving forces."), field="second.force")
    drawn = [
        AxisRecord(
            title=about.process.force(axis.force).record.title,
            low=_title(about, axis.low),
            high=_title(about, axis.high),
            force=axis.force,
        )
        for axis in (cross.first, cross.second)
    ]
    return BuildCross(axes=drawn, scenarios={corner: _title(about, name) for corner, name in cross.scenarios.items()})


def _title(about: About, text: str) -> Title:
    return Title.model_validate({about.lang: text})


def _most_critical(about: About) -> Mapping[str, Any]:
    critical = [f.id for f in about.process.forces.values() if f.record.standing is Standing.CRITICAL]
    return {axis: {"force": id} for axis, id in zip(AXES, critical, strict=False)}


def _axis_fields(about: About) -> tuple[Field, ...]:
    return (
        *TITLE,
        *both("low", N_("The one end"), "line", required=True, longest=TITLE_MAX),
        *both("high", N_("The other end"), "line", required=True, longest=TITLE_MAX),
        Field("force", N_("The driving force that it is drawn of"), "choice", choices=forces(about)),
    )


def _scenario_fields(about: About) -> tuple[Field, ...]:
    ends = places(about)
    return (
        *TITLE,
        *both("story", N_("The story"), longest=PROSE_MAX),
        *(
            Field(f"place.{axis}", label, "choice", choices=ends, named=label,
                  help=N_("At an end of two axes, or nowhere: a scenario may stand free."))
            for axis, label in zip(AXES, (N_("Where it lies"), N_("And on the other axis")), strict=True)
        ),
    )  # fmt: skip


def places(about: About) -> tuple[Choice, ...]:
    """`The grid: one for all`, each end of each axis."""
    return tuple(
        (f"{axis.id}:{end}", Told(f"{said(axis.record.title, about.lang)}: {said(text, about.lang)}"))
        for axis in about.process.axes.values()
        for end, text in ((End.LOW, axis.record.low), (End.HIGH, axis.record.high))
    )


def _scenario(about: About) -> Mapping[str, Any]:
    record = record_of(about, "scenario")
    ends = [f"{at['axis']}:{at['end']}" for at in record.get("place", [])]
    return record | {"place": dict(zip(AXES, ends, strict=False))}


def _written(about: About, values: Values) -> BaseModel:
    ends = (str(end).partition(":") for end in filled_in(values, "place").values())
    place = [{"axis": axis, "end": end} for axis, _, end in ends]
    given = {name: values[name] for name in ("scenario", "title", "story") if values.get(name)}
    return WriteScenario.model_validate(given | {"place": place})


def _has_two_forces(process: ForesightProcess) -> bool:
    return len(process.forces) > 1


def _has_axis(process: ForesightProcess) -> bool:
    return bool(process.axes)


def has_scenario(process: ForesightProcess) -> bool:
    return bool(process.scenarios)


SCENARIO_FORMS = (
    StepForm("build-cross", BUILD, N_("Build four scenarios from two driving forces"), N_("Build four scenarios …"),
             _cross_fields, _crossed, _most_critical, possible=_has_two_forces,
             lead=N_("Take two driving forces of great impact that nobody can be sure of, and say how each could go.")),
    StepForm("draw-axis", step_named("draw-axis"), N_("Draw an axis"), N_("Draw an axis …"), _axis_fields,
             of_step(step_named("draw-axis")), lambda about: record_of(about, "axis"), part="axis", anew=True,
             changes=True),
    StepForm("remove-axis", step_named("remove-axis"), N_("Remove an axis"), N_("Remove …"), lambda _: (),
             of_step(step_named("remove-axis")), part="axis", tone="danger", possible=_has_axis),
    StepForm("write-scenario", step_named("write-scenario"), N_("Write a scenario"), N_("Write a scenario …"),
             _scenario_fields, _written, _scenario, part="scenario", anew=True, changes=True),
    StepForm("drop-scenario", step_named("drop-scenario"), N_("Drop a scenario"), N_("Drop …"), lambda _: (),
             of_step(step_named("drop-scenario")), part="scenario", tone="danger", possible=has_scenario),
)  # fmt: skip
