"""`laerdom serve`."""

import errno
import signal
import socket
from dataclasses import asdict
from ipaddress import ip_address
from types import FrameType
from typing import Annotated

import structlog
import typer

from api.cli.logs import set_up_logs
from api.cli.operator import catch_up, operator, settings_of
from api.cli.printing import As, Data
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.wiring import FolderInUse, System, open_system
from domain.policy import Viewer

GRACE_S = 10
log = structlog.get_logger()


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="A loopback address.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, show_default="8000")] = None,
    data: Data = None,
    empty: Annotated[bool, typer.Option("--empty", help="Leave the demo data out of an empty folder.")] = False,
    name: As = None,
) -> None:
    """Serve pages and the API until stopped; an empty folder gets the demo data first."""
    # The web framework takes longer to import than the other commands take to run.
    from api.app import create_app

    settings = settings_of(context, host=host, port=port, data=data)
    set_up_logs(settings.log_level)
    family, address = _loopback(settings.host)
    for stopping in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stopping, _stop)
    with _bound(family, address, settings.port) as door, open_system(settings.data) as system:
        if not system.leads:
            raise FolderInUse("Another process serves this folder. Stop it, or give another folder with --data.")
        viewer = operator(system, name)
        catch_up(system)
        system.start()
        if not empty:
            _load_demo(system, viewer)
        shown = f"[{address}]" if family == socket.AF_INET6 else address
        hosts = frozenset({"127.0.0.1", "localhost", "[::1]", shown, settings.host.lower()})
        app = create_app(system, viewer=lambda: viewer, hosts=hosts, max_body_bytes=settings.max_body_bytes)
        log.info("serving", address=f"http://{shown}:{settings.port}", folder=str(settings.data))
        try:
            _run(app, door)
        finally:
            log.info("stopped")


def _run(app: object, door: socket.socket) -> None:
    """Until a signal: requests under way get a moment to end."""
    import uvicorn

    config = uvicorn.Config(
        app,  # pyright: ignore[reportArgumentType]
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    uvicorn.Server(config).run(sockets=[door])


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """Leave through every `with` on the way: index and store are closed properly."""
    raise SystemExit(0)


def _loopback(host: str) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Stop("There is no such host. Serve on 127.0.0.1.", 2) from None
    if not all(ip_address(str(address[0])).is_loopback for *_, address in found):
        raise Stop(
            "Only a loopback address such as 127.0.0.1 is served: until there is sign-in, whoever reaches the server "
            "acts as programme staff.",
            2,
        )
    # `localhost` is both ::1 and 127.0.0.1; people type the latter.
    family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, str(address[0])


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    """The port is taken before the work begins; connections are answered when it is done."""
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((address, port))
    except OSError as error:
        door.close()
        if error.errno == errno.EADDRINUSE:
            raise Stop(f"Port {port} is in use. Stop what uses it, or give another with --port.") from None
        raise Stop(f"Port {port} cannot be served ({error.strerror}). Give another with --port.") from None
    return door


def _load_demo(system: System, viewer: Viewer) -> None:
    from demo.load import TOTAL, demo_wanted, load_demo

    if not demo_wanted(system):
        return
    log.info("loading the demo data")
    with counting("Loading the demo data", TOTAL, "things") as told:
        loaded = load_demo(system, viewer, progress=told)
    log.info("demo data loaded", **asdict(loaded))
