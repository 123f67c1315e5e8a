"""Who may do what. Denied unless a line here allows it; pages, JSON, CLI and the scope of every search ask here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from domain.aggregate import Aggregate
from domain.case import Case
from domain.errors import NotAllowed, NotFound
from domain.lesson import Lesson
from domain.release import Visibility

Action = Literal["read", "write", "submit", "review", "withdraw", "register"]

STAFF = "staff"
"""The audience that everything published has: programme staff read it, whoever else it is shared with."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person and the parts they play now. Without a part, only what is public."""

    person: str
    staff: bool = False
    manages: frozenset[UUID] = frozenset()
    programmes: frozenset[UUID] = frozenset()


def audiences(viewer: Viewer) -> frozenset[str]:
    """What the viewer is part of: the scope of everything they search."""
    own = {"public"} | {f"cluster:{c}" for c in viewer.manages} | {f"programme:{p}" for p in viewer.programmes}
    if viewer.manages:
        own.add("managers")
    if viewer.staff:
        own.add(STAFF)
    return frozenset(own)


def audience(visibility: Visibility, cluster: UUID | None = None, programmes: Iterable[UUID] = ()) -> frozenset[str]:
    """Who may read a published thing. Each level admits those of the narrower ones as well."""
    admitted = {STAFF, f"cluster:{cluster}"} if cluster else {STAFF}
    if visibility is not Visibility.OWN_CLUSTER:
        admitted |= {f"programme:{p}" for p in programmes}
    if visibility in (Visibility.MANAGERS, Visibility.PUBLIC):
        admitted.add("managers")
    if visibility is Visibility.PUBLIC:
        admitted.add("public")
    return frozenset(admitted)


def may(viewer: Viewer, action: Action, thing: Aggregate | type[Aggregate]) -> bool:
    """`thing` is what is acted on, or the kind of what is about to be made."""
    if viewer.staff:
        return True
    match thing, action:
        case Lesson(), "read":
            return _works_on(viewer, thing) or (bool(thing.releases) and _admitted(viewer, thing))
        case Lesson(), "write" | "submit" | "withdraw":
            return _works_on(viewer, thing)
        case type(), "write":
            return thing is Lesson and bool(viewer.manages)
        case Case(), "read":
            return bool(thing.releases) and bool(
                audience(thing.visibility, None, thing.current.programmes) & audiences(viewer)
            )
        case Aggregate(), "read":
            return thing.kind in ("cluster", "programme")
        case _:
            return False


def allow(viewer: Viewer, action: Action, thing: Aggregate | type[Aggregate]) -> None:
    """Raises `NotFound` where the viewer may not even know of the thing, `NotAllowed` where they may."""
    if may(viewer, action, thing):
        return
    if isinstance(thing, Aggregate) and not may(viewer, "read", thing):
        raise NotFound("There is nothing here.")
    raise NotAllowed("You may not do this. Ask programme staff.")


def _works_on(viewer: Viewer, lesson: Lesson) -> bool:
    record = lesson.draft or lesson.current
    return viewer.person in (lesson.author, lesson.owner) or record.cluster in viewer.manages


def _admitted(viewer: Viewer, lesson: Lesson) -> bool:
    record = lesson.current
    return bool(audience(lesson.visibility, record.cluster, record.programmes) & audiences(viewer))
