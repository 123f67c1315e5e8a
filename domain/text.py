"""Words in English, bokmål or both, each language a field of its own."""

import re
import unicodedata
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

TITLE_MAX = 200
PROSE_MAX = 20_000
"""Characters. Rendering work grows faster than the text does; at this length every text renders in time."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\ufffe\uffff]")


def clean(text: str) -> str:
    """NFC, newlines as `\\n`, no space around. Raises `ValueError` for control characters, which nobody types."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _FORBIDDEN.search(text):
        raise ValueError("Remove the control characters.")
    return text


def words_of(text: str) -> tuple[str, ...]:
    """As searches have them: letters and digits, folded for case but not for accents: æ, ø and å are letters."""
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold()))


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("Write it on one line.")
    return text


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:  # square brackets that hold no address
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() for c in text):
        raise ValueError("Give a web address that begins with http:// or https://.")
    return text


def _clean(given: object) -> object:
    return clean(given) if isinstance(given, str) else given


CLEANED = BeforeValidator(_clean)
"""Before the length is measured: composing can lengthen a text, and what is stored has to be readable again."""


def _text(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest)


Line = Annotated[str, _text(TITLE_MAX), CLEANED, AfterValidator(_one_line)]
Note = Annotated[str, _text(2_000), CLEANED]
Paragraphs = Annotated[str, _text(PROSE_MAX), CLEANED]
WebAddress = Annotated[str, _text(2_000), CLEANED, AfterValidator(_web_address)]


class LocalText(BaseModel):
    """At least one language, neither of them empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="after")
    def _some_language(self) -> Self:
        if not self.languages:
            raise ValueError("Write it in English (en), bokmål (nb) or both.")
        if any(not text for text in self.languages.values()):
            raise ValueError("Leave a language out rather than empty.")
        return self

    @property
    def languages(self) -> dict[str, str]:
        """The texts by language, English first."""
        return {lang: text for lang in ("en", "nb") if (text := getattr(self, lang, None)) is not None}

    def in_language(self, lang: str) -> tuple[str, str]:
        """(language, text): as asked where it exists, else the other."""
        there = self.languages
        return (lang, there[lang]) if lang in there else next(iter(there.items()))


class Title(LocalText):
    """One line of at most 200 characters."""

    en: Line | None = None
    nb: Line | None = None


class Prose(LocalText):
    """Text of at most 20,000 characters, Markdown where it is shown as such."""

    en: Paragraphs | None = None
    nb: Paragraphs | None = None
