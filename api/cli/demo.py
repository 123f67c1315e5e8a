"""`laerdom demo`."""

from dataclasses import asdict

import structlog
import typer

from api.cli.operator import at_work
from api.cli.printing import As, Data
from api.cli.progress import counting
from api.cli.stopping import Stop
from api.wiring import System
from domain.viewer import Viewer

log = structlog.get_logger()


def demo(context: typer.Context, data: Data = None, name: As = None) -> None:
    """Load the demo data into an empty store."""
    with at_work(context, data, name=name, making=True) as (system, viewer):
        if not load(system, viewer):
            raise Stop("There is something in the store already. The demo data go into an empty one.")
        if system.leads:
            system.projector.catch_up()


def load(system: System, viewer: Viewer) -> bool:
    """Whether they were wanted: by an empty store, or by one in which loading was broken off."""
    from demo.load import TOTAL, demo_wanted, load_demo

    if not demo_wanted(system):
        return False
    log.info("loading the demo data")
    with counting("Loading the demo data", TOTAL, "things") as told:
        loaded = load_demo(system, viewer, progress=told)
    log.info("demo data loaded", **asdict(loaded))
    return True
