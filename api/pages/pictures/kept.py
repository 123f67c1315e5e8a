"""Pictures that were drawn of the same state before: drawing takes a fifth of the time of a large process's page."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from domain.foresight.parts import WorkedOut


def kept(
    worked_out: WorkedOut, state: tuple[object, ...], picture: Callable[..., Markup], *given: Any, **words: Any
) -> Markup:
    """The picture of what is `given`, which comes of the state and nothing else, in these words and their language."""
    return worked_out.of(state, (picture, *words.items()), lambda: picture(*given, **words))
