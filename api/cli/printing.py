"""What commands write: JSON for programs, tables for people, and no character that a terminal would obey."""

import json
import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Annotated, Any

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

Json = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]
Data = Annotated[str | None, typer.Option("--data", help="The data folder.", show_default="LAERDOM_DATA, or data")]
As = Annotated[str | None, typer.Option("--as", metavar="NAME", help="Act under this name, not the system user's.")]

MARK = re.compile(r"(<mark>.*?</mark>)", re.DOTALL)
TAG = re.compile(r"<[^>]*>")


def write_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def plain(text: str) -> str:
    """Without what a terminal would obey: control characters and those that turn the direction of writing."""
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def marked(html: str) -> Text:
    """Highlighted HTML with its marks in bold."""
    text = Text()
    for part in MARK.split(html):
        text.append(plain(unescape(TAG.sub("", part))), style="bold" if part.startswith("<mark>") else None)
    return text


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Cells are text or what is made into text; a terminal sets the width, a pipe gets whole cells."""
    table = Table(*columns, box=SIMPLE, pad_edge=False, show_edge=False)
    for row in rows:
        table.add_row(
            *(cell if isinstance(cell, Text) else Text(plain("" if cell is None else str(cell))) for cell in row)
        )
    console().print(table)


def console() -> Console:
    out = Console(highlight=False)
    return out if out.is_terminal else Console(highlight=False, width=200)
