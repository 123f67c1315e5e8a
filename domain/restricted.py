"""What is restricted, and who works on it: whoever else reads it is told of in the history."""

from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.policy import RELATIONS, may
from domain.release import Visibility
from domain.viewer import Viewer

CIRCLES = {
    "lesson": ("author", "owner", "contributor of the cluster", "process leader"),
    "case": ("programme staff",),
    "process": ("contributor of the cluster", "process leader"),
}
"""Those who work on a thing, by its kind; whoever manages a cluster contributes to it."""


def restricted_to(viewer: Viewer, thing: Aggregate) -> bool:
    """Whether what this viewer reads of it is a draft that was not released, or shared with its own cluster alone."""
    match thing:
        case Lesson() | Case():
            draft = thing.draft is not None and may(viewer, "read-draft", thing)
            return draft or not thing.releases or thing.visibility is Visibility.OWN_CLUSTER
        case ForesightProcess():
            return thing.visibility is Visibility.OWN_CLUSTER
        case _:
            return False


def of_its_circle(viewer: Viewer, thing: Aggregate) -> bool:
    """The operator sits at the machine and has the files themselves: nothing that is recorded here binds them."""
    return viewer.operator or any(RELATIONS[name](viewer, thing) for name in CIRCLES.get(thing.kind, ()))
