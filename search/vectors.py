"""Where vectors are kept by what they were made of, so that none is made twice; and files of them, searched exactly."""

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from search.embedder import Model, Vector
from search.index import Lang
from search.passages import Passage, language


class VectorCache(Protocol):
    """Vectors of any models, by passage: float32, the lowest byte first, as bytes."""

    def get(self, model: Model, passages: Iterable[Passage]) -> Mapping[Passage, bytes]:
        """Those that are known."""
        ...

    def keep(self, model: Model, vectors: Mapping[Passage, bytes]) -> None:
        """Durable on return. One that is known stays as it is."""
        ...

    def keep_only(self, passages: Collection[Passage]) -> None:
        """Of no model any other; those are made again where they are wanted."""
        ...


def packed(vector: Vector) -> bytes:
    return np.ascontiguousarray(vector, dtype="<f4").tobytes()


def unpacked(vectors: Iterable[bytes], dims: int) -> Vector:
    """(n, dims)."""
    return np.frombuffer(b"".join(vectors), dtype="<f4").reshape(-1, dims)


@dataclass(frozen=True, slots=True)
class Rows:
    """`vectors` (n, dims), mapped from a file, and `passages` (n,)."""

    vectors: Vector
    passages: NDArray[np.int64]
    _sorter: NDArray[np.intp] = field(repr=False)

    @staticmethod
    def of(vectors: Vector, passages: NDArray[np.int64]) -> "Rows":
        return Rows(vectors, passages, np.argsort(passages, kind="stable"))

    def at(self, wanted: NDArray[np.int64]) -> NDArray[np.intp]:
        """The row of each passage, -1 where it has none."""
        if not len(self.passages):
            return np.full(len(wanted), -1)
        places = np.searchsorted(self.passages, wanted, sorter=self._sorter)
        rows = self._sorter[np.minimum(places, len(self.passages) - 1)]
        return np.where(self.passages[rows] == wanted, rows, -1)


class VectorFiles:
    """A `VectorCache` in a folder: a file for each model and language, of rows that are added at its end. One process
    writes, any number read; those that are not `writable` keep nothing.

    Vectors of what was changed or hidden since stay until `keep_only`: whoever looks for near ones asks the index which
    of them a reader may see.
    """

    def __init__(self, folder: Path, *, writable: bool = True) -> None:
        self._folder, self._writable = folder, writable
        self._lock = Lock()
        self._mapped: dict[Path, tuple[int, Rows]] = {}
        self._files: dict[tuple[Model, Lang], Path] = {}
        self._dims: dict[Path, int] = {}

    def get(self, model: Model, passages: Iterable[Passage]) -> dict[Passage, bytes]:
        known: dict[Passage, bytes] = {}
        for lang, some in _by_language(passages).items():
            rows = self.rows(model, lang)
            at = rows.at(np.array(some, dtype=np.int64))
            known |= {p: packed(rows.vectors[row]) for p, row in zip(some, at, strict=True) if row >= 0}
        return known

    def keep(self, model: Model, vectors: Mapping[Passage, bytes]) -> None:
        with self._lock:
            for lang, some in _by_language(vectors).items() if self._writable else ():
                at = self.rows(model, lang).at(np.array(some, dtype=np.int64))
                self._append(model, lang, {p: vectors[p] for p, row in zip(some, at, strict=True) if row < 0})

    def keep_only(self, passages: Collection[Passage]) -> None:
        """Those of the models that files were asked for here; of others, none."""
        wanted = set(passages)
        with self._lock:
            for file in sorted(self._folder.glob("*.vectors")):
                dims = self._dims.get(file)
                if dims is not None:
                    rows = np.fromfile(file, dtype=_record(dims))
                    left = rows[[int(p) in wanted for p in rows["passage"]]]
                    made = file.with_suffix(".new")
                    with made.open("wb") as out:
                        out.write(left.tobytes())
                        out.flush()
                        os.fsync(out.fileno())
                    os.replace(made, file)
                else:
                    file.unlink()
                self._mapped.pop(file, None)

    def rows(self, model: Model, lang: Lang) -> Rows:
        """All there are at this moment, but for those that a crash left damaged."""
        file, record = self._file(model, lang), _record(model.dims)
        try:
            count = os.stat(file).st_size // record.itemsize
        except FileNotFoundError:
            count = 0
        mapped = self._mapped.get(file)
        if mapped is None or mapped[0] != count:
            mapped = self._mapped[file] = count, _read(file, record, count)
        return mapped[1]

    def _append(self, model: Model, lang: Lang, vectors: Mapping[Passage, bytes]) -> None:
        if not vectors:
            return
        file, record = self._file(model, lang), _record(model.dims)
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = np.zeros(len(vectors), dtype=record)
        rows["passage"] = list(vectors)
        rows["vector"] = unpacked(vectors.values(), model.dims)
        with file.open("ab") as out:
            # A killed writer may have left a part of a row, which would put all that follow out of place.
            out.truncate(out.tell() // record.itemsize * record.itemsize)
            out.write(rows.tobytes())
            out.flush()
            os.fsync(out.fileno())

    def _file(self, model: Model, lang: Lang) -> Path:
        if (model, lang) not in self._files:
            self._files[model, lang] = file = self._folder / f"{model.fingerprint}-{lang}.vectors"
            self._dims[file] = model.dims
        return self._files[model, lang]


def _record(dims: int) -> np.dtype[Any]:
    return np.dtype([("passage", "<i8"), ("vector", "<f4", (dims,))])


def _read(file: Path, record: np.dtype[Any], count: int) -> Rows:
    if not count:
        return Rows.of(np.zeros((0, record["vector"].shape[0]), np.float32), np.zeros(0, np.int64))
    mapped: Any = np.memmap(file, dtype=record, mode="r", shape=(count,))
    vectors, passages = mapped["vector"], mapped["passage"]
    sound = np.abs(np.einsum("ij,ij->i", vectors, vectors) - 1) < 1e-3
    if not sound.all():
        vectors, passages = vectors[sound], passages[sound]
    return Rows.of(vectors, np.ascontiguousarray(passages))


def _by_language(passages: Iterable[Passage]) -> dict[Lang, list[Passage]]:
    parted: dict[Lang, list[Passage]] = {}
    for passage in passages:
        parted.setdefault(language(passage), []).append(passage)
    return parted
