"""How a command ends: 0 when done, 2 for input that cannot be used, 1 for what cannot be done now; told in one line."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup
from typer.exceptions import TyperException

from api.interchange.faults import BadFile
from api.settings import SettingsError
from api.wiring import FolderInUse, RebuildUnderWay
from domain.errors import Conflict, Refused, Stale
from search.index import SearchUnavailable
from store.backup.manifest import BackupFailed, BadBackup
from store.refused import NoLedger, NotDurable, NotMigrated, OtherKey
from store.unavailable import StoreUnavailable


class Stop(Exception):
    """The command ends here with this sentence."""

    def __init__(self, why: str, code: int = 1) -> None:
        super().__init__(why)
        self.code = code


class OneLineGroup(TyperGroup):
    """Whatever stops a command is told in one line on stderr, without a trace of the program."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        try:
            code = super().main(args, prog_name, complete_var, False, windows_expand_args, **extra)
        except Exception as error:
            why, code = _told(error)
            if why:
                typer.echo(f"laerdom: {' '.join(why.split())}", err=True)
        if not standalone_mode:
            return code
        raise SystemExit(code if isinstance(code, int) else 0)


def _told(error: Exception) -> tuple[str, int]:
    """The sentence and the code. Raises the error again where it is none that was foreseen."""
    match error:
        case Stop():
            return str(error), error.code
        case TyperException():
            # Without a message the help was shown already.
            message = error.format_message()
            return message and f"{message} See laerdom --help.", 2
        case typer.Abort():
            return "Stopped.", 1
        case Conflict() | Stale() | StoreUnavailable() | SearchUnavailable() | FolderInUse() | RebuildUnderWay():
            return str(error), 1
        case NotDurable() | NotMigrated() | OtherKey() | BackupFailed():
            return str(error), 1
        case SettingsError() | BadFile() | BadBackup() | Refused() | NoLedger():
            return str(error), 2
        case ValidationError():
            first = error.errors()[0]
            message = str(first["msg"]).removeprefix("Value error, ")
            return f"--{str(first['loc'][0]).replace('_', '-')}: {message}", 2
        case sqlite3.Error():
            return f"The data folder cannot be used ({error}). Check its permissions and that there is room.", 1
        case OSError():
            where = f" at {error.filename}" if error.filename else ""
            return f"{error.strerror or error}{where}. Check the folder and its permissions.", 1
        case _:
            raise error
