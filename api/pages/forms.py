"""Shows the form of a deed, takes what was sent, and gives it back with the faults where it is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from api.access.given import TheSystem, TheViewer
from api.pages.choices import choices_for
from api.pages.deeds import AnyDeed, Ask, with_reason
from api.pages.faults import Fault, Problem, problems, required, status_of
from api.pages.fields import Typed, changed, nested, tidied, typed_from
from api.pages.form_route import Sent, redirect
from api.pages.rendering import page
from api.pages.translation import N_, language, words
from api.usecases.finding import PLURALS
from api.usecases.histories import history_of
from api.usecases.looking import load, with_told_lessons
from api.wiring import System
from domain.aggregate import Aggregate
from domain.case import Case
from domain.errors import Conflict, NotAllowed, NotFound, Refused, Stale
from domain.policy import allow
from domain.viewer import Viewer
from store.unavailable import StoreUnavailable


@dataclass(frozen=True, slots=True)
class _Sending:
    """A request for one deed: everything that showing it again needs. `key` is that of the form as it was sent, which
    it keeps where it is refused: what was made for it beside the thing is not made again."""

    request: Request
    system: System
    viewer: Viewer
    deed: AnyDeed
    thing: Aggregate | None
    key: str | None = None


def add_deeds(routes: APIRouter, deeds: Sequence[AnyDeed]) -> None:
    """The address of each deed: `/new` for one that makes a thing, `/{id}/withdraw` for one that changes it.

    To be called before a route that would take `new` for an id.
    """
    for deed in deeds:
        _add_making(routes, deed) if deed.makes else _add_changing(routes, deed)


def _add_making(routes: APIRouter, deed: AnyDeed) -> None:
    def show(request: Request, system: TheSystem, viewer: TheViewer) -> Response:
        allow(viewer, deed.action, deed.cls)
        typed = typed_from(deed.fields, deed.initial(None)) | _asked(request, deed)
        return _shown(_Sending(request, system, viewer, deed, None), typed)

    def make(request: Request, system: TheSystem, viewer: TheViewer, sent: Sent) -> Response:
        allow(viewer, deed.action, deed.cls)
        return _done(_Sending(request, system, viewer, deed, None), sent)

    _route(routes, f"/{deed.name}", show, make)


def _add_changing(routes: APIRouter, deed: AnyDeed) -> None:
    def show(request: Request, system: TheSystem, viewer: TheViewer, id: UUID) -> Response:
        return show_form(request, system, viewer, deed, load(system, viewer, deed.cls, id))

    def change(request: Request, system: TheSystem, viewer: TheViewer, id: UUID, sent: Sent) -> Response:
        return take_form(request, system, viewer, deed, load(system, viewer, deed.cls, id), sent)

    _route(routes, f"/{{id}}/{deed.name}", show, change)


def show_form(request: Request, system: System, viewer: Viewer, deed: AnyDeed, thing: Aggregate) -> Response:
    """The form of a deed that changes the thing, with what it shows first. Raises `NotAllowed`."""
    allow(viewer, deed.action, thing)
    return _shown(_Sending(request, system, viewer, deed, thing), typed_from(deed.fields, deed.initial(thing)))


def take_form(
    request: Request, system: System, viewer: Viewer, deed: AnyDeed, thing: Aggregate, sent: Typed
) -> Response:
    """What was sent, carried out; or the form again, with the faults. Raises `NotAllowed`."""
    allow(viewer, deed.action, thing)
    return _done(_Sending(request, system, viewer, deed, thing), sent)


def _route(routes: APIRouter, path: str, show: Callable[..., Response], send: Callable[..., Response]) -> None:
    routes.add_api_route(path, show, methods=["GET"])
    routes.add_api_route(path, send, methods=["POST"])


def _asked(request: Request, deed: AnyDeed) -> Typed:
    """Fields that the address fills in: `/lessons/new?cluster=…`."""
    names = {f.name for f in deed.fields}
    return {name: request.query_params.getlist(name) for name in request.query_params if name in names}


def _done(sending: _Sending, sent: Typed) -> Response:
    deed, thing = sending.deed, sending.thing
    typed = tidied(deed.fields, sent)
    version = next((int(v) for v in sent.get("version", []) if v.isascii() and v.isdigit() and len(v) < 10), 0)

    def refill(conflict: Conflict) -> Response:
        return _refused(sending, typed, version, conflict)

    sending.request.state.refill = refill
    if getattr(sending.request.state, "sent_before", False):
        return refill(Conflict(N_("This form was sent before, with other words. Look it over and send it again.")))
    key = next(iter(sent.get("key", [])), None)
    sending = replace(sending, key=key)
    say = words(language(sending.request))
    lacking = required(deed.fields, typed, say)
    if lacking:
        return _shown(sending, typed, version=version, faults=lacking, status=422)
    before = _base(sending, version)
    values = nested(deed.fields, typed)
    if deed.changes and before is not None:
        values = {name: values[name] for name in changed(deed.fields, before, typed)}
    try:
        values = with_reason(values)
        ask = Ask(sending.system, sending.viewer, thing.id if thing else uuid4(), version, values, key)
        return redirect(sending.request, deed.do(ask))
    except Conflict:
        raise  # the route looks first whether the same form came twice
    except (NotFound, NotAllowed) as error:
        if error.field is None:
            raise
        return _refused(sending, typed, version, error)
    except (Refused, ValidationError, StoreUnavailable) as error:
        return _refused(sending, typed, version, error)


def _refused(sending: _Sending, typed: Typed, version: int, fault: Fault) -> Response:
    """The form again. Where others were faster, with what they changed, and their values where nothing was typed."""
    deed, thing = sending.deed, sending.thing
    faults = problems(fault, deed.fields, words(language(sending.request)))
    if thing is None or not isinstance(fault, Stale | Conflict):
        return _shown(sending, typed, version=version, faults=faults, status=status_of(fault))
    now = load(sending.system, sending.viewer, deed.cls, thing.id)
    before = _base(sending, version)
    if deed.changes and before is not None:
        mine = changed(deed.fields, before, typed)
        theirs = typed_from(deed.fields, deed.initial(now))
        typed = {name: v if name.split(".")[0] in mine else theirs[name] for name, v in typed.items()}
    entries = history_of(sending.system, sending.viewer, deed.cls, thing.id)
    meanwhile = [e for e in entries if e.version > version]
    return _shown(sending, typed, version=now.version, faults=faults, status=status_of(fault), meanwhile=meanwhile)


def _base(sending: _Sending, version: int) -> Typed | None:
    """What the form showed when it was opened at `version`."""
    if sending.thing is None or not 0 < version <= sending.thing.version:
        return None
    opened = sending.system.store.find(sending.deed.cls, sending.thing.id, version=version)
    if isinstance(opened, Case) and isinstance(sending.thing, Case):
        opened = with_told_lessons(sending.system, sending.viewer, opened, sending.thing)
    return typed_from(sending.deed.fields, sending.deed.initial(opened)) if opened else None


def _shown(
    sending: _Sending,
    typed: Typed,
    *,
    version: int | None = None,
    faults: Sequence[Problem] = (),
    status: int = 200,
    meanwhile: Sequence[Any] = (),
) -> Response:
    deed, thing = sending.deed, sending.thing
    shown_version = version if version is not None else thing.version if thing else 0
    names = sending.system.people.names([e.actor for e in meanwhile]) if meanwhile else {}
    return page(
        sending.request,
        "form.html",
        status=status,
        deed=deed,
        thing=thing,
        back=f"/{PLURALS[deed.cls.kind]}/{thing.id}" if thing else f"/{PLURALS[deed.cls.kind]}",
        typed=typed,
        version=shown_version,
        key=sending.key or str(uuid4()),
        faults=faults,
        fault_of={p.field: p.text for p in reversed(faults) if p.field},
        choices=choices_for(sending.system, sending.viewer, deed.fields, cast(Any, thing), language(sending.request)),
        meanwhile=meanwhile,
        names=names,
        named={field.name: field.named for field in deed.fields if field.named},
        missing=getattr(thing, "missing", ()),
    )
