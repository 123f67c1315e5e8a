"""The keys of the ledger: files of a folder that are never in the database, readable by their owner alone."""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_bytes, token_hex

from store.ledger.note import BadNote, Signer, Verifier, new_signer
from store.refused import OtherKey

LEDGER = "ledger.key"
"""With it the program marks what it has appended itself: all processes that write have the same."""
CHECKPOINT = "checkpoint.key"
NEXT = "checkpoint.next.key"
"""Signs beside the other while keys change: whoever knows one of the two can verify."""
RETIRED = "retired.keys"
"""The verification keys that have signed before, one a line: old checkpoints are still checked with them."""
BYTES = 32


def ledger_key(env: Mapping[str, str]) -> bytes:
    """Of LEDGER_KEY, 64 hexadecimal digits."""
    key = bytes.fromhex(env.get("LEDGER_KEY", ""))
    if len(key) != BYTES:
        raise ValueError("LEDGER_KEY is not set: events would be kept that nobody can tell from forged ones.")
    return key


class Keys:
    """Of `folder`, which is made with the first key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ledger(self, *, make: bool) -> bytes:
        """32 bytes; with `make`, new ones where there are none. Raises `OtherKey`."""
        file = self.folder / LEDGER
        if not file.exists():
            if not make:
                raise OtherKey(
                    f"There is no {LEDGER} in the folder of keys. Copy it from where laerdom migrate was run, or name"
                    " its folder in LAERDOM_KEYS."
                )
            self._write(LEDGER, token_bytes(BYTES).hex())
        try:
            key = bytes.fromhex(self._read(file))
        except ValueError:
            key = b""
        if len(key) != BYTES:
            raise OtherKey(f"{LEDGER} is damaged: it is {2 * BYTES} hexadecimal digits. Restore it from its backup.")
        return key

    def signers(self, *, make: bool) -> tuple[Signer, ...]:
        """Those that sign checkpoints now: one, or two while keys change; with `make`, a new one where there is none.
        Raises `OtherKey`."""
        if make and not (self.folder / CHECKPOINT).exists():
            self._write(CHECKPOINT, new_signer(f"laerdom/{token_hex(8)}").text())
        files = [self.folder / name for name in (CHECKPOINT, NEXT) if (self.folder / name).exists()]
        return tuple(self._signer(file) for file in files)

    def verifiers(self) -> tuple[Verifier, ...]:
        """Of those that sign now, and of those that have signed before. Raises `OtherKey`."""
        retired = self.folder / RETIRED
        try:
            before = [Verifier.parse(line) for line in retired.read_text().split()] if retired.exists() else []
        except BadNote as error:
            raise OtherKey(f"{RETIRED}: {error}") from None
        return (*(signer.verifier for signer in self.signers(make=False)), *before)

    def begin_rotation(self) -> Signer:
        """From now on a new key signs beside the old one. Raises `OtherKey` where that is so already."""
        if (self.folder / NEXT).exists():
            raise OtherKey("Two keys sign already. End this change of keys before the next one.")
        [old, *_] = self.signers(make=True)
        new = new_signer(old.name)
        self._write(NEXT, new.text())
        return new

    def end_rotation(self) -> Signer:
        """From now on the new key signs alone; of the old one its verification key is left. Raises `OtherKey` where one
        signs already.

        The newest checkpoint has to be signed by both: else nobody can tell any more that it is ours."""
        if not (self.folder / NEXT).exists():
            raise OtherKey("One key signs, and none is to take its place: begin a change of keys first.")
        [old, _] = self.signers(make=False)
        with open(self.folder / RETIRED, "a") as file:
            file.write(f"{old.verifier}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.folder / NEXT, self.folder / CHECKPOINT)
        return self.signers(make=False)[0]

    def _signer(self, file: Path) -> Signer:
        try:
            return Signer.parse(self._read(file))
        except BadNote as error:
            raise OtherKey(f"{file.name}: {error}") from None

    def _read(self, file: Path) -> str:
        if file.stat().st_mode & 0o077:
            raise OtherKey(f"Others can read {file.name}. Make it readable by its owner alone: chmod 600.")
        return file.read_bytes().decode(errors="replace").strip()

    def _write(self, name: str, text: str) -> None:
        """Durable and whole, and never over a key that is there: who comes second uses that one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = self.folder / f".{token_hex(8)}"
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, self.folder / name)
        made.unlink()
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
