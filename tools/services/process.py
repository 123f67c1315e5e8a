"""A server that outlives the program that started it, known again by its process id and the moment it began."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tools.services.places import Missing, account

STOP_S = 30


@dataclass(frozen=True)
class Process:
    """`began` is in clock ticks since the machine started: an id that was given to another process is not taken for it.

    The process leads a session and a process group of its own; what it starts is stopped with it. What it says goes to
    the file `said`.
    """

    pid: int
    began: int
    address: str
    said: str
    ends_by: int = signal.SIGTERM

    @property
    def alive(self) -> bool:
        return _began(self.pid) == self.began

    def stop(self) -> None:
        """Returns when it is gone. After half a minute it is killed."""
        self._end(self.ends_by)
        self.kill()

    def kill(self) -> None:
        """At once, with no chance to say goodbye. Returns when it is gone."""
        self._end(signal.SIGKILL)

    def _end(self, how: int) -> None:
        if not self.alive:
            return
        os.killpg(self.pid, how)
        if until(lambda: not self.alive, STOP_S):
            with suppress(ChildProcessError):  # a child of this very program stays until it is noticed
                os.waitpid(self.pid, os.WNOHANG)


def start(
    argv: Sequence[str],
    address: str,
    *,
    folder: Path,
    within: Path | None = None,
    environment: Mapping[str, str] | None = None,
    ends_by: signal.Signals = signal.SIGTERM,
) -> Process:
    """It does not answer yet: see `wait_for`. `folder` is its home; it runs there, or `within` another folder."""
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(
            argv,
            cwd=within or folder,
            env={"PATH": os.defpath, "HOME": str(folder), "LANG": "C.UTF-8", **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            **identity(),
        )
    began = _began(child.pid)
    child.returncode = 0  # It is meant to go on: without this Python warns that nobody waited for it.
    return Process(child.pid, began or 0, address, str(folder / "said"), ends_by)


def wait_for(process: Process, answers: Callable[[], bool], timeout_s: float) -> None:
    """Until it answers. Raises `Missing`, and stops it, when it ends or does not answer in time."""
    if until(lambda: answers() or not process.alive, timeout_s) and process.alive:
        return
    process.stop()
    said = Path(process.said).read_text("utf-8", "replace").strip().splitlines()
    telling = [line for line in said if re.search("exception|error|fatal", line, re.I)]
    raise Missing("\n".join([f"A server did not start. It said, in {process.said}:", *(telling or said)[-5:]]))


class Identity(TypedDict, total=False):
    """What `subprocess` has to be told to run something under another account."""

    user: int
    group: int
    extra_groups: list[int]


def identity() -> Identity:
    """The servers' account; empty where the servers run as whoever starts them."""
    owner = account()
    return {} if owner is None else {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def until(happened: Callable[[], bool], timeout_s: float) -> bool:
    """Whether it happened in time; looked at ten times a second."""
    end = time.monotonic() + timeout_s
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def _began(pid: int) -> int | None:
    """None for a process that is not there, or has ended and only waits to be noticed. Field 22 of proc_pid_stat(5)."""
    with suppress(OSError):
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if state in "ZX" else int(fields[18])
    return None
