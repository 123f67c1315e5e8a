"""What the thesaurus says of one concept: its labels in both languages, and the concepts around it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from domain.text import CLEANED, LocalText, words_of

LABEL_MAX = 100
"""Characters."""
WORDS_MAX = 6
"""Words of a label: so far a search looks for one phrase."""
LABELS_MAX = 40
"""Labels of one sort in one language."""
AROUND_MAX = 20
"""Concepts that one names as broader, or as related."""
DEFINITION_MAX = 500
"""Characters."""
SLUG = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
SLUG_MAX = 64


def _one_line(text: str) -> str:
    """With one space between words."""
    line = " ".join(text.split())
    if not line.isprintable():
        raise ValueError("Remove the characters that cannot be seen.")
    return line


def _label(text: str) -> str:
    text = _one_line(text)
    count = len(words_of(text))
    if not count:
        raise ValueError("Write a word: letters or digits.")
    if count > WORDS_MAX:
        raise ValueError("Write at most 6 words.")
    return text


def _each_once(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple({text.casefold(): text for text in reversed(texts)}.values())[::-1]


Slug = Annotated[str, Field(pattern=f"^{SLUG}$", max_length=SLUG_MAX, examples=["process-leader"])]
"""The id of a concept, which its address ends with. It never changes."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=LABEL_MAX), CLEANED, AfterValidator(_label)]
Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=DEFINITION_MAX), CLEANED, AfterValidator(_one_line)
]
SomeLabels = Annotated[tuple[Label, ...], Field(max_length=LABELS_MAX), AfterValidator(_each_once)]
Around = Annotated[tuple[Slug, ...], Field(max_length=AROUND_MAX), AfterValidator(_each_once)]


class Preferred(BaseModel):
    """What the concept is called, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Label
    nb: Label


class Labels(BaseModel):
    """Any number in each language, the most usual first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: SomeLabels = ()
    nb: SomeLabels = ()

    def without(self, shown: "Preferred | Labels") -> "Labels":
        """Those that are not among the shown, whatever their capitals."""

        def of(lang: str) -> tuple[str, ...]:
            there = getattr(shown, lang)
            known = {label.casefold() for label in ((there,) if isinstance(there, str) else there)}
            return tuple(label for label in getattr(self, lang) if label.casefold() not in known)

        return Labels(en=of("en"), nb=of("nb"))


class Definition(LocalText):
    """One line of at most 500 characters."""

    en: Sentence | None = None
    nb: Sentence | None = None


class ConceptRecord(BaseModel):
    """`alternative` labels are shown; `hidden` ones (inflected forms, usual misspellings) are only searched by.
    `broader` and `related` are ids of other concepts.

    A label that comes twice in one language is kept where it is shown most: the sorts are disjoint (SKOS, S13).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    preferred: Preferred
    alternative: Labels = Labels()
    hidden: Labels = Labels()
    definition: Definition | None = None
    broader: Around = ()
    related: Around = ()

    @field_validator("alternative", "hidden")
    @classmethod
    def _shown_once(cls, labels: Labels, info: ValidationInfo) -> Labels:
        for shown in ("preferred", "alternative"):
            if shown in info.data:  # what is not valid itself is not there
                labels = labels.without(info.data[shown])
        return labels
