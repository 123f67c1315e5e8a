"""`laerdom projector`."""

import signal
from threading import Event

import structlog
import typer

from api.cli.logs import set_up_logs
from api.cli.operator import settings_of
from api.cli.stopping import Stop
from api.wiring.meaning import embedder_for

log = structlog.get_logger()


def projector(context: typer.Context) -> None:
    """Keep views and search index up with the events until stopped. One leads, others stand by and take over."""
    settings = settings_of(context)
    if settings.servers is None:
        raise Stop("In the embedded mode the server does this itself. Start laerdom serve.", 2)
    from api.wiring.scaled import open_projector  # see open_system

    set_up_logs(settings.log_level)
    stopping = Event()
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, lambda _signal, _frame: stopping.set())
    with open_projector(settings.servers, embedder_for(settings.meaning)) as run:
        run(stopping, _tell)
    log.info("stopped")


def _tell(state: str) -> None:
    log.info("projector", state=state)
