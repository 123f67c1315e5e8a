"""JSON Lines: one object a line, in the shape of the API."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

from api.interchange.faults import BadFile, Fault, shown
from api.interchange.limits import within_rows
from api.interchange.lines import lines_of
from api.interchange.row import Row


def read_jsonl(file: Path) -> Iterator[Row]:
    """Blank lines are passed over. Raises `BadFile` when there is nothing else."""
    count = 0
    for number, line in enumerate(lines_of(file), start=1):
        if not line.strip():
            continue
        count += 1
        within_rows(count)
        yield _row(number, line)
    if count == 0:
        raise BadFile("The file is empty. Put one JSON object on each line.")


def write_jsonl(out: IO[bytes], rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _row(number: int, line: str) -> Row:
    try:
        fields: object = json.loads(line, parse_constant=_constant, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        fault = Fault(number, f"This is not JSON from character {error.pos + 1} on.", value=shown(line[error.pos :]))
        return Row(number, {}, (fault,))
    except RecursionError:
        return Row(number, {}, (Fault(number, "This is nested too deeply."),))
    except _NotTaken as error:
        return Row(number, {}, (Fault(number, str(error), value=shown(line)),))
    except ValueError:
        return Row(number, {}, (Fault(number, "A number is too long. Write it as text.", value=shown(line)),))
    if not isinstance(fields, dict):
        return Row(number, {}, (Fault(number, "Write one JSON object, between { and }.", value=shown(fields)),))
    return Row(number, fields)  # pyright: ignore[reportUnknownArgumentType]


class _NotTaken(ValueError):
    """JSON to the letter of Python's reader, and not to ours."""


def _constant(name: str) -> NoReturn:
    raise _NotTaken(f"{name} is not JSON. Leave the field out.")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _NotTaken("A field is there twice. Remove one.")
    return found
