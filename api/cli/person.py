"""`laerdom person`."""

from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import BaseModel

from api.cli.operator import at_work, catch_up, settings_of
from api.cli.printing import As, Data, Json, plain, write_json, write_table
from api.cli.stopping import Stop
from api.interchange.naming import Naming, as_uuid
from api.settings import Settings
from api.usecases import persons
from api.usecases.forgetting import forget_person
from api.usecases.looking import today
from api.usecases.own_data import parts_of
from api.usecases.people import Registered, add_person, get_person, list_people
from api.usecases.persons import Invitation
from api.wiring import System
from domain.dates import PartialDate
from domain.errors import NotFound
from domain.person import OF, Part, Role
from domain.person_record import PersonRecord
from domain.viewer import Viewer

OPERATOR = "The command line is the operator: it may do this for anybody but the operator, and it is recorded who did."
MOST = 100_000
app = typer.Typer(no_args_is_help=True, help=f"People: their parts, and whether they can sign in. {OPERATOR}")

Who = Annotated[str, typer.Argument(metavar="PERSON", help="The person's id, or a name that nobody else has.")]
TheRole = Annotated[Role, typer.Option("--role", help="Which part.")]
Of = Annotated[
    str | None,
    typer.Option("--of", help="Of which cluster (name or id), programme (code or id) or process (id)."),
]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="The first day.", show_default="today")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="First day without.", show_default="today")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for the record.")]
Because = Annotated[str, typer.Option("--reason", help="Why, for the record.")]


class _Since(BaseModel):
    since: PartialDate


class _Until(BaseModel):
    until: PartialDate


@app.command(help=f"Add somebody to the register, with a part and an invitation if you like. {OPERATOR}")
def add(
    context: typer.Context,
    full_name: Annotated[str, typer.Argument(metavar="NAME", help="The person's name.")],
    email: Annotated[str | None, typer.Option("--email", help="Shown to programme staff alone.")] = None,
    login: Annotated[str | None, typer.Option("--login", help="Opens an account under this login.")] = None,
    role: Annotated[Role | None, typer.Option("--role", help="Give this part.")] = None,
    of: Of = None,
    since: Since = None,
    invite: Annotated[bool, typer.Option("--invite", help="Make a link that opens the account, for a week.")] = False,
    reason: Reason = None,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    record = PersonRecord.model_validate({"name": full_name, "email": email})
    with at_work(context, data, name=name, reason=reason, making=True) as (system, viewer):
        part = _part(system, viewer, role, of) if role else None
        day = _Since.model_validate({"since": since or today().isoformat()}).since
        if login is not None and system.sign_ins.accounts.by_login(login) is not None:
            raise Stop("This login is taken. Choose another.", 2)
        id = UUID(add_person(system, viewer, record.name, record.email).id)
        if login is not None:
            persons.open_account(system, viewer, id, login)
        if part is not None:
            persons.appoint(system, viewer, id, part, day, reason)
        invitation = persons.invite(system, viewer, id) if invite else None
        _done(context, system, viewer, id, "added", as_json, data, invitation)


@app.command("list", help="The register, with who has which part today.")
def list_(
    context: typer.Context,
    named: Annotated[str, typer.Option("--name", help="Only those whose names have these words.")] = "",
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        found, _ = list_people(system, viewer, named=named, limit=MOST)
        told = [_told(system, one) for one in found]
    if as_json:
        write_json(told)
        return
    rows = ((t["name"], t["email"], "; ".join(_called(p) for p in t["parts"]), t["account"], t["id"]) for t in told)
    write_table(("name", "e-mail", "parts", "account", "id"), rows)


@app.command(help=f"Give somebody a part. A manager is listed with the cluster as well. {OPERATOR}")
def appoint(
    context: typer.Context,
    person: Who,
    role: TheRole,
    of: Of = None,
    since: Since = None,
    reason: Reason = None,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        id, part = _id(system, person), _part(system, viewer, role, of)
        day = _Since.model_validate({"since": since or today().isoformat()}).since
        persons.appoint(system, viewer, id, part, day, reason)
        _done(context, system, viewer, id, "appointed", as_json, data)


@app.command("stand-down", help=f"Take a part from somebody; it stays in the history. {OPERATOR}")
def stand_down(
    context: typer.Context,
    person: Who,
    role: TheRole,
    of: Of = None,
    until: Until = None,
    reason: Reason = None,
    as_json: Json = False,
    data: Data = None,
    name: As = None,
) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        id, part = _id(system, person), _part(system, viewer, role, of)
        day = _Until.model_validate({"until": until or today().isoformat()}).until
        persons.stand_down(system, viewer, id, part, day, reason)
        _done(context, system, viewer, id, "stood down", as_json, data)


@app.command(help=f"Make a link that opens an account to somebody, for a week. It is shown this once. {OPERATOR}")
def invite(context: typer.Context, person: Who, as_json: Json = False, data: Data = None, name: As = None) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        id = _id(system, person)
        _done(context, system, viewer, id, "invited", as_json, data, persons.invite(system, viewer, id))


@app.command(help=f"Out at once, everywhere, and not in again until restored. {OPERATOR}")
def suspend(
    context: typer.Context, person: Who, reason: Because, as_json: Json = False, data: Data = None, name: As = None
) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        id = _id(system, person)
        persons.suspend(system, viewer, id, reason)
        _done(context, system, viewer, id, "suspended", as_json, data)


@app.command(help=f"Let somebody in again who was suspended. {OPERATOR}")
def restore(
    context: typer.Context, person: Who, reason: Because, as_json: Json = False, data: Data = None, name: As = None
) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        id = _id(system, person)
        persons.restore(system, viewer, id, reason)
        _done(context, system, viewer, id, "restored", as_json, data)


@app.command(help=f"Erase their name, address and ways in for good; their parts end. {OPERATOR}")
def forget(context: typer.Context, person: Who, reason: Because, data: Data = None, name: As = None) -> None:
    with at_work(context, data, name=name) as (system, viewer):
        id = _id(system, person)
        forget_person(system, viewer, id, reason)
        if system.leads:
            catch_up(system)
    typer.echo(f"Forgotten ({id}). Keep the file erasures.jsonl when a backup is restored: laerdom restore reads it.")


def _id(system: System, person: str) -> UUID:
    if id := as_uuid(person):
        return id
    found = [one for one in system.people.everybody(person) if one.name.casefold() == person.casefold()]
    if len(found) > 1:
        raise Stop("More than one person has this name. Give the id instead: laerdom person list.", 2)
    id = as_uuid(found[0].id) if found else None
    if id is None:
        raise NotFound("There is no such person. Look them up: laerdom person list.")
    return id


def _part(system: System, viewer: Viewer, role: Role, of: str | None) -> Part:
    """Raises `Stop` for a part of nothing that is there, before anything is done."""
    naming = Naming(system)
    find = {"cluster": naming.cluster, "programme": naming.programme, "process": UUID}.get(OF[role] or "")
    try:
        part = Part(role, find(of) if find and of else None)
    except ValueError as error:
        raise Stop(str(error) if OF[role] != "process" else "A process is named by its id.", 2) from None
    if (part.of is None) != (OF[role] is None) or (of and find is None):
        raise Stop("Say with --of what the part is held of; auditors and administrators have none.", 2)
    persons.allow_giving(system, viewer, part)
    return part


def _done(
    context: typer.Context,
    system: System,
    viewer: Viewer,
    id: UUID,
    what: str,
    as_json: bool,
    data: str | None,
    invitation: Invitation | None = None,
) -> None:
    if system.leads:
        catch_up(system)
    one = get_person(system, viewer, str(id))
    link = _site(settings_of(context, data=data)) + invitation.path if invitation else None
    if as_json:
        told = {"token": invitation.token, "link": link, "until": invitation.until} if invitation else None
        write_json({**_told(system, one), "invitation": told})
        return
    typer.echo(f"{plain(one.known.name)} {what} ({id}).")
    if invitation:
        typer.echo(f"Give them this link. It is shown this once and works until {invitation.until:%Y-%m-%d %H:%M} UTC:")
        typer.echo(link)


def _site(settings: Settings) -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _told(system: System, one: Registered) -> dict[str, Any]:
    parts = [part.model_dump(mode="json", exclude={"now"}) for part in parts_of(system, one.person) if part.now]
    known = one.known
    return {"id": known.id, "name": known.name, "email": known.email, "account": one.account, "parts": parts}


def _called(part: dict[str, Any]) -> str:
    of = part["name"] or part["of"]
    return f"{part['role']} of {of}" if of else part["role"]
