"""Where the servers live, whose they are, which ports they take, and who may start them just now."""

import fcntl
import os
import pwd
import shutil
import socket
import stat
import subprocess
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ACCOUNT = "laerdom-services"
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 << 30


class Missing(RuntimeError):
    """A server cannot be had. Says what is missing and what to do."""


def cache_folder() -> Path:
    """The user's cache; for root one that the servers' account can reach, since root's home is closed to others."""
    if os.geteuid() == 0:
        return Path("/var/cache/laerdom")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "laerdom"


def passing_folder() -> Path:
    """In memory, where there is room: for servers whose data nobody wants back, so that no save waits for a disk. The
    user's cache otherwise. Raises `Missing` where somebody else has the folder."""
    if not has_room(MEMORY, ROOM_BYTES):
        return cache_folder()
    folder = MEMORY / f"{ACCOUNT}-{os.geteuid()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not stat.S_ISDIR(found.st_mode):
        raise Missing(f"{folder} belongs to somebody else. Remove it, or run as its owner.")
    return folder


def has_room(memory: Path, bytes: int) -> bool:
    """Whether there is a file system in memory with so much free space, from which programs may run."""
    if not memory.is_dir() or not os.access(memory, os.W_OK):
        return False
    place = os.statvfs(memory)
    return place.f_bavail * place.f_frsize >= bytes and not place.f_flag & os.ST_NOEXEC


def account() -> pwd.struct_passwd | None:
    """The account that the servers run under: neither runs as root. None for any other user: they run as that user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        if shutil.which("useradd") is None:
            raise Missing(f"Root needs an account for the servers. Create {ACCOUNT}, or run as another user.") from None
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT], check=True)
        return pwd.getpwnam(ACCOUNT)


def own_folder(path: Path) -> Path:
    """`path`, made where it is not there, closed to all but the account that the servers run under."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    owner = account()
    if owner is not None:
        os.chown(path, owner.pw_uid, owner.pw_gid)
    return path


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nobody held a moment ago; all different."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.socket()) for _ in range(count)]
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]


@contextmanager
def alone(folder: Path) -> Generator[None]:
    """One caller at a time; the others wait. The lock goes with the process that held it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
