"""Keeps the catalogues: gathers every text a reader may meet. `python -m api.pages.catalogues` renews the files."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from api.pages.translation import po_file
from search.index import LANGS

ROOT = Path(__file__).parents[2]
WRITTEN = datetime(2026, 11, 24, tzinfo=UTC)
"""In place of the hour of each renewal, which would change the files when no word has changed."""

REFUSALS = (
    *("Invalid", "NotFound", "NotAllowed", "WrongState", "NameTaken", "NotReady", "Stale", "Conflict"),
    *("SignInFirst", "Forged", "KeyReused", "VersionWanted", "ValueError", "StoreFull", "StoreUnavailable"),
    *("WrongCredentials", "TooManyAttempts", "ProviderFailed", "LedgerDamaged"),
)
"""What is raised with a sentence for a reader."""

RAISING = ("domain", "store", "api/usecases", "api/access", "api/once.py")
SENTENCES = ("api/problems.py", "search/paging.py")
"""Modules that keep their sentences in other places than a call."""

INTERNAL = (
    *("has no schema version", "does not follow version", "PERSISTENCE_MODULE", "_DBNAME", "POSTGRES_", "LEDGER_KEY"),
    *("A tree of", "The tree has", "The older tree", "The ledger is not that long", "hashes of 32 bytes"),
)


def gathered() -> Catalog:
    """All texts, each with the files it is in."""
    catalogue = Catalog(project="Lærdom", charset="utf-8", fuzzy=False)
    for file, text in (*_pages(), *_raised(), *_sentences()):
        catalogue.add(cast(Any, text), locations=[(file.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def _pages() -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    here = Path(__file__).parent
    for file in sorted(here.rglob("*.py")):
        yield from _extracted(file, "python", {**DEFAULT_KEYWORDS, "N_": None})
    for file in sorted(here.rglob("*.html")):
        yield from _extracted(file, babel_extract, dict(DEFAULT_KEYWORDS), {"trimmed": "true", "silent": "false"})


def _raised() -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    for place in RAISING:
        for file in _modules(place):
            for found, text in _extracted(file, "python", dict.fromkeys(REFUSALS)):
                if not any(part in text for part in INTERNAL):
                    yield found, text


def _extracted(
    file: Path, method: Any, keywords: Any, options: dict[str, str] | None = None
) -> Iterator[tuple[Path, str | tuple[str, ...]]]:
    with file.open("rb") as source:
        found = extract(
            method, cast(IO[bytes], source), keywords=keywords, options={"encoding": "utf-8", **(options or {})}
        )
        for _, text, *_ in found:
            if text:
                yield file, text


def _sentences() -> Iterator[tuple[Path, str]]:
    """Texts of several words with a full stop, docstrings left out."""
    for place in SENTENCES:
        for file in _modules(place):
            tree = ast.parse(file.read_text())
            documentation = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
            for node in ast.walk(tree):
                text = node.value if isinstance(node, ast.Constant) and id(node) not in documentation else None
                if isinstance(text, str) and " " in text and text.endswith("."):
                    yield file, text


def _modules(place: str) -> list[Path]:
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def renewed(lang: str) -> Catalog:
    """The catalogue of the file with new texts added and those that are gone removed; English says what it is asked."""
    with po_file(lang).open("rb") as file:
        catalogue = read_po(file, locale=lang)
    catalogue.update(gathered(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# The words of the pages. Renew with: python -m api.pages.catalogues"
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = "Lærdom maintainers"
    catalogue.creation_date = catalogue.revision_date = WRITTEN
    for message in catalogue:
        if lang == "en" and message.id:
            message.string = message.id
    return catalogue


def main() -> None:
    for lang in LANGS:
        catalogue = renewed(lang)
        with po_file(lang).open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)


if __name__ == "__main__":
    main()
