"""The forms with which staff change the thesaurus: a new concept, its words, and retiring and restoring it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.responses import RedirectResponse

from api.access.given import TheSystem, TheViewer
from api.pages.faults import problems, status_of
from api.pages.fields import Field, Typed, both, changed, tidied, typed_from
from api.pages.form_route import FormRoute, Sent
from api.pages.labels import FIELDS
from api.pages.lesson_deeds import WHY, WHY_NOT_REQUIRED
from api.pages.plain_form import Form, carry_out, show, version_of
from api.pages.seen import people
from api.pages.translation import N_, language, words
from api.usecases import concepts
from api.usecases.concepts import ConceptChanges, NewConcept
from api.usecases.thesaurus import Known, as_shown, history_of_concept, standing
from api.wiring import System
from domain.aggregate import Aggregate
from domain.concept import Concept
from domain.concept_record import DEFINITION_MAX, LABEL_MAX, SLUG_MAX
from domain.errors import Invalid, Stale
from domain.policy import allow
from domain.text import Note
from domain.thesaurus import AROUND
from domain.viewer import Viewer
from search.index import Lang

EACH_ON_ITS_LINE = N_("Each on a line of its own.")
RECORD = (
    *both("preferred", FIELDS["preferred"], "line", required=True, longest=LABEL_MAX,
          help=N_("In both languages. Searches show it as the reason why something is found.")),
    *both("alternative", FIELDS["alternative"], "lines", help=EACH_ON_ITS_LINE),
    *both("hidden", FIELDS["hidden"], "lines",
          help=N_("Inflected forms, Nynorsk and common misspellings, each on a line. Searched by, and never shown in"
                  " a search.")),
    *both("definition", FIELDS["definition"], "text", longest=DEFINITION_MAX),
    Field("broader", FIELDS["broader"], "lines",
          N_("What this is a kind or a part of. Names or ids of other concepts, each on a line of its own.")),
    Field("related", FIELDS["related"], "lines",
          N_("What is near without being broader or narrower. Names or ids, each on a line of its own.")),
)  # fmt: skip
ID = Field(
    "id",
    FIELDS["id"],
    help=N_("For its address: a to z, digits and hyphens, such as process-leader. It never changes."),
    required=True,
    longest=SLUG_MAX,
)


class ConceptRoute(FormRoute):
    def given_again(self, request: Request, thing: Aggregate) -> Response:
        assert isinstance(thing, Concept)
        return _onward(thing.slug, request.url.path.rsplit("/", 1)[-1])


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to a concept with a reason alone."""

    name: str
    title: str
    button: str
    lead: str
    do: Callable[[System, Viewer, str, int, str], Concept]


RETIRE = Deed(
    "retire",
    N_("Retire the concept"),
    N_("Retire …"),
    N_("Nothing is searched by its words any more. It can be restored."),
    concepts.retire_concept,
)
RESTORE = Deed(
    "restore",
    N_("Restore the concept"),
    N_("Restore …"),
    N_("It is searched by again, with the words that it had."),
    concepts.restore_concept,
)


class _Reason(BaseModel):
    reason: Note


routes = APIRouter(prefix="/thesaurus", include_in_schema=False, route_class=ConceptRoute)


@routes.get("/new")
def new_form(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
    allow(viewer, "make", Concept)
    return show(request, _making(request))


@routes.post("/new")
def new(request: Request, system: TheSystem, viewer: TheViewer, sent: Sent) -> Response:
    allow(viewer, "make", Concept)

    def make(values: dict[str, Any]) -> Response:
        given = {name: value for name, value in _resolved(system, values).items() if value is not None}
        given.pop("reason", None)
        return _onward(concepts.make_concept(system, viewer, NewConcept.model_validate(given)).slug, "new")

    return carry_out(request, _making(request), sent, make)


@routes.get("/{id}/edit")
def edit_form(request: Request, system: TheSystem, viewer: TheViewer, id: str) -> Response:
    return show(request, _editing(request, _writable(system, viewer, id)))


@routes.post("/{id}/edit")
def edit(request: Request, system: TheSystem, viewer: TheViewer, id: str, sent: Sent) -> Response:
    known, version = _writable(system, viewer, id), version_of(sent)
    form = _editing(request, known)
    typed = tidied(form.fields, sent)
    opened = _at(system, viewer, known, version)
    mine = changed(RECORD, _typed(opened), typed)

    def change(values: dict[str, Any]) -> Response:
        given = _resolved(system, {name: values[name] for name in mine})
        given |= {"reason": values["reason"]} if values["reason"] else {}
        changes = ConceptChanges.model_validate(given).model_dump(exclude_unset=True)
        try:
            concepts.change_concept(system, viewer, id, version, changes)
        except Stale as fault:
            return _met(request, system, viewer, form, opened, typed, mine, fault)
        return _onward(id, "edit")

    return carry_out(request, form, sent, change)


def _add(deed: Deed) -> None:
    def show_form(request: Request, system: TheSystem, viewer: TheViewer, id: str) -> Response:
        return show(request, _deed_form(request, _writable(system, viewer, id), deed))

    def carry(request: Request, system: TheSystem, viewer: TheViewer, id: str, sent: Sent) -> Response:
        def do(values: dict[str, Any]) -> Response:
            deed.do(system, viewer, id, version_of(sent), _Reason.model_validate(values).reason)
            return _onward(id, deed.name)

        return carry_out(request, _deed_form(request, _writable(system, viewer, id), deed), sent, do)

    routes.add_api_route(f"/{{id}}/{deed.name}", show_form, methods=["GET"])
    routes.add_api_route(f"/{{id}}/{deed.name}", carry, methods=["POST"])


for _deed in (RETIRE, RESTORE):
    _add(_deed)


def _writable(system: System, viewer: Viewer, id: str) -> Known:
    known = as_shown(system, viewer, id)
    allow(viewer, "write", known.concept)
    return known


def _at(system: System, viewer: Viewer, known: Known, version: int) -> Known:
    """What the form showed when it was opened; for a version that there never was, what it shows now."""
    was = version if version <= known.concept.version and (version or known.came) else known.concept.version
    return as_shown(system, viewer, known.concept.slug, version=was)


def _met(
    request: Request,
    system: System,
    viewer: Viewer,
    form: Form,
    opened: Known,
    typed: Typed,
    mine: set[str],
    fault: Stale,
) -> Response:
    """The form again, with what others changed meanwhile, and their words where nothing was typed."""
    now = as_shown(system, viewer, opened.concept.slug)
    theirs = {name: values for name, values in _typed(now).items() if name.split(".")[0] not in mine}
    entries = history_of_concept(system, viewer, now.concept.slug)
    meanwhile = [entry for entry in entries if entry.version > opened.concept.version]
    more = {"meanwhile": meanwhile, "names": people(system, *(e.actor for e in meanwhile))}
    faults = problems(fault, form.fields, words(language(request)))
    again = replace(form, version=now.concept.version, more=more)
    return show(request, again, typed | theirs, faults=faults, status=status_of(fault))


def _resolved(system: System, values: dict[str, Any]) -> dict[str, Any]:
    """With ids where names were typed. Raises `Invalid` for what is neither."""
    records = standing(system).records
    ids = {name.casefold(): slug for slug, r in records.items() for name in (r.preferred.en, r.preferred.nb)}
    ids |= {slug: slug for slug in records}
    found = dict(values)
    for field in AROUND:
        named: list[str] = values.get(field) or []
        if any(name.casefold() not in ids for name in named):
            raise Invalid(N_("There is no such concept, or it is retired. Look it up in the thesaurus."), field=field)
        if field in values:
            found[field] = [ids[name.casefold()] for name in named]
    return found


def _typed(known: Known) -> Typed:
    return typed_from(RECORD, known.record.model_dump(mode="json"))


def name_of(known: Known, lang: Lang) -> str:
    return getattr(known.record.preferred, lang)


def _making(request: Request) -> Form:
    return Form(
        N_("Add a concept"),
        N_("Add"),
        (RECORD[0], RECORD[1], ID, *RECORD[2:]),
        back="/thesaurus",
        back_to=words(language(request))(N_("Thesaurus")),
        lead=N_("Searches for any of its words find the others from now on, in both languages."),
    )


def _editing(request: Request, known: Known) -> Form:
    return Form(
        N_("Change the concept"),
        N_("Save"),
        (*RECORD, WHY_NOT_REQUIRED),
        back=f"/thesaurus/{known.concept.slug}",
        back_to=name_of(known, language(request)),
        version=known.concept.version,
        filled=_typed(known),
        template="concept_form.html",
        more={"meanwhile": (), "names": {}},
    )


def _deed_form(request: Request, known: Known, deed: Deed) -> Form:
    return Form(
        deed.title,
        deed.title,
        (WHY,),
        back=f"/thesaurus/{known.concept.slug}",
        back_to=name_of(known, language(request)),
        lead=deed.lead,
        tone="danger" if deed is RETIRE else "primary",
        version=known.concept.version,
    )


def _onward(slug: str, deed: str) -> Response:
    return RedirectResponse(f"/thesaurus/{slug}?done=concept.{deed}", 303)
