"""Taking words out of everything that a thing ever said: its revisions, its drafts, and the reasons of its steps."""

from dataclasses import dataclass
from uuid import UUID

from api.usecases.forgetting import drop_searches
from api.usecases.wiping import wipe, wiping_alone
from api.wiring import System
from domain.acting import current_act
from domain.aggregate import Aggregate
from domain.errors import Invalid, NotFound
from domain.policy import allow
from domain.redaction import Redaction, redaction_of
from domain.viewer import Viewer
from store.erasures import Removed
from store.redacting import Redacted, pattern_of

KINDS = ("lesson", "case", "process", "adaptation", "cluster", "programme")
"""What has text of its own."""


@dataclass(frozen=True, slots=True)
class Place:
    """The texts of one version of the thing in which the words are, by path: `record.title.en`. `left` are codes and
    addresses that have them as well and that nothing else can stand for."""

    version: int
    fields: tuple[str, ...]
    left: tuple[str, ...]


def find_words(system: System, viewer: Viewer, id: UUID, words: str) -> tuple[Place, ...]:
    """Where `redact` would take them out, oldest first. Raises `NotFound`, `NotAllowed`, and `Invalid` for words that
    are too few or nowhere."""
    return tuple(Place(one.row.originator_version, one.fields, one.left) for one in _found(system, viewer, id, words))


def redact(system: System, viewer: Viewer, id: UUID, words: str, reason: str) -> tuple[Place, ...]:
    """Takes the words out, for good, in any case and also as a part of longer ones; where they were. That it was done,
    and why, is an event; what the ledger has proved stays proved.

    Returns when nothing is left of them in any file. Raises as `find_words`, `WrongState`, `Conflict`, and `Invalid`
    for a reason that has the words in it."""
    found, places = _found(system, viewer, id, words), dict[int, Place]()
    if pattern_of(words).search(reason):
        raise Invalid("The reason is kept for good. Leave these words out of it.", field="reason")
    with wiping_alone(system):
        while some := [one for one in found if one.fields]:
            redaction = system.store.find(Redaction, redaction_of(id)) or Redaction.of(id)
            for one in some:
                redaction.make(id, one.row.originator_version, one.fields, one.digest, reason)
            system.erasures.add(*(_line(one, reason) for one in some))
            system.store.redact(redaction, [one.row for one in some])
            places |= {
                one.row.originator_version: Place(one.row.originator_version, one.fields, one.left) for one in some
            }
            found = system.store.redacted(id, words)  # somebody may have written them again meanwhile
        drop_searches(system, words)
        wipe(system, texts=True)
    system.store.save(system.store.get(Redaction, redaction_of(id)))  # the answer to the request, when all is done
    return tuple(places[version] for version in sorted(places))


def removed_before(system: System, redaction: Redaction, id: UUID, words: str) -> tuple[Place, ...]:
    """What `redact` said when the redaction of the thing came to this version."""
    made = [e for e in system.store.events(redaction.id)[: redaction.version] if isinstance(e, Redaction.Made)]
    by_then = {e.of_version: e.fields for e in made if e.request_id == made[-1].request_id}
    left = {one.row.originator_version: one.left for one in system.store.redacted(id, words)}
    return tuple(Place(version, fields, left.get(version, ())) for version, fields in sorted(by_then.items()))


def of_kind(system: System, id: UUID, kind: str) -> Aggregate:
    """Raises `NotFound` where the thing is none of that kind."""
    thing = system.store.find_any(id)
    if thing is None or thing.kind != kind:
        raise NotFound("There is nothing here.")
    return thing


def _found(system: System, viewer: Viewer, id: UUID, words: str) -> tuple[Redacted, ...]:
    thing = system.store.find_any(id)
    if thing is None:
        raise NotFound("There is nothing here.")
    allow(viewer, "redact", thing)
    found = system.store.redacted(id, words)
    if not any(one.fields for one in found):
        raise Invalid("These words are in no text of it.", field="words")
    return found


def _line(one: Redacted, reason: str) -> Removed:
    id = one.row.originator_id
    assert isinstance(id, UUID)
    return Removed(
        of=id,
        of_version=one.row.originator_version,
        was=(one.was.hex(),),
        state=one.row.state.decode(),
        fields=one.fields,
        reason=reason,
        at=current_act().clock(),
    )
