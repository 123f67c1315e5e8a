"""One index on disk: its documents, its one writer, and the log position it is complete up to."""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import tantivy
from pydantic import TypeAdapter

from search import tantivy_query as ask
from search.index import Document, SearchUnavailable

WRITER_HEAP_BYTES = 32_000_000
DOCUMENT = TypeAdapter(Document)


class Damaged(ValueError):
    """The files do not make an index, or not one that this program wrote."""


class Generation:
    """A folder of its own. `position` is kept in a file written after each commit: it may be behind, never ahead.

    Writers of several threads take turns; any number of threads read. Another process may read (`refreshed`).
    """

    def __init__(self, folder: Path) -> None:
        """Opens or makes the index. Raises `Damaged`."""
        self.folder = folder
        self._lock = Lock()
        self._writer: Any = None
        folder.mkdir(exist_ok=True)
        self.position = self.read_position()
        if self.position and not (folder / "meta.json").is_file():
            raise Damaged("the list of segments is missing")
        try:
            # tantivy checks the footer of every file here, and the stored schema against this one.
            self.index = tantivy.Index(ask.schema(), path=str(folder))
            for name, analyzer in ask.TOKENIZERS.items():
                self.index.register_tokenizer(name, analyzer)
            self.index.searcher()
        except (ValueError, OSError) as error:
            raise Damaged(str(error)[:200]) from error
        self.schema = self.index.schema

    def read_position(self) -> int:
        try:
            return int((self.folder / "position").read_text("ascii"))
        except (OSError, ValueError):
            return 0

    def put(self, documents: Sequence[Document], position: int) -> None:
        """As `SearchIndex.put`. Without documents nothing is written: the position is kept with the next ones."""
        with self._lock:
            if documents:
                self._write(documents)
            self.position = max(self.position, position)
            if documents:
                write_whole(self.folder / "position", str(self.position))

    def _write(self, documents: Sequence[Document]) -> None:
        searcher = self.index.searcher()
        newest: dict[str, Document] = {}
        for document in documents:
            if document.id not in newest or newest[document.id].version <= document.version:
                newest[document.id] = document
        writer = self._open_writer()
        try:
            for document in newest.values():
                kept = self._version(searcher, document.id)
                if kept is None or kept <= document.version:
                    writer.delete_documents_by_term("id", document.id)
                    writer.add_document(ask.stored(document, DOCUMENT.dump_json(document).decode()))
            writer.commit()
        except (ValueError, OSError) as error:
            self._writer = None  # what it had not committed goes with it
            raise SearchUnavailable("The search index cannot be written now.") from error
        self.index.reload()

    def _open_writer(self) -> Any:
        # One for as long as the index is open: a writer for each commit leaves hundreds of files behind.
        if self._writer is None:
            try:
                self._writer = self.index.writer(WRITER_HEAP_BYTES, 1)
            except ValueError as error:
                raise SearchUnavailable("Another process writes this search index.") from error
        return self._writer

    def _version(self, searcher: tantivy.Searcher, id: str) -> int | None:
        hits = searcher.search(tantivy.Query.term_query(self.schema, "id", id), 1).hits
        return int(searcher.doc(hits[0][1]).get_first("version") or 0) if hits else None

    def searcher(self, *, refreshed: bool = False) -> tantivy.Searcher:
        if refreshed:
            self.index.reload()
        return self.index.searcher()

    def documents(self) -> Iterator[Document]:
        """Ordered by id."""
        searcher = self.searcher()
        hits = searcher.search(tantivy.Query.all_query(), searcher.num_docs).hits if searcher.num_docs else []
        yield from sorted((document(searcher.doc(address)) for _, address in hits), key=lambda d: d.id)

    def close(self) -> None:
        with self._lock:
            if self._writer is not None:
                write_whole(self.folder / "position", str(self.position))
                self._writer.wait_merging_threads()
                self._writer = None

    def remove(self) -> None:
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def document(row: tantivy.Document) -> Document:
    """The document as it was put."""
    return DOCUMENT.validate_json(str(row.get_first("document")))


def write_whole(file: Path, text: str) -> None:
    """The old content or the new one, whenever the power goes."""
    beside = file.with_name(file.name + ".new")
    with beside.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
