"""Who may do what. Denied unless a line of `RULES` allows it: docs/security.md shows the table as it is here.

Pages, JSON and the command line ask here, and the scope of every search and list is made of the same audiences.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.audiences import audiences, drafted_to, readers, staff_of
from domain.case import Case
from domain.cluster import Cluster
from domain.errors import NotAllowed, NotFound, SignInFirst
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import Person
from domain.programme import Programme
from domain.release import DraftState
from domain.viewer import Viewer

Action: TypeAlias = Literal[
    "make",
    "read",
    "read-draft",
    "see-origin",
    "see-people",
    "write",
    "submit",
    "review",
    "share",
    "withdraw",
    "consent",
    "break-glass",
    "see-openings",
    "describe",
    "see-missing",
    "invite",
    "see-invitations",
    "answer",
    "register",
    "appoint-manager",
    "appoint-contributor",
    "appoint",
    "administer",
    "draft-case",
    "redact",
]
READS: frozenset[Action] = frozenset(
    {"read", "read-draft", "see-origin", "see-people", "see-openings", "see-missing", "see-invitations"}
)
UNREAD: frozenset[Action] = frozenset({"read", "break-glass", "redact"})
"""What is allowed to whoever may not read the thing: to remove words from it tells nothing but where they were."""
Thing: TypeAlias = Aggregate | type[Aggregate]
"""What is acted on, or the kind of what is about to be made."""


def _place(thing: Thing) -> object:
    match thing:
        case Lesson():
            return thing.home.cluster
        case Cluster():
            return thing.id
        case ForesightProcess():
            return thing.current.cluster
        case Adaptation():
            return thing.cluster
        case _:
            return None


def _author(viewer: Viewer, thing: Thing) -> bool:
    """Who wrote or owns it, as long as they have a part where it comes from."""
    if not isinstance(thing, Lesson):
        return False
    return any(a.startswith("by:") for a in audiences(viewer) & drafted_to(thing))


def _manager(viewer: Viewer, thing: Thing) -> bool:
    return _place(thing) in viewer.manages


def _member(viewer: Viewer, thing: Thing) -> bool:
    return _place(thing) in viewer.clusters


def _owner(viewer: Viewer, thing: Thing) -> bool:
    return isinstance(thing, Lesson) and viewer.person == thing.home.owner and _author(viewer, thing)


def _leader(viewer: Viewer, thing: Thing) -> bool:
    match thing:
        case Lesson():
            return thing.home.process in viewer.leads
        case ForesightProcess():
            return thing.id in viewer.leads
        case _:
            return False


def _staff(viewer: Viewer, thing: Thing) -> bool:
    """Of one of its programmes; of any, where it has none."""
    match thing:
        case Lesson():
            programmes = thing.home.programmes
        case Case():
            programmes = thing.current.programmes
        case ForesightProcess():
            programmes = thing.current.programmes
        case Adaptation():
            programmes = thing.programmes
        case Cluster():
            programmes = tuple(m.programme for m in thing.open_memberships())
        case Programme():
            programmes = (thing.id,)
        case _:
            return False
    return bool(staff_of(programmes) & audiences(viewer))


def _reviewer(viewer: Viewer, thing: Thing) -> bool:
    return isinstance(thing, Lesson) and thing.draft_state is DraftState.SUBMITTED and _staff(viewer, thing)


def _reader(viewer: Viewer, thing: Thing) -> bool:
    return isinstance(thing, Aggregate) and bool(readers(thing) & audiences(viewer))


def _self(viewer: Viewer, thing: Thing) -> bool:
    return isinstance(thing, Person) and str(thing.id) == viewer.person


def _opened(viewer: Viewer, thing: Thing) -> bool:
    return isinstance(thing, Aggregate) and thing.id in viewer.opened


RELATIONS: Mapping[str, Callable[[Viewer, Thing], bool]] = {
    "anyone": lambda viewer, thing: True,
    "readers": _reader,
    "author": _author,
    "owner": _owner,
    "manager of the cluster": _manager,
    "contributor of the cluster": _member,
    "process leader": _leader,
    "programme staff": _staff,
    "reviewer": _reviewer,
    "any manager": lambda viewer, thing: bool(viewer.manages),
    "any contributor": lambda viewer, thing: bool(viewer.contributes),
    "any process leader": lambda viewer, thing: bool(viewer.leads),
    "any programme staff": lambda viewer, thing: bool(viewer.staffs),
    "auditor": lambda viewer, thing: viewer.auditor,
    "administrator": lambda viewer, thing: viewer.administrator,
    "administrator who broke the glass": _opened,
    "the person": _self,
}
_WORKS = ("author", "manager of the cluster", "process leader")
_RUNS = ("manager of the cluster", "contributor of the cluster", "process leader")
_KEEPS = ("programme staff", "administrator")
_TOLD = ("programme staff", "auditor", "administrator who broke the glass")
"""Beside those who write a thing: who is told of every time that the glass of it was broken."""
_INVITED = ("manager of the cluster", "contributor of the cluster", "any programme staff")
RULES: Mapping[str, Mapping[Action, tuple[str, ...]]] = {
    "lesson": {
        "make": ("any manager", "any contributor", "any process leader", "any programme staff"),
        "read": ("readers",),
        "read-draft": (*_WORKS, "reviewer", "auditor", "administrator who broke the glass"),
        "see-origin": (*_WORKS, "contributor of the cluster", "auditor", "administrator who broke the glass"),
        "write": _WORKS,
        "submit": _WORKS,
        "review": ("programme staff",),
        "share": ("author", "manager of the cluster"),
        "withdraw": ("author", "manager of the cluster", "programme staff"),
        "consent": ("owner", "manager of the cluster"),
        "break-glass": ("administrator",),
        "see-openings": (*_WORKS, *_TOLD),
        "redact": ("administrator",),
    },
    "case": {
        "make": ("any programme staff",),
        "read": ("readers",),
        "read-draft": ("programme staff", "auditor", "administrator who broke the glass"),
        "write": ("programme staff",),
        "review": ("programme staff",),
        "share": ("programme staff",),
        "withdraw": ("programme staff",),
        "break-glass": ("administrator",),
        "see-openings": _TOLD,
        "redact": ("administrator",),
    },
    "process": {
        "make": ("any manager", "any contributor"),
        "read": ("readers",),
        # Not even for a while to an administrator: what a process says may have to be looked into, who said it not.
        "see-people": (*_RUNS, "programme staff", "auditor"),
        "write": _RUNS,
        "share": ("manager of the cluster",),
        "withdraw": ("manager of the cluster",),
        "consent": ("manager of the cluster",),
        "appoint": ("manager of the cluster", "administrator"),
        "draft-case": ("programme staff",),
        "break-glass": ("administrator",),
        "see-openings": (*_RUNS, *_TOLD),
        "redact": ("administrator",),
    },
    "adaptation": {
        "make": ("any manager", "any contributor"),
        "read": ("readers",),
        "write": ("manager of the cluster", "contributor of the cluster"),
        "review": ("programme staff",),
        "withdraw": ("manager of the cluster", "contributor of the cluster"),
        "break-glass": ("administrator",),
        "see-openings": ("manager of the cluster", "contributor of the cluster", *_TOLD),
        "redact": ("administrator",),
    },
    "cluster": {
        "make": ("any programme staff",),
        "read": ("anyone",),
        "describe": ("manager of the cluster", "any programme staff"),
        "register": ("any programme staff",),
        "see-missing": ("any programme staff",),
        "invite": ("any programme staff",),
        "see-invitations": (*_INVITED, "auditor"),
        "answer": _INVITED,
        "appoint-manager": ("manager of the cluster", *_KEEPS),
        "appoint-contributor": ("manager of the cluster", *_KEEPS),
        "redact": ("administrator",),
    },
    "programme": {
        "make": ("any programme staff", "administrator"),
        "read": ("anyone",),
        "register": _KEEPS,
        "appoint": _KEEPS,
        "redact": ("administrator",),
    },
    "person": {
        "make": ("any manager", "any programme staff", "administrator"),
        "read": ("the person", "any programme staff", "auditor", "administrator"),
        "appoint": ("administrator",),
        "administer": ("administrator",),
        "redact": ("administrator",),
    },
    "access": {
        "read": ("auditor",),
    },
    "concept": {
        "make": ("any programme staff",),
        "read": ("anyone",),
        "write": ("any programme staff",),
    },
}


def may(viewer: Viewer, action: Action, thing: Thing) -> bool:
    """The operator may do whatever there is a rule for; a program that only reads may change nothing; and nobody acts
    on what they may not read, but an administrator who breaks the glass, or removes words that have to go."""
    allowed = RULES.get(thing.kind, {}).get(action, ())
    if not allowed or (viewer.reads_only and action not in READS):
        return False
    if isinstance(thing, Aggregate) and action not in UNREAD and not may(viewer, "read", thing):
        return False
    return viewer.operator or any(RELATIONS[name](viewer, thing) for name in allowed)


def allow(viewer: Viewer, action: Action, thing: Thing) -> None:
    """Raises `NotFound` where the viewer may not even know of the thing, `NotAllowed` where they may."""
    if may(viewer, action, thing):
        return
    if isinstance(thing, Aggregate) and not may(viewer, "read", thing):
        raise NotFound("There is nothing here.")
    if not viewer.signed_in:
        raise SignInFirst("Sign in to do this.")
    raise NotAllowed("You may not do this. Ask programme staff.")
