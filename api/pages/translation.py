"""English and bokmål: the language of a request, and its words, dates and numbers."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from functools import cache, lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from fastapi import Request

from search.index import LANGS, Lang

FOLDER = Path(__file__).parent / "locales"
COOKIE = "lang"
_ALIASES = {"no": "nb", "nn": "nb", "da": "nb", "sv": "nb"}
"""Readers of these understand bokmål better than English."""


def N_(text: str) -> str:
    """Marks a text for the catalogues; it is translated where it is shown."""
    return text


class Told(str):
    """What somebody wrote, where else a text of ours stands: shown as it is in every language."""


def po_file(lang: str) -> Path:
    return FOLDER / lang / "LC_MESSAGES" / "messages.po"


@cache
def catalogue(lang: str) -> GNUTranslations:
    """The catalogue, compiled in memory: no compiled file that could be older than its source."""
    compiled = BytesIO()
    with po_file(lang).open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return GNUTranslations(compiled)


def language(request: Request) -> Lang:
    """As the reader chose, else as the browser prefers, else English."""
    chosen = request.cookies.get(COOKIE)
    if chosen not in LANGS:
        asked = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
        preferred = [_ALIASES.get(a.split("-")[0].lower(), a.split("-")[0].lower()) for a in asked if a]
        chosen = negotiate_locale(preferred, LANGS)
    return chosen if chosen in LANGS else "en"


@cache
def _zone() -> tzinfo:
    try:
        return ZoneInfo("Europe/Oslo")
    except ZoneInfoNotFoundError:
        return UTC


class Words:
    """What one language calls things."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.locale = Locale.parse("en_GB" if lang == "en" else lang)
        self._catalogue = catalogue(lang)

    def __call__(self, text: str) -> str:
        return self._catalogue.gettext(text) if text and not isinstance(text, Told) else text

    def filled(self, template: str, values: Mapping[str, object]) -> str:
        """A refusal in this language. A value that is a word of ours is translated as well."""
        from api.pages.labels import FIELDS, LABELS  # the labels are marked with N_ of this module

        known = {**LABELS["thing"], **LABELS["state"], **FIELDS}

        def said(value: object) -> str:
            words = [self(known[w]) if w in known else w for w in str(value).split(", ")]
            return ", ".join(w[:1].lower() + w[1:] for w in words)

        return self(template).format(**{name: said(value) for name, value in values.items()})

    def day(self, text: str | date | None) -> str:
        """`2009`, `2009-05` and `2009-05-13` as precise as they are; other text as it is."""
        if not text:
            return ""
        if isinstance(text, date):
            return _long(text, self.locale)
        try:
            match [int(part) for part in text.split("-")]:
                case [year]:
                    return str(year)
                case [year, month]:
                    return format_skeleton("yMMMM", date(year, month, 1), locale=self.locale)
                case [year, month, day]:
                    return _long(date(year, month, day), self.locale)
                case _:
                    return text
        except ValueError:
            return text

    def span(self, text: object) -> str:
        """`2009-05–2010`, as a span of dates writes itself, for a reader; empty for None."""
        return " – ".join(self.day(part) for part in str(text or "").split("–"))

    def instant(self, at: datetime | str, *, time: bool = False) -> str:
        """The day, with `time` the minute as well, by Norwegian clocks."""
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        if time:
            return format_datetime(at, "d MMM y HH:mm", tzinfo=_zone(), locale=self.locale)
        return _long(at.astimezone(_zone()).date(), self.locale)

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)


@lru_cache(maxsize=4_096)
def _long(day: date, locale: Locale) -> str:
    """A page names the same days again and again, and each takes as long to write as a row of a table."""
    return format_date(day, "long", locale=locale)


@cache
def words(lang: Lang) -> Words:
    return Words(lang)
