"""One index on disk: its documents, its one writer, and the log position it is complete up to."""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import tantivy

from search import tantivy_query as ask
from search.analysis import TOKENIZERS
from search.fields import newest
from search.index import Document, SearchUnavailable

WRITER_HEAP_BYTES = 32_000_000


class Damaged(ValueError):
    """The files do not make an index, or not one that this program wrote."""


class Generation:
    """A folder of its own. `position` is kept in a file written after each commit: it may be behind, never ahead.

    Writers of several threads take turns; any number of threads read, and processes that `refresh`.
    """

    def __init__(self, folder: Path, *, new: bool = False) -> None:
        """Opens the index, or makes a `new` one. Raises `Damaged`."""
        self.folder = folder
        self._lock = Lock()
        self._writer: Any = None
        if new:
            folder.mkdir()
        elif not (folder / "meta.json").is_file():
            raise Damaged("the list of segments is missing")
        try:
            # tantivy checks the footer of every file here, and the stored schema against this one.
            self._index = tantivy.Index(ask.schema(), path=str(folder))
            for name, analyzer in TOKENIZERS.items():
                self._index.register_tokenizer(name, analyzer)
            self._index.config_reader("manual")  # otherwise a thread watches the folder
            self._index.searcher()
        except (ValueError, OSError) as error:
            raise Damaged(str(error)[:200]) from error
        self.schema = self._index.schema
        self.position = self._kept = self.read_position()

    def read_position(self) -> int:
        """As it is on disk; 0 when nothing sensible is there, which does no more than fill the index again."""
        try:
            return max(0, int((self.folder / "position").read_text("ascii")))
        except (OSError, ValueError):
            return 0

    def put(self, documents: Sequence[Document], position: int) -> None:
        """As `SearchIndex.put`. Without documents nothing is written: the position is kept with the next ones.

        Raises `ValueError`, with nothing written, for a document whose text is not Unicode."""
        with self._lock:
            if documents:
                self._write(documents)
            self.position = max(self.position, position)
            if documents:
                self._keep_position()

    def _write(self, documents: Sequence[Document]) -> None:
        kept = newest(documents)
        # Before anything is written: a document that cannot be written is not a reason to try again.
        rows = {id: ask.row(document) for id, document in kept.items()}
        writer, searcher = self._open_writer(), self.searcher()
        try:
            for id, row in rows.items():
                if self._version(searcher, id) <= kept[id].version:
                    writer.delete_documents_by_term("id", id)
                    writer.add_document(row)
            writer.commit()
        except (ValueError, OSError) as error:
            self._writer = None  # what it had not committed goes with it
            raise SearchUnavailable("The search index cannot be written now.") from error
        self._index.reload()

    def _open_writer(self) -> Any:
        # One for as long as the index is open: a writer for each commit leaves hundreds of files behind.
        if self._writer is None:
            try:
                self._writer = self._index.writer(WRITER_HEAP_BYTES, 1)
            except ValueError as error:
                busy = "LockBusy" in str(error)
                why = "Another process writes this search index." if busy else "The search index cannot be written now."
                raise SearchUnavailable(why) from error
            # That process may have written since this one opened.
            self._index.reload()
            self.position = max(self.position, self.read_position())
        return self._writer

    def _version(self, searcher: tantivy.Searcher, id: str) -> int:
        """Of the document kept under the id; lower than any when there is none."""
        addresses = _addresses(self.schema, searcher, id)
        return int(searcher.fast_field_values("version", addresses)[0] or 0) if addresses else -1

    def _keep_position(self) -> None:
        write_whole(self.folder / "position", str(self.position))
        self._kept = self.position

    def searcher(self) -> tantivy.Searcher:
        """Sees what was committed when it was made, whatever is written or removed after."""
        return self._index.searcher()

    def refresh(self) -> None:
        """See what another process has committed. Raises `ValueError` when the folder is gone."""
        self._index.reload()

    def documents(self) -> Iterator[Document]:
        """Ordered by id, one read at a time."""
        searcher = self.searcher()
        # Of several segments the terms come in the order of one segment after the other.
        for id in sorted({term for term, _ in searcher.terms_with_prefix("id", "")}):
            for address in _addresses(self.schema, searcher, id):
                yield ask.document(searcher.doc(address))

    def close(self) -> None:
        """Keeps the position, unless another process writes, and leaves the writing to others."""
        with self._lock:
            try:
                if self.position > self._kept:
                    self._open_writer()
                    self._keep_position()
            except SearchUnavailable:
                pass
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None

    def remove(self) -> None:
        """Searches under way keep the files open; they vanish with the last of them."""
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None
        shutil.rmtree(self.folder, ignore_errors=True)


def _addresses(schema: tantivy.Schema, searcher: tantivy.Searcher, id: str) -> list[tantivy.DocAddress]:
    hits = searcher.search(tantivy.Query.term_query(schema, "id", id, "basic"), 1).hits
    return [address for _, address in hits]


def write_whole(file: Path, text: str) -> None:
    """The old content or the new one, whenever the power goes."""
    beside = file.with_name(file.name + ".new")
    with beside.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
