"""The folder of signed checkpoints in a backup: one file, as there may be very many of them."""

import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from store.ledger.keys import Keys
from store.ledger.note import BadNote, Checkpoint

NAME = "checkpoints.tar"
OF_THE_LOG = "*/*.checkpoint"
"""Those of the log that is signed now; what ended ones have signed is in files of their own (`new_log`)."""


def take(checkpoints: Path, folder: Path) -> None:
    """Before the events: so all of them are of leaves that the copy has."""
    (folder / NAME).touch(mode=0o600, exist_ok=False)
    with tarfile.open(folder / NAME, "w") as tar:
        for file in sorted({*checkpoints.glob(OF_THE_LOG), *checkpoints.glob("*.tar")}):
            tar.add(file, str(file.relative_to(checkpoints)))


def put_back(folder: Path, checkpoints: Path) -> None:
    """Those that are missing; what is there stays as it is."""
    checkpoints.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / NAME) as tar:
        for member in tar:
            if not (checkpoints / member.name).exists():
                tar.extract(member, checkpoints, filter="data")


def in_backup(folder: Path, origin: str) -> Iterator[Checkpoint]:
    """Of the log of this name."""
    with tarfile.open(folder / NAME) as tar:
        for member in tar:
            data = tar.extractfile(member) if member.name.endswith(".checkpoint") else None
            with suppress(BadNote):
                if data is not None and (found := Checkpoint.parse(data.read().decode())).origin == origin:
                    yield found


def newest_signed(checkpoints: Path, keys: Keys) -> Checkpoint | None:
    """The newest that the folder has of the log that is signed with these keys."""
    verifiers = [signer.verifier for signer in keys.signers(make=False)]
    for file in sorted(checkpoints.glob(OF_THE_LOG), key=lambda file: file.name, reverse=True):
        with suppress(BadNote):
            found = Checkpoint.parse(file.read_text())
            if any(map(found.signed_by, verifiers)):
                return found
    return None
