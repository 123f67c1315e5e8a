"""Who may read what, as sets of audiences: a thing is read by those who share one with it.

The same sets scope every search and every list, so that what is counted is what may be read. Source: decision 3.
"""

from collections.abc import Iterable
from uuid import UUID

from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Home, Lesson
from domain.person import Person
from domain.release import DraftState, Visibility
from domain.viewer import Viewer

OPERATOR = "operator"
AUDITORS = "auditors"
MANAGERS = "managers"
PUBLIC = "public"
STAFF = "staff"
"""Staff of any programme."""
ALWAYS = frozenset({OPERATOR, AUDITORS})


def audiences(viewer: Viewer) -> frozenset[str]:
    """What the viewer is part of."""
    own = {PUBLIC}
    own |= {f"cluster:{c}" for c in viewer.clusters}
    own |= {f"manager:{c}" for c in viewer.manages}
    own |= {f"process:{p}" for p in viewer.leads}
    own |= {f"programme:{p}" for p in viewer.programmes}
    own |= {f"staff:{p}" for p in viewer.staffs}
    own |= {f"opened:{t}" for t in viewer.opened}
    if viewer.signed_in:
        places = ["nowhere", *viewer.clusters, *viewer.leads, *viewer.staffs]
        own |= {f"by:{viewer.person}@{place}" for place in places}
    for name, belongs in (
        (MANAGERS, viewer.manages),
        (STAFF, viewer.staffs),
        (AUDITORS, viewer.auditor),
        (OPERATOR, viewer.operator),
    ):
        if belongs:
            own.add(name)
    return frozenset(own)


def released_to(thing: Aggregate) -> frozenset[str]:
    """Who may read what is published of it; each level admits those of the narrower ones as well."""
    match thing:
        case Lesson():
            home = thing.home
            own = {f"cluster:{home.cluster}"} if home.cluster else set[str]()
            return ALWAYS | own | _level(thing.visibility, home.programmes)
        case Case():
            return ALWAYS | _level(thing.visibility, thing.current.programmes)
        case ForesightProcess():
            own = {f"process:{thing.id}", f"opened:{thing.id}"}
            own |= {f"cluster:{thing.current.cluster}"} if thing.current.cluster else set()
            return ALWAYS | own | _level(thing.visibility, thing.current.programmes)
        case Adaptation():
            return ALWAYS | {f"cluster:{thing.cluster}", MANAGERS, STAFF, f"opened:{thing.id}"}
        case Person():
            return ALWAYS
        case _:
            return ALWAYS | {PUBLIC}


def drafted_to(thing: Aggregate) -> frozenset[str]:
    """Who may read the draft in work: those who write it, and, once it is submitted, those who review it."""
    match thing:
        case Lesson():
            home = thing.home
            writers = {f"by:{person}@{place}" for person in (home.author, home.owner) for place in _places(home)}
            writers |= {f"manager:{home.cluster}"} if home.cluster else set()
            writers |= {f"process:{home.process}"} if home.process else set()
            reviewers = staff_of(home.programmes) if thing.draft_state is DraftState.SUBMITTED else frozenset[str]()
            return ALWAYS | writers | reviewers | {f"opened:{thing.id}"}
        case Case():
            return ALWAYS | staff_of(thing.current.programmes) | {f"opened:{thing.id}"}
        case _:
            return released_to(thing)


def readers(thing: Aggregate) -> frozenset[str]:
    """Who may read it at all."""
    released = not isinstance(thing, Lesson | Case) or bool(thing.releases)
    return drafted_to(thing) | released_to(thing) if released else drafted_to(thing)


def staff_of(programmes: Iterable[UUID]) -> frozenset[str]:
    """A thing of no programme is looked after by the staff of all."""
    of_each = frozenset(f"staff:{p}" for p in programmes)
    return of_each or frozenset({STAFF})


def _level(visibility: Visibility, programmes: Iterable[UUID]) -> frozenset[str]:
    programmes = tuple(programmes)
    admitted = set(staff_of(programmes))
    if visibility is not Visibility.OWN_CLUSTER:
        admitted |= {f"programme:{p}" for p in programmes}
    if visibility in (Visibility.MANAGERS, Visibility.PUBLIC):
        admitted |= {MANAGERS, STAFF}
    if visibility is Visibility.PUBLIC:
        admitted.add(PUBLIC)
    return frozenset(admitted)


def _places(home: Home) -> Iterable[object]:
    """Where an author has to have a part still: who leaves a cluster leaves what they wrote there."""
    if home.cluster is None:
        return ("nowhere",)
    return (home.cluster, *([home.process] if home.process else []), *home.programmes)
