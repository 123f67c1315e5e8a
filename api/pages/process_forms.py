"""The forms of the steps of a foresight process, each made for the process as it is and the part that it is about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.access.given import TheSystem, TheViewer
from api.pages.deeds import AnyDeed, Ask, Deed, Tone
from api.pages.fields import Field
from api.pages.form_route import Sent
from api.pages.forms import show_form, take_form
from api.pages.labels import FIELDS
from api.pages.process_parts import About, called_parts, is_id, part_of, there
from api.pages.rendering import page
from api.pages.translation import language
from api.usecases import processes
from api.usecases.looking import load
from api.usecases.process_steps import STEPS, Step
from domain.foresight.process import ForesightProcess
from domain.policy import allow, may
from domain.viewer import Viewer

Values = dict[str, Any]


def nothing(_: About) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class StepForm:
    """At `/processes/{id}/{name}`. `part` is the kind of what it is about, which the address chooses
    (`?participant=…`); with `anew` the form makes a new one where none is chosen. `asked` makes of what was typed what
    the step takes; of a `changes` form it gets the values as they are with those that were changed."""

    name: str
    step: Step[Any]
    title: str
    button: str
    fields: Callable[[About], Sequence[Field]]
    asked: Callable[[About, Values], BaseModel]
    initial: Callable[[About], Mapping[str, Any]] = nothing
    part: str = ""
    anew: bool = False
    changes: bool = False
    lead: str = ""
    tone: Tone = "secondary"
    possible: Callable[[ForesightProcess], bool] = lambda _: True


def add_forms(routes: APIRouter, forms: Sequence[StepForm]) -> None:
    for form in forms:
        _add(routes, form)


def open_forms(forms: Sequence[StepForm], viewer: Viewer, process: ForesightProcess) -> dict[str, StepForm]:
    """Those that the viewer can fill in now, by name."""
    if process.withdrawn:
        return {}
    return {f.name: f for f in forms if f.possible(process) and may(viewer, f.step.action, process)}


def _add(routes: APIRouter, form: StepForm) -> None:
    def show(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        process = load(system, viewer, ForesightProcess, id)
        allow(viewer, form.step.action, process)
        chosen = request.query_params.get(form.part, "") if form.part else ""
        about = About(system, viewer, process, chosen, language(request))
        if form.part and not form.anew and part_of(process, form.part, chosen) is None:
            return _choose(request, about, form)
        return show_form(request, system, viewer, _deed(form, about), process)

    def take(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
        process = load(system, viewer, ForesightProcess, id)
        allow(viewer, form.step.action, process)
        chosen = next(iter(sent.get(form.part, [])), "") if form.part else ""
        about = About(system, viewer, process, chosen, language(request))
        if form.part and not form.anew and not is_id(form.part, chosen):
            return _choose(request, about, form)
        return take_form(request, system, viewer, _deed(form, about), process, sent)

    path = f"/{{id}}/{form.name}"
    routes.add_api_route(path, show, methods=["GET"])
    routes.add_api_route(path, take, methods=["POST"])


def _choose(request: Request, about: About, form: StepForm) -> Response:
    """Which part the form is to be about."""
    return page(request, "process_choose.html", process=about.process, form=form, parts=called_parts(about, form.part))


def _deed(form: StepForm, about: About) -> AnyDeed:
    called = dict(called_parts(about, form.part)).get(about.part, "") if form.part else ""
    hidden = (Field(form.part, called, "hidden", named=FIELDS[form.part]),) if form.part else ()

    def initial(process: ForesightProcess) -> Values:
        return {**form.initial(replace(about, process=process)), **({form.part: about.part} if form.part else {})}

    def do(ask: Ask) -> ForesightProcess:
        if form.part and not form.anew:
            there(about.process, form.part, about.part)
        values = {**initial(about.process), **ask.values} if form.changes else ask.values
        asked = form.asked(replace(about, key=ask.key, version=ask.version), values)
        return processes.take(
            ask.system, ask.viewer, ask.id, None if form.step.together else ask.version, form.step, asked
        )

    return Deed(
        ForesightProcess,
        form.name,
        form.title,
        form.button,
        form.step.action,
        do,
        (*hidden, *form.fields(about)),
        lead=form.lead,
        tone=form.tone,
        changes=form.changes,
        initial=initial,
    )


def of_step(step: Step[Any], **renamed: str) -> Callable[[About, Values], BaseModel]:
    """What was typed as it is; a field that was left empty is left out."""

    def asked(_: About, values: Values) -> BaseModel:
        known = step.asks.model_fields
        return step.asks.model_validate({n: v for n, v in values.items() if n in known and v not in (None, "")})

    return asked


def filled_in(values: Values, name: str) -> dict[str, Any]:
    """Of fields that are told apart by an id (`scores.<id>.impact`) those that were filled in, by the id."""
    given: dict[str, Any] = values.get(name) or {}
    return {id: value for id, value in given.items() if value is not None}


def emptied(about: About, values: Values, name: str, shown: Callable[[About], Mapping[str, Any]]) -> list[UUID]:
    """Of such fields the ids of those that were filled in when the form was opened, as `shown` says, and are empty
    now: what somebody else filled in meanwhile stays."""
    opened = about.system.store.find(ForesightProcess, about.process.id, version=about.version)
    before: Mapping[str, Any] = shown(replace(about, process=opened))[name] if opened else {}
    return [UUID(id) for id in before if id not in filled_in(values, name)]


def step_named(name: str) -> Step[Any]:
    return next(step for step in STEPS if step.name == name)
