"""`laerdom migrate`."""

import typer

from api.cli.logs import set_up_logs
from api.cli.operator import settings_of
from api.cli.stopping import Stop
from api.usecases.reapplying import reapply
from api.wiring import open_system
from api.wiring.meaning import embedder_for


def migrate(context: typer.Context) -> None:
    """Create or upgrade the tables in PostgreSQL: once, before anything is started on it. Does nothing twice."""
    settings = settings_of(context)
    if settings.servers is None:
        raise Stop("There is nothing to migrate: in the embedded mode the files look after themselves.", 2)
    from api.wiring.scaled import prepare  # see open_system

    set_up_logs("warning")
    done = prepare(settings.servers)
    with open_system(settings.data, settings.servers, embedder_for(settings.meaning), settings.seals) as system:
        again = reapply(system)
    done += [f"{again} erasures carried out again"] if again else []
    typer.echo(f"Migrated: {', '.join(done)}." if done else "Nothing to do: the tables are up to date.")
