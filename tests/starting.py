"""How a system begins in which a test already put something."""

from api.wiring import System


def start_with_what_there_is(system: System) -> None:
    """Keeps up from now on, and has kept up with all that happened so far.

    While a system runs, each save waits until lists and search show it. A fixture that saves fifty things has nobody
    who looks in between: what it puts into a system that does not run yet is brought up to date in one go, here.
    """
    system.projector.catch_up()
    system.start()
