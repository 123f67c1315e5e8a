"""Vectors of texts that are no more."""

from pathlib import Path

import numpy as np

from search.embedder import Model
from search.passages import known_as
from search.vectors import VectorFiles, packed

MODEL, FORMER = Model("one", 2), Model("another", 3)
EAST = packed(np.array([1.0, 0.0], dtype=np.float32))
UP = packed(np.array([0.0, 0.0, 1.0], dtype=np.float32))
STAYS, GOES, NORSK = known_as("stays", "en"), known_as("goes", "en"), known_as("blir", "nb")


def test_only_those_that_are_wanted_stay(tmp_path: Path) -> None:
    VectorFiles(tmp_path).keep(FORMER, {STAYS: UP})
    files, reading = VectorFiles(tmp_path), VectorFiles(tmp_path, writable=False)
    files.keep(MODEL, {STAYS: EAST, GOES: EAST, NORSK: EAST})
    assert set(reading.get(MODEL, (STAYS, GOES, NORSK))) == {STAYS, GOES, NORSK}
    files.keep_only({STAYS, NORSK})
    for each in (files, reading, VectorFiles(tmp_path)):
        assert each.get(MODEL, (STAYS, GOES, NORSK)) == {STAYS: EAST, NORSK: EAST}
        assert each.get(FORMER, (STAYS,)) == {}
    files.keep(MODEL, {GOES: EAST})
    assert set(files.get(MODEL, (STAYS, GOES))) == {STAYS, GOES}
