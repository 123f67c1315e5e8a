"""The end of a log that cannot be signed any further, because signed checkpoints know more than was restored.

Whoever has such a checkpoint would take what is signed next for a second history under the same name, and rightly so.
So another log begins, with another key and another name, and what the ended one has signed is kept beside it.
"""

import os
import shutil
import tarfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from store.backup.manifest import sync
from store.database import Session
from store.ledger.keys import CHECKPOINT, NEXT, RETIRED, Keys


def end_log(db: Session, keys: Keys, checkpoints: Path) -> None:
    """All checkpoints of the folder are in one file there, `ended-….tar`, with those of the restored record `db`, which
    may bear cosignatures. The keys are in a folder of that name among the keys; who signs next makes the new one."""
    name = f"ended-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}"
    days = [day for day in sorted(checkpoints.iterdir()) if day.is_dir()]
    with tarfile.open(checkpoints / f"{name}.tar", "x") as tar:
        for row in db.execute("SELECT size, note FROM ledger_checkpoints ORDER BY size"):
            note = row["note"].encode()
            member = tarfile.TarInfo(f"cosigned/{row['size']:012}.checkpoint")
            member.size = len(note)
            tar.addfile(member, BytesIO(note))
        for day in days:
            tar.add(day, day.name)
    sync(checkpoints / f"{name}.tar")
    sync(checkpoints)
    db.execute("DELETE FROM ledger_checkpoints")
    db.execute("DELETE FROM ledger_refusals")
    (keys.folder / name).mkdir(mode=0o700)
    for key in (CHECKPOINT, NEXT, RETIRED):
        if (keys.folder / key).exists():
            os.replace(keys.folder / key, keys.folder / name / key)
    sync(keys.folder)
    for day in days:
        shutil.rmtree(day)
