"""Vectors that a model made of passages, by what they were made of: derived, and dear to make again."""

from collections.abc import Collection, Iterable, Mapping

from store.database import Database

ModelName = tuple[str, int]
"""What the model is called, and how many dimensions its vectors have."""
AT_ONCE = 500


class Vectors:
    """Tables that `laerdom migrate` made. A passage is known by a number of 63 bits."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, model: ModelName, passages: Iterable[int]) -> dict[int, bytes]:
        """Those that are known."""
        wanted = sorted(set(passages))
        known: dict[int, bytes] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            with self._database.reading() as db:
                rows = db.execute(
                    "SELECT passage, vector FROM vectors WHERE model=? AND passage = ANY(?)", (_known_as(model), some)
                )
            known |= {int(row["passage"]): bytes(row["vector"]) for row in rows}
        return known

    def keep(self, model: ModelName, vectors: Mapping[int, bytes]) -> None:
        """One that is known stays as it is."""
        with self._database.writing() as db:
            for passage, vector in vectors.items():
                db.execute(
                    "INSERT INTO vectors (model, passage, vector) VALUES (?,?,?) ON CONFLICT DO NOTHING",
                    (_known_as(model), passage, vector),
                )

    def keep_only(self, passages: Collection[int]) -> None:
        """Of no model any other; those are made again where they are wanted."""
        with self._database.writing() as db:
            db.execute("DELETE FROM vectors WHERE NOT (passage = ANY(?))", (sorted(passages),))


def _known_as(model: ModelName) -> str:
    name, dims = model
    return f"{name} ({dims})"
