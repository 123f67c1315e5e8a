"""What a concept of the field is: what it is called in English and bokmål, and which concepts are near."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from domain.concept_record import DEFINITION_MAX, LABEL_MAX, SLUG, SLUG_MAX, WORDS_MAX
from domain.thesaurus import above
from search.index import LANGS, Lang
from search.planner import words

Labels: TypeAlias = Mapping[Lang, tuple[str, ...]]

ID = re.compile(rf"(?=.{{1,{SLUG_MAX}}}\Z){SLUG}")


def _no_labels() -> Labels:
    return {}


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that has names. `id` is the last part of its IRI.

    `preferred` is what it is called, `alternative` what else it is called, `hidden` what it is also written as and
    what is never shown: inflected forms, Nynorsk, common misspellings. `broader` and `related` are ids; what is
    narrower follows from `broader`, and `related` holds both ways whoever says it. Labels and ids are kept sorted,
    each once, so that two concepts are equal when they say the same.
    """

    id: str
    preferred: Mapping[Lang, str]
    alternative: Labels = field(default_factory=_no_labels)
    hidden: Labels = field(default_factory=_no_labels)
    definition: Mapping[Lang, str] = field(default_factory=dict[Lang, str])
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("alternative", "hidden"):
            given: Labels = getattr(self, name)
            object.__setattr__(self, name, {lang: tuple(sorted(set(given.get(lang, ())))) for lang in LANGS})
        for name in ("broader", "related"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))

    def labels(self) -> tuple[tuple[Lang, str], ...]:
        """Every label: preferred ones first, then alternative, then hidden, English before bokmål."""
        found: list[tuple[Lang, str]] = []
        for lang in LANGS:
            if lang in self.preferred:
                found.append((lang, self.preferred[lang]))
        for labels in (self.alternative, self.hidden):
            for lang in LANGS:
                found.extend((lang, label) for label in labels[lang])
        return tuple(found)


def check(concepts: Iterable[Concept]) -> None:
    """Raise `ValueError` with a sentence that names the concept, unless the concepts make a sound thesaurus:

    each is called something in both languages, no two the same, and says nothing twice; labels are of words, short and
    on one line; `broader` and `related` lead to other concepts that there are, and `broader` never back.
    """
    known: dict[str, Concept] = {}
    called: dict[tuple[Lang, tuple[str, ...]], str] = {}
    for concept in concepts:
        if not ID.fullmatch(concept.id):
            raise ValueError("The id of a concept is of small letters a to z, digits and hyphens, at most 64.")
        if concept.id in known:
            raise ValueError(f"{concept.id}: there are two concepts with this id.")
        known[concept.id] = concept
        _check_texts(concept)
        for lang in LANGS:
            other = called.setdefault((lang, words(concept.preferred[lang])), concept.id)
            if other != concept.id:
                raise ValueError(f"{concept.id}: {other} has the same preferred label in {lang}; call one otherwise.")
    for concept in known.values():
        for name, others in (("broader", concept.broader), ("related", concept.related)):
            for other in others:
                if other not in known:
                    raise ValueError(f"{concept.id}: {name} leads to a concept that there is not.")
                if other == concept.id:
                    raise ValueError(f"{concept.id}: {name} leads to the concept itself.")
        if set(concept.broader).intersection(concept.related):
            raise ValueError(f"{concept.id}: a concept is both broader and related; keep one of the two.")
    _check_circles(known)


def _check_texts(concept: Concept) -> None:
    if missing := [lang for lang in LANGS if lang not in concept.preferred]:
        raise ValueError(f"{concept.id}: say what it is called, a preferred label, in {' and '.join(missing)} too.")
    labels = concept.labels()
    if len(set(labels)) < len(labels):
        raise ValueError(f"{concept.id}: one label is given twice; leave it where it weighs most.")
    for lang, label in labels:
        if not (label.isprintable() and label == label.strip() and len(label) <= LABEL_MAX):
            raise ValueError(f"{concept.id}: a label in {lang} is not one line of at most {LABEL_MAX} characters.")
        if not 1 <= len(words(label)) <= WORDS_MAX:
            raise ValueError(f"{concept.id}: a label in {lang} is not of one to {WORDS_MAX} words.")
    for lang, text in concept.definition.items():
        if not (text.isprintable() and 0 < len(text) <= DEFINITION_MAX):
            raise ValueError(
                f"{concept.id}: the definition in {lang} is not one line of at most {DEFINITION_MAX} characters."
            )


def _check_circles(known: Mapping[str, Concept]) -> None:
    up = {each: concept.broader for each, concept in known.items()}
    for each in sorted(known):
        if each in above(up, known[each].broader):
            raise ValueError(f"{each}: broader leads in a circle, here or above; end it somewhere.")
