"""The thesaurus as it is now: the concepts that came with the program, and what staff have changed of them since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from api.usecases.histories import history_of
from api.wiring import System
from domain.concept import Concept, concept_id
from domain.concept_record import ConceptRecord, Labels
from domain.errors import NotFound
from domain.policy import allow
from domain.thesaurus import linked, narrower_of, related_to, sound
from domain.viewer import Viewer
from projections.history import Entry, difference
from projections.vocabulary import Override, Vocabulary
from search import thesaurus
from search.index import Lang
from search.thesaurus import Thesaurus

_AFTER_Z = str.maketrans({"æ": "{", "ø": "|", "å": "}"})


@dataclass(frozen=True)
class Standing:
    """The concepts in use, which are sound together, and those retired."""

    records: Mapping[str, ConceptRecord]
    retired: Mapping[str, ConceptRecord]

    @cached_property
    def thesaurus(self) -> Thesaurus:
        """What searches ask. Whoever changes one concept after the other does not wait for it."""
        return Thesaurus(_concept(slug, record) for slug, record in self.records.items())


@dataclass(frozen=True, slots=True)
class Known:
    """One concept. `record` names only concepts in use; `narrower` and `related` are what others say of it as well.
    `came`: it came with the program."""

    concept: Concept
    record: ConceptRecord
    narrower: tuple[str, ...]
    related: tuple[str, ...]
    came: bool


@dataclass(frozen=True, slots=True)
class Line:
    slug: str
    record: ConceptRecord
    retired: bool


def current_thesaurus(system: System) -> Thesaurus:
    """What searches expand by. A change counts for the next search, in every process; where there was none since, this
    costs one look at a small table."""
    return standing(system).thesaurus


def standing(system: System) -> Standing:
    return _standing_at(system.vocabulary, system.vocabulary.version())


@cache
def came() -> Mapping[str, ConceptRecord]:
    """What came with the program, by the slug."""
    return {concept.id: _record(concept) for concept in thesaurus.shipped()}


def as_shown(system: System, viewer: Viewer, slug: str, *, version: int | None = None) -> Known:
    """The concept now, or as it was at that version. Raises `NotFound`."""
    found = system.store.find(Concept, concept_id(slug), version=version or None)
    concept = found if found and version != 0 else Concept.called(slug)
    allow(viewer, "read", concept)
    record = concept.current or came().get(slug)
    if record is None or version not in (None, concept.version):
        raise NotFound("There is nothing here.")
    now = standing(system).records
    shown = linked(record, now)
    return Known(concept, shown, narrower_of(now, slug), related_to({**now, slug: shown}, slug), slug in came())


def list_concepts(
    system: System,
    viewer: Viewer,
    *,
    words: str = "",
    letter: str = "",
    retired: bool = False,
    lang: Lang = "en",
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Line], int]:
    """Those with all of the words, or beginnings of words, in their labels, and whose name in the language begins with
    the letter; in the order of these names. And how many there are."""
    allow(viewer, "read", Concept)
    now = standing(system)
    found = [
        Line(slug, record, retired)
        for slug, record in (now.retired if retired else now.records).items()
        if _has(record, words.casefold().split()) and (not letter or first_letter(record, lang) == letter.upper())
    ]
    found.sort(key=lambda line: (_sorted_as(getattr(line.record.preferred, lang)), line.slug))
    return found[offset : offset + limit], len(found)


def letters(system: System, lang: Lang) -> tuple[str, ...]:
    """Those that names of concepts in use begin with, in the order of the alphabet."""
    found = {first_letter(record, lang) for record in standing(system).records.values()}
    return tuple(sorted(found, key=_sorted_as))


def first_letter(record: ConceptRecord, lang: Lang) -> str:
    return getattr(record.preferred, lang)[:1].upper()


def as_turtle(system: System, viewer: Viewer) -> str:
    """The concepts in use as SKOS, for other programs; the same text as long as nothing changes."""
    allow(viewer, "read", Concept)
    return thesaurus.write_turtle(_concept(slug, record) for slug, record in standing(system).records.items())


def history_of_concept(system: System, viewer: Viewer, slug: str) -> list[Entry]:
    """Oldest first; empty for one that is as it came. The first description of what came with the program is told by
    what it changed of that. Raises `NotFound`."""
    known = as_shown(system, viewer, slug)
    if not known.concept.version:
        return []
    entries = history_of(system, viewer, Concept, known.concept.id)
    first = next((n for n, e in enumerate(entries) if e.topic == Concept.Described.topic), None)
    if first is not None and known.came:
        event = system.store.events(known.concept.id)[first]
        assert isinstance(event, Concept.Described)
        entry = entries[first]
        entries[first] = Entry(
            entry.version, entry.recorded_at, entry.actor, entry.request_id, entry.topic, entry.reason,
            difference(came()[slug], event.record),
        )  # fmt: skip
    return entries


@lru_cache(maxsize=2)
def _standing_at(vocabulary: Vocabulary, version: int) -> Standing:
    """Made once for each version, which no reader waits for twice."""
    return _standing(overrides) if (overrides := vocabulary.overrides()) else _as_it_came()


@cache
def _as_it_came() -> Standing:
    return _standing(())


def _standing(overrides: Sequence[Override]) -> Standing:
    records, retired = dict(came()), dict[str, ConceptRecord]()
    for override in overrides:
        record = override.record or records.get(override.slug)
        if record is not None:  # one that came with another version of the program, and was only retired
            records.pop(override.slug, None)
            (retired if override.retired else records)[override.slug] = record
    return Standing(sound(records), retired)


def _record(concept: thesaurus.Concept) -> ConceptRecord:
    return ConceptRecord.model_validate(
        {
            "preferred": concept.preferred,
            "alternative": concept.alternative,
            "hidden": concept.hidden,
            "definition": concept.definition or None,
            "broader": concept.broader,
            "related": concept.related,
        }
    )


def _concept(slug: str, record: ConceptRecord) -> thesaurus.Concept:
    def both(labels: Labels) -> dict[Lang, tuple[str, ...]]:
        return {"en": labels.en, "nb": labels.nb}

    definition = record.definition.languages if record.definition else {}
    return thesaurus.Concept(
        slug,
        {"en": record.preferred.en, "nb": record.preferred.nb},
        both(record.alternative),
        both(record.hidden),
        {lang: definition[lang] for lang in thesaurus.LANGS if lang in definition},
        record.broader,
        record.related,
    )


def _has(record: ConceptRecord, words: list[str]) -> bool:
    if not words:
        return True
    labels = (record.preferred.en, record.preferred.nb, *_all(record.alternative), *_all(record.hidden))
    text = " " + " ".join(labels).casefold()
    return all(f" {word}" in text for word in words)


def _all(labels: Labels) -> tuple[str, ...]:
    return (*labels.en, *labels.nb)


def _sorted_as(name: str) -> str:
    return name.casefold().translate(_AFTER_Z)
