"""People: the register with who has which part, one person, and what can be done with them."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.deeds import Ask
from api.pages.fields import Field
from api.pages.form_route import FormRoute, Sent
from api.pages.listing import PER_PAGE, Offset
from api.pages.parts import choices_of, from_value, names_of
from api.pages.person_deeds import DATES, PART, PERSON_DEEDS, SINCE, PersonDeed, Since
from api.pages.plain_form import Form, carry_out, show, version_of
from api.pages.rendering import page
from api.pages.translation import N_, language, words
from api.usecases import persons
from api.usecases.looking import today
from api.usecases.people import Registered, add_once, get_person, list_people, registered
from api.usecases.persons import Invitation
from api.wiring import System
from domain.access import Access
from domain.aggregate import Aggregate
from domain.errors import NotFound
from domain.person import Person
from domain.person_record import PersonRecord
from domain.policy import allow, may
from domain.text import TITLE_MAX
from domain.viewer import Viewer

NAME = Field("name", N_("Name"), required=True, longest=TITLE_MAX)
EMAIL = Field("email", N_("E-mail"), "email", longest=254)
LATER = (
    Field("part", N_("Part"), "choice", N_("It can be given later as well."), choices="part"),
    Field("since", N_("From"), "date", DATES),
)


class PersonRoute(FormRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        id = str(request.path_params.get("id", thing.id))
        person = thing if isinstance(thing, Person) else None
        return _onward(request.state.viewer, id, person, request.url.path.rsplit("/", 1)[-1])


routes = APIRouter(prefix="/people", include_in_schema=False, route_class=PersonRoute)


@routes.get("")
def list_page(
    request: Request,
    system: TheSystem,
    viewer: TheViewer,
    name: Annotated[str, Query(max_length=TITLE_MAX)] = "",
    offset: Offset = 0,
) -> Response:
    found, total = list_people(system, viewer, named=name, limit=PER_PAGE, offset=offset)
    return page(
        request,
        "people.html",
        people=found,
        total=total,
        asked=name,
        offset=offset,
        per_page=PER_PAGE,
        names=names_of(system, viewer, (a.part for one in found for a in one.person.appointments)),
        today=today(),
        may_add=may(viewer, "make", Person),
    )


@routes.get("/new")
def new_form(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    allow(viewer, "make", Person)
    return show(request, _adding(request, system, viewer))


@routes.post("/new")
def new(request: Request, system: TheSystem, viewer: TheViewer, sent: Sent) -> Response:
    allow(viewer, "make", Person)

    def add(values: dict[str, Any]) -> Response:
        record = PersonRecord.model_validate({"name": values["name"], "email": values["email"]})
        part, person = from_value(values["part"]) if values["part"] else None, None
        since = Since.model_validate({"since": values["since"] or today().isoformat()}).since
        if part:
            persons.allow_giving(system, viewer, part)  # before anybody is added
        id = add_once(system, viewer, record, next(iter(sent.get("key", [])), None))
        if part:
            person = persons.appoint(system, viewer, UUID(id), part, since)
        return _onward(viewer, id, person, "new")

    return carry_out(request, _adding(request, system, viewer), sent, add)


@routes.get("/{id}")
def show_page(request: Request, system: TheSystem, viewer: TheViewer, id: str) -> Response:
    one = get_person(system, viewer, id)
    return page(
        request,
        "person.html",
        one=one,
        names=names_of(system, viewer, (a.part for a in one.person.appointments)),
        today=today(),
        deeds=[deed for deed in PERSON_DEEDS if deed.open_to(system, viewer, one)],
        audits=may(viewer, "read", Access),
    )


def _add(deed: PersonDeed) -> None:
    def show_form(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        deed.admit(system, viewer, id)
        return show(request, _form(request, system, viewer, deed, _one(system, viewer, id)))

    def carry(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
        deed.admit(system, viewer, id)
        one = _one(system, viewer, id)
        form = _form(request, system, viewer, deed, one)

        def do(values: dict[str, Any]) -> Response:
            done = deed.do(Ask(system, viewer, id, version_of(sent), values, next(iter(sent.get("key", [])), None)))
            if isinstance(done, Invitation):
                return page(request, "invited.html", invitation=done, form=form)
            return _onward(viewer, str(id), done or one.person, deed.name)

        return carry_out(request, form, sent, do)

    routes.add_api_route(f"/{{id}}/{deed.name}", show_form, methods=["GET"])
    routes.add_api_route(f"/{{id}}/{deed.name}", carry, methods=["POST"])


for _deed in PERSON_DEEDS:
    _add(_deed)


def _one(system: System, viewer: Viewer, id: UUID) -> Registered:
    """Whom the deed has admitted the viewer to."""
    known = system.people.get(str(id))
    if known is None:
        raise NotFound("There is nothing here.")
    return registered(system, viewer, [known])[0]


def _form(request: Request, system: System, viewer: Viewer, deed: PersonDeed, one: Registered) -> Form:
    today_is = [today().isoformat()]
    return Form(
        deed.title,
        deed.title,
        deed.fields,
        back=_address(viewer, one.known.id, one.person),
        back_to=one.known.name,
        lead=deed.lead,
        tone=deed.tone,
        version=one.person.version,
        once=deed.name != "invite",  # what is answered with a secret cannot be answered again
        choices=deed.choices(system, viewer, one, language(request)),
        filled={"since": today_is, "until": today_is},
    )


def _adding(request: Request, system: System, viewer: Viewer) -> Form:
    """Whoever does not read the register gives a part at once: they would not find the person again."""
    reads = may(viewer, "read", Person)
    return Form(
        N_("Add a person"),
        N_("Add"),
        (NAME, EMAIL, *(LATER if reads else (PART, SINCE))),
        back="/people" if reads else _address(viewer, "", None),
        back_to=words(language(request))(N_("People") if reads else N_("Cluster")),
        lead=N_("Somebody to name as a contact, or to give a part to. Invite them when they are to sign in."),
        choices={"part": choices_of(system, viewer, persons.givable(system, viewer), language(request))},
        filled={"since": [today().isoformat()]},
    )


def _onward(viewer: Viewer, id: str, person: Person | None, deed: str) -> Response:
    if deed == "forget":  # they have no page any more
        return RedirectResponse("/people?done=person.forget", 303)
    return RedirectResponse(f"{_address(viewer, id, person)}?done=person.{deed}", 303)


def _address(viewer: Viewer, id: str, person: Person | None) -> str:
    """The person's page; for those who do not read the register, that of the cluster of theirs they have a part in."""
    if may(viewer, "read", Person) or id == viewer.person:
        return f"/people/{id}"
    held = [a.part.of for a in person.appointments if a.part.of in viewer.manages] if person else []
    of = next(reversed(held), None) or min(viewer.manages, default=None)
    return f"/clusters/{of}" if of else "/"
