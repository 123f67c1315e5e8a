"""One row of a file, in the shape of the API, whatever file it came from."""

from dataclasses import dataclass
from typing import Any

from api.interchange.faults import Fault


@dataclass(frozen=True, slots=True)
class Row:
    """`fields` is None for a faulty header: then nothing of the file can be trusted."""

    number: int
    fields: dict[str, Any] | None
    faults: tuple[Fault, ...] = ()
