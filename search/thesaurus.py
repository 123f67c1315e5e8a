"""Words of the field: what else a phrase is called, in both languages, for the planner to search for as well."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Literal, NamedTuple, TypeAlias

from search.analysis import terms
from search.concepts import Concept, Labels, check
from search.index import LANGS, Lang
from search.planner import Phrase, words
from search.skos import read_turtle, shipped, write_turtle

__all__ = ["Alternative", "Concept", "Thesaurus", "check", "read_turtle", "shipped", "write_turtle"]

Kind: TypeAlias = Literal["same", "narrower", "related"]
Stems: TypeAlias = tuple[Lang, Phrase]
"""A phrase as the engines keep it, but for its stop words, in one language."""

MAX_ALTERNATIVES = 24
HIDDEN = 2
"""The rank of hidden labels, after preferred and alternative ones."""
SHORTEST_INFLECTED = 5
"""Letters of a word that is looked up by its stem: the stems of shorter ones, "red" or "male", are other words' too."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A phrase to search for beside the one typed, and why.

    `typed_label` and `label` are the preferred labels of the concept that was typed and of the one that `phrase`
    belongs to: the same one for `same`. `lang` is the language of the phrase, English for what is a label in both.
    """

    phrase: Phrase
    kind: Kind
    typed_label: Mapping[Lang, str]
    label: Mapping[Lang, str]
    lang: Lang


class Thesaurus:
    """Which phrases mean the same or nearly, from concepts that need not be sound: what leads nowhere is passed over.

    `longest` is how many words the longest label has, at least one. Any number of threads may ask.
    """

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._named = {each.id: _Named.of(each) for each in sorted(concepts, key=lambda each: each.id)}
        self._narrower: dict[str, list[str]] = {}
        self._related: dict[str, set[str]] = {}
        typed: dict[Phrase, list[tuple[int, str]]] = {}
        stemmed: dict[Stems, list[tuple[int, str]]] = {}
        for name, named in self._named.items():
            for broader in named.concept.broader:
                self._narrower.setdefault(broader, []).append(name)
            for other in named.concept.related:
                self._related.setdefault(name, set()).add(other)
                self._related.setdefault(other, set()).add(name)
            for rank, labels in enumerate((named.preferred, named.alternative, named.hidden)):
                for label in labels:
                    typed.setdefault(label.phrase, []).append((rank, name))
                    stemmed.setdefault(label.stems, []).append((rank, name))
        self._typed = {phrase: _by_rank(at) for phrase, at in typed.items()}
        self._stemmed = {stems: _by_rank(_shown(at) or at) for stems, at in stemmed.items()}
        self.longest = max(map(len, self._typed), default=1)
        self._kept = lru_cache(maxsize=1_000)(self._alternatives)

    def alternatives(self, phrase: Phrase) -> tuple[Alternative, ...]:
        """At most 24 other phrases, none twice and always in the same order; none for a phrase that is no label.

        First other labels of the concepts that have the phrase as a label, whichever; then preferred and alternative
        labels of concepts one step narrower; then preferred labels of related ones. Where no label is written so,
        those count that have the same stems in their language. English and bokmål take turns. Left out is what is
        found with the phrase or another alternative already, and what is found everywhere.
        """
        return self._kept(phrase) if self._meant(phrase) else ()

    @property
    def words(self) -> frozenset[str]:
        """Every word of its labels."""
        return frozenset(word for phrase in self._typed for word in phrase)

    def knows(self, phrase: Phrase) -> bool:
        """Whether it is a label, or written otherwise one."""
        return bool(self._meant(phrase))

    def translation(self, phrase: Phrase) -> str | None:
        """What it is called in the language that the phrase is not of; None for no label, and for one of both."""
        for name in self._meant(phrase)[:1]:
            named = self._named[name]
            labels = [*named.preferred, *named.alternative, *named.hidden]
            of = {each.lang for each in labels if each.phrase == phrase or each.stems == _stems(phrase, each.lang)}
            others: list[Lang] = [lang for lang in LANGS if lang not in of]
            if len(others) == 1:
                return named.concept.preferred[others[0]]
        return None

    def _meant(self, phrase: Phrase) -> tuple[str, ...]:
        if (names := self._typed.get(phrase)) is not None:
            return names
        if len(phrase) == 1 and len(phrase[0]) < SHORTEST_INFLECTED:
            return ()
        return tuple(dict.fromkeys(name for lang in LANGS for name in self._stemmed.get(_stems(phrase, lang), ())))

    def _alternatives(self, phrase: Phrase) -> tuple[Alternative, ...]:
        found: dict[Phrase, Alternative] = {}
        sought = {_stems(phrase, lang) for lang in LANGS}
        for kind, typed, named, label in self._near(self._meant(phrase)):
            if label.phrase in found or not label.telling or not sought.isdisjoint(_runs(label.stems)):
                continue
            sought.add(label.stems)
            labels = typed.concept.preferred, named.concept.preferred
            found[label.phrase] = Alternative(label.phrase, kind, *labels, label.lang)
            if len(found) == MAX_ALTERNATIVES:
                break
        return tuple(found.values())

    def _near(self, names: Iterable[str]) -> Iterator[tuple[Kind, "_Named", "_Named", "_Label"]]:
        meant = [self._named[name] for name in names]
        # By turns where a phrase is a label of several, so that the limit leaves something of each.
        for turn in zip(*(self._by_use(named) for named in meant), strict=True):
            for named, labels in zip(meant, turn, strict=True):
                for label in labels:
                    yield "same", named, named, label
        for named in meant:
            narrower = [self._named[name] for name in self._narrower.get(named.concept.id, ())]
            for sort in ("preferred", "alternative"):
                for other in narrower:
                    for label in other.preferred if sort == "preferred" else other.alternative:
                        yield "narrower", named, other, label
        for named in meant:
            for name in sorted(self._related.get(named.concept.id, ())):
                if (other := self._named.get(name)) is not None:
                    for label in other.preferred:
                        yield "related", named, other, label

    def _by_use(self, named: "_Named") -> Iterator[list["_Label"]]:
        """Words before phrases, which are rarer; inflected words before what is only written otherwise.

        Of hidden labels those are worth a search that are one word, and whose stem is not rather another concept's.
        """
        shown = [*named.preferred, *named.alternative]
        hidden = [each for each in named.hidden if each.single and self._stemmed[each.stems][0] == named.concept.id]
        inflected = [each for each in hidden if any(each.inflects(other) for other in shown)]
        yield [each for each in shown if each.single]
        yield inflected
        yield [each for each in shown if not each.single]
        yield [each for each in hidden if each not in inflected]


class _Label(NamedTuple):
    """`telling` is false for "få med": the stop word goes, and one common word would be left to search for."""

    phrase: Phrase
    stems: Stems
    telling: bool

    @property
    def lang(self) -> Lang:
        return self.stems[0]

    @property
    def single(self) -> bool:
        return len(self.phrase) == 1

    def inflects(self, other: "_Label") -> bool:
        return self.lang == other.lang and other.single and self.phrase[0].startswith(other.phrase[0])


class _Named(NamedTuple):
    """A concept and its labels as they are searched for."""

    concept: Concept
    preferred: list[_Label]
    alternative: list[_Label]
    hidden: list[_Label]

    @classmethod
    def of(cls, concept: Concept) -> "_Named":
        preferred: Labels = {lang: (label,) for lang, label in concept.preferred.items()}
        return cls(concept, _labels(preferred), _labels(concept.alternative), _labels(concept.hidden))


def _labels(labels: Labels) -> list[_Label]:
    """By turns, so that a limit cuts off neither language."""
    turns = zip_longest(*(_phrases(labels.get(lang, ()), lang) for lang in LANGS))
    return [each for turn in turns for each in turn if each is not None]


def _phrases(labels: Iterable[str], lang: Lang) -> list[_Label]:
    return [
        _Label(phrase, _stems(phrase, lang), len(terms(phrase, lang)) >= min(len(phrase), 2))
        for label in labels
        if (phrase := words(label))
    ]


def _by_rank(at: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Those that are called so before those that are also written so."""
    return tuple(dict.fromkeys(name for _, name in sorted(at)))


def _shown(at: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(rank, name) for rank, name in at if rank < HIDDEN]


@lru_cache(maxsize=20_000)
def _stem(word: str, lang: Lang) -> str:
    """A stop word is its own."""
    return " ".join(terms((word,), lang)) or word


def _stems(phrase: Phrase, lang: Lang) -> Stems:
    return lang, tuple(_stem(word, lang) for word in phrase)


def _runs(stems: Stems) -> Iterator[Stems]:
    """Every run of words within a phrase: what has the phrase has each of them."""
    lang, phrase = stems
    for start in range(len(phrase)):
        for end in range(start + 1, len(phrase) + 1):
            yield lang, phrase[start:end]
