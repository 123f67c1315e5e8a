"""Concepts together: what is refused of a change to one, and what is passed over where they do not go together.

Each concept is an aggregate of its own. So two people can bring about at one moment what neither alone would be let do:
what is refused on the way in is therefore passed over on the way out as well.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Literal, TypeAlias, get_args

from domain.concept_record import ConceptRecord
from domain.errors import Invalid, NameTaken, WrongState
from domain.text import words_of

Records: TypeAlias = Mapping[str, ConceptRecord]
"""By the slug."""
Around: TypeAlias = Literal["broader", "related"]
AROUND: tuple[Around, ...] = get_args(Around)


def allow_with(records: Records, slug: str, record: ConceptRecord, before: ConceptRecord | None = None) -> None:
    """Raises `Invalid` for what leads nowhere or in a circle and did not do so `before`, `NameTaken` for what another
    concept is called."""
    for field in AROUND:
        named = set[str](getattr(record, field)).difference(getattr(before, field, ()))
        if named.difference(records, (slug,)):
            raise Invalid("There is no such concept, or it is retired. Look it up in the thesaurus.", field=field)
    names = _names(record)
    for other, its in records.items():
        if other != slug and (same := _names(its) & names):
            lang, _ = min(same)
            raise NameTaken(
                "Another concept is called so: {slug}. Say here what sets this one apart.",
                field=f"preferred.{lang}",
                slug=other,
            )
    up = {other: its.broader for other, its in records.items() if other != slug}
    if (before is None or record.broader != before.broader) and slug in above(up, record.broader):
        raise Invalid("What is broader leads back to this concept. End the circle somewhere.", field="broader")


def allow_without(records: Records, slug: str) -> None:
    """Raises `WrongState` for a concept that others have as their broader one."""
    if others := narrower_of(records, slug):
        raise WrongState(
            "Other concepts name it as broader: {others}. Change these first.", others=", ".join(sorted(others))
        )


def narrower_of(records: Records, slug: str) -> tuple[str, ...]:
    return tuple(other for other, its in records.items() if slug in its.broader)


def related_to(records: Records, slug: str) -> tuple[str, ...]:
    """Whichever of the two says so."""
    named = records[slug].related if slug in records else ()
    return tuple(dict.fromkeys((*named, *(other for other, its in records.items() if slug in its.related))))


def sound(records: Records) -> dict[str, ConceptRecord]:
    """In the order of the slugs, without what does not go together: a concept that is called as one before it, names of
    concepts that there are not, and the step that closes a circle."""
    called: set[tuple[str, tuple[str, ...]]] = set()
    kept: dict[str, ConceptRecord] = {}
    for slug in sorted(records):
        names = _names(records[slug])
        if not names & called:
            called |= names
            kept[slug] = records[slug]
    up: dict[str, tuple[str, ...]] = {}
    for slug, record in kept.items():
        for other in record.broader:
            if slug not in above(up, (other,)):
                up[slug] = (*up.get(slug, ()), other)
    return {slug: _naming(record, up.get(slug, ()), kept) for slug, record in kept.items()}


def linked(record: ConceptRecord, known: Collection[str]) -> ConceptRecord:
    """Naming none but these."""
    return _naming(record, record.broader, known)


def above(up: Mapping[str, Iterable[str]], slugs: Iterable[str]) -> set[str]:
    """These, and all that is broader."""
    found: set[str] = set()
    waiting = list(slugs)
    while waiting:
        slug = waiting.pop()
        if slug not in found:
            found.add(slug)
            waiting += up.get(slug, ())
    return found


def _names(record: ConceptRecord) -> frozenset[tuple[str, tuple[str, ...]]]:
    return _in_words(record.preferred.en, record.preferred.nb)


@lru_cache(maxsize=2_000)
def _in_words(en: str, nb: str) -> frozenset[tuple[str, tuple[str, ...]]]:
    """Kept: for each change the names of all concepts are compared."""
    return frozenset({("en", words_of(en)), ("nb", words_of(nb))})


def _naming(record: ConceptRecord, broader: Iterable[str], known: Collection[str]) -> ConceptRecord:
    up = tuple(other for other in broader if other in known)
    related = tuple(other for other in record.related if other in known and other not in up)
    if (up, related) == (record.broader, record.related):
        return record
    return record.model_copy(update={"broader": up, "related": related})
