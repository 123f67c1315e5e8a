"""`laerdom serve`."""

import gc
import signal
import socket
from pathlib import Path
from types import FrameType
from typing import Annotated

import structlog
import typer

from api.cli.demo import load
from api.cli.doors import port_door, unix_door
from api.cli.logs import set_up_logs
from api.cli.operator import catch_up, operator, settings_of
from api.cli.printing import As, Data
from api.usecases.reapplying import reapply
from api.wiring import open_system
from api.wiring.meaning import embedder_for

GRACE_S = 10
YOUNG = 50_000
"""Objects that are made and not yet let go of before the collector looks at them. An answer makes so many at most."""
log = structlog.get_logger()


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="A loopback address.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, show_default="8000")] = None,
    at: Annotated[
        Path | None, typer.Option("--socket", help="A Unix socket instead, for a proxy on this machine.")
    ] = None,
    data: Data = None,
    empty: Annotated[bool, typer.Option("--empty", help="Leave the demo data out of an empty folder.")] = False,
    name: As = None,
) -> None:
    """Serve pages and the API until stopped; an empty folder gets the demo data first."""
    # The web framework takes longer to import than the other commands take to run.
    from api.access.entrance import entrance_of
    from api.app import create_app
    from api.usecases.finding import get_ready
    from api.usecases.reading_ahead import read_ahead, reading_on

    settings = settings_of(context, host=host, port=port, data=data)
    set_up_logs(settings.log_level)
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, _stop)
    with (
        unix_door(at) if at else port_door(settings.host, settings.port, elsewhere=settings.sign_in) as (
            door,
            address,
            names,
        ),
        open_system(settings.data, settings.servers, embedder_for(settings.meaning), settings.seals) as system,
    ):
        if system.leads:
            reapply(system)
            catch_up(system)
        system.start()
        viewer = operator(system, name)
        demo = settings.servers is None and not empty and not settings.sign_in
        if demo:
            load(system, viewer)
        get_ready(system)
        entrance = entrance_of(settings, viewer, names, demo=demo)
        app = create_app(system, entrance=entrance, max_body_bytes=settings.max_body_bytes)
        if settings.oidc:
            from api.access.oidc import Provider  # takes a while to import

            app.state.provider = Provider(settings.oidc)
        with reading_on(read_ahead(system), settle):
            log.info("serving", address=address, **({"folder": str(settings.data)} if settings.servers is None else {}))
            settle()
            try:
                _run(app, door)
            finally:
                log.info("stopped")


def settle() -> None:
    """Sets apart what is there before the first request, as it stays: the collector would go through all of it again
    and again, a fifth of a second each time, while somebody waits for an answer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


def _run(app: object, door: socket.socket) -> None:
    """Until a signal: requests under way get a moment to end."""
    import uvicorn

    from api.cli.listening import HeadDeadline

    config = uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
        http=HeadDeadline,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[door])


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Leave through every `with` on the way: index and store are closed properly."""
    raise SystemExit(0)
