"""What a case may tell of a lesson: asked of whoever answers for it. The form for a process begins as this one."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.fields import Field, as_id
from api.pages.form_route import FormRoute, Sent, redirect
from api.pages.labels import FIELDS
from api.pages.lesson_deeds import WHY_NOT_REQUIRED
from api.pages.plain_form import Form, carry_out, show, version_of
from api.pages.seen import named, people
from api.pages.translation import N_, language, words
from api.usecases import consenting
from api.usecases.consenting import Asking, Drafted
from api.usecases.finding import PLURALS
from api.usecases.looking import load
from api.wiring import System
from domain.consent_record import CONSENT_FIELDS, ConsentField
from domain.errors import NotFound
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.release import Visibility
from domain.text import TITLE_MAX
from domain.viewer import Viewer

ASKED = (
    Field("fields", FIELDS["fields"], "many",
          N_("To everybody who may read the case. None of them: it may not tell of the lesson at all, or no longer."),
          choices=tuple((name, FIELDS[name]) for name in CONSENT_FIELDS)),
    WHY_NOT_REQUIRED,
)  # fmt: skip
routes = APIRouter(prefix="/lessons", include_in_schema=False, route_class=FormRoute)
TheCase = Annotated[str, Query(max_length=TITLE_MAX)]
C = TypeVar("C", Asking, Drafted)
TheProgrammes = Annotated[tuple[UUID, ...], Query(max_length=20)]


class _Fields(BaseModel):
    fields: tuple[ConsentField, ...]


@routes.get("/{id}/consent")
def ask(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, case: TheCase = "") -> Response:
    form = _form(request, system, viewer, id, case)
    return show(request, form) if form else _back(id)


@routes.post("/{id}/consent")
def consent(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    id: UUID,
    sent: Sent,
    case: TheCase = "",
    visibility: Visibility | None = None,
    programmes: TheProgrammes = (),
) -> Response:
    """`visibility` and `programmes` are those that the form showed: the case may have come to be shared otherwise."""
    form = _form(request, system, viewer, id, case)
    if form is None:
        return _back(id)
    asking: Asking = form.more["asking"]

    def do(values: dict[str, Any]) -> Response:
        fields = _Fields.model_validate({"fields": values["fields"]}).fields
        done = consenting.consent(
            system,
            viewer,
            id,
            version_of(sent),
            asking.case,
            fields,
            values["reason"],
            visibility=visibility,
            programmes=programmes if visibility else None,
        )
        return redirect(request, done)

    return carry_out(request, form, sent, do)


def _back(id: UUID) -> Response:
    """To the lesson, which says which cases ask."""
    return RedirectResponse(f"/lessons/{id}#asking", 303)


def _form(request: Request, system: System, viewer: Viewer, id: UUID, case: str) -> Form | None:
    """None where no case is named. Raises `NotFound` for one that does not ask, as for one that is not there."""
    cases = consenting.asking(system, viewer, id)
    if not case:
        return None
    asking, say = chosen(cases, case), words(language(request))
    return form_about(
        request,
        system,
        viewer,
        load(system, viewer, Lesson, id),
        asking,
        title=N_("Let a case tell of the lesson"),
        fields=ASKED,
        choices={"fields": [(name, say(FIELDS[name])) for name in CONSENT_FIELDS]},
        filled={"fields": list(asking.fields)},
    )


def chosen(cases: Sequence[C], case: str) -> C:
    """The one that is named. Raises `NotFound`."""
    found = next((one for one in cases if str(one.case) == as_id(case)), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def form_about(
    request: Request,
    system: System,
    viewer: Viewer,
    thing: Lesson | ForesightProcess,
    asking: Asking | Drafted,
    *,
    title: str,
    fields: tuple[Field, ...],
    choices: dict[str, list[tuple[str, str]]],
    filled: dict[str, list[str]],
    template: str = "consent.html",
) -> Form:
    """What both forms show of the case that asks, sent with how widely it was shared when they did."""
    ui, url = language(request), f"/{PLURALS[thing.kind]}/{thing.id}"
    programmes = [("programmes", str(id)) for id in asking.programmes]
    shown = urlencode([("case", str(asking.case)), ("visibility", asking.visibility.value), *programmes])
    return Form(
        title,
        N_("Save"),
        fields,
        back=url,
        back_to=thing.current.title.in_language(ui)[1],
        action=f"{url}/consent?{shown}",
        version=thing.version,
        choices=choices,
        filled=filled,
        template=template,
        more={
            "asking": asking,
            "author": people(system, asking.author).get(asking.author),
            "programmes": named(system, viewer, asking.programmes, ui),
        },
    )
