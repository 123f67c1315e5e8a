"""Programme staff change the thesaurus: a concept is made, described anew, retired and restored."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import BaseModel, ConfigDict

from api.usecases.changing import partial
from api.usecases.thesaurus import as_shown, came, standing
from api.wiring import System
from domain.acting import but
from domain.concept import Concept, concept_id
from domain.concept_record import ConceptRecord, Slug
from domain.errors import Invalid, NameTaken, Stale
from domain.policy import allow
from domain.text import Note
from domain.thesaurus import allow_with, allow_without
from domain.viewer import Viewer

RESERVED = frozenset({"new"})
"""Pages of their own, where a concept would have its page."""


class NewConcept(ConceptRecord):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "core-group",
                    "preferred": {"en": "core group", "nb": "kjernegruppe"},
                    "alternative": {"en": ["core team"]},
                    "hidden": {"nb": ["kjernegruppa", "kjernegruppen"]},
                }
            ]
        }
    )

    id: Slug


if TYPE_CHECKING:
    ConceptChanges: TypeAlias = BaseModel
else:
    ConceptChanges = partial(ConceptRecord, "ConceptChanges", reason=(Note | None, None))


def make_concept(system: System, viewer: Viewer, new: NewConcept) -> Concept:
    """Raises `NameTaken` for an id or a name that another concept has, `Invalid`."""
    allow(viewer, "make", Concept)
    record = ConceptRecord.model_validate(new.model_dump(exclude={"id"}))
    if new.id in RESERVED:
        raise Invalid("Choose another id: a page of the thesaurus has this one.", field="id")
    if new.id in came() or system.store.find(Concept, concept_id(new.id)):
        raise NameTaken("There is a concept with this id. Change that one, or choose another id.", field="id")
    concept = Concept.called(new.id)
    allow_with(_records(system, record), new.id, record)
    concept.describe(record)
    system.save(concept)
    return concept


def change_concept(system: System, viewer: Viewer, slug: str, version: int, changes: dict[str, Any]) -> Concept:
    """A field left out stays, null clears it. Raises `NotFound`, `Stale`, `Invalid`, `NameTaken`, `WrongState`."""
    given = {name: value for name, value in changes.items() if name != "reason"}

    def describe(concept: Concept) -> None:
        before = _own(concept)
        after = ConceptRecord.model_validate(
            {name: value for name, value in {**before.model_dump(), **given}.items() if value is not None}
        )
        allow_with(_records(system, after), slug, after, before)
        concept.describe(after, came=came().get(slug))

    return _change(system, viewer, slug, version, describe, reason=changes.get("reason"))


def retire_concept(system: System, viewer: Viewer, slug: str, version: int, reason: str) -> Concept:
    """Nothing is searched by it any more. Raises `NotFound`, `Stale`, `WrongState`."""

    def retire(concept: Concept) -> None:
        allow_without(standing(system).records, slug)
        concept.retire(reason)

    return _change(system, viewer, slug, version, retire)


def restore_concept(system: System, viewer: Viewer, slug: str, version: int, reason: str) -> Concept:
    """With the words that it had. Raises `NotFound`, `Stale`, `WrongState`, `NameTaken` where another is called so
    meanwhile."""

    def restore(concept: Concept) -> None:
        concept.restore(reason)
        own = _own(concept)
        allow_with(_records(system, own), slug, own, own)

    return _change(system, viewer, slug, version, restore)


def _change(
    system: System,
    viewer: Viewer,
    slug: str,
    version: int,
    decide: Callable[[Concept], None],
    *,
    reason: str | None = None,
) -> Concept:
    concept = as_shown(system, viewer, slug).concept
    allow(viewer, "write", concept)
    if concept.version != version:
        raise Stale("Someone has changed this since you opened it. Load it again; what you wrote is not lost.")
    with but(reason=reason):
        decide(concept)
        system.save(concept)
    return concept


def _records(system: System, naming: ConceptRecord) -> dict[str, ConceptRecord]:
    """The concepts in use. What is named is looked up itself, as what readers see may be a moment behind."""
    records = dict(standing(system).records)
    for concept in system.store.find_many(map(concept_id, (*naming.broader, *naming.related))).values():
        if isinstance(concept, Concept) and concept.retired:
            records.pop(concept.slug, None)
        elif isinstance(concept, Concept):
            records[concept.slug] = _own(concept)
    return records


def _own(concept: Concept) -> ConceptRecord:
    """As it was described last, or as it came; what it names may have been retired since."""
    return concept.current or came()[concept.slug]
