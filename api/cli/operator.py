"""Who works at the command line, and the system they work on."""

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

import typer

from api.cli.logs import set_up_logs
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.settings import Settings, read_settings
from api.usecases.reapplying import reapply
from api.wiring import System, open_system
from api.wiring.meaning import embedder_for
from domain.acting import acting
from domain.viewer import Viewer

NAME_MAX = 100


@dataclass(slots=True)
class Asked:
    """What was said before the name of the command."""

    data: str | None = None


def settings_of(context: typer.Context, **given: object) -> Settings:
    """The settings for this call: an option of the command, or one before it, else the environment."""
    asked: Asked = context.obj or Asked()
    return read_settings(**{"data": asked.data, **{k: v for k, v in given.items() if v is not None}})


@contextmanager
def at_work(
    context: typer.Context,
    data: str | None,
    *,
    name: str | None = None,
    reason: str | None = None,
    making: bool = False,
) -> Generator[tuple[System, Viewer]]:
    """The system, caught up where no server does that, and the operator acting on it.

    A folder that is not there is made when the command is `making` something, and else a mistake in its name. With
    servers there is no folder, and others keep up."""
    settings = settings_of(context, data=data)
    if settings.servers is None and not making and not settings.data.exists():
        raise Stop(f"There is no folder {settings.data}. Name the folder with --data, or begin with laerdom serve.", 2)
    set_up_logs("warning")
    with open_system(settings.data, settings.servers, embedder_for(settings.meaning), settings.seals) as system:
        if system.leads:
            reapply(system)
            catch_up(system)
        viewer = operator(system, name)
        with acting(viewer.person, reason=reason):
            yield system, viewer


def operator(system: System, name: str | None) -> Viewer:
    """Whoever sits at the machine may do everything, under the name of the system user or the one given."""
    login = name if name is not None else _system_user()
    login = login.strip()
    if not login or len(login) > NAME_MAX or not login.isprintable():
        raise typer.BadParameter(f"A name has 1 to {NAME_MAX} printable characters.", param_hint="--as")
    return Viewer(system.people.with_login(login).id, operator=True)


def catch_up(system: System) -> None:
    """Views and index brought up to the log, in this process."""
    behind = max(system.lag().values())
    if behind:
        newest = system.store.position
        with counting("Updating the search index", newest, "events") as told:
            system.projector.catch_up(told)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name, as in some containers
        return "operator"
