"""What the lock files hold, by name, version and digest."""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

_PIN = re.compile(r"([a-z0-9][a-z0-9.-]*)==([^\s;]+)(?: ; .+?)? \\")
_DIGEST = re.compile(r"    --hash=(sha256:[0-9a-f]{64})( \\)?")


@dataclass(frozen=True, slots=True, order=True)
class Pin:
    """One locked package. `digests` are `sha256:…` or `sha512:…` in hexadecimal, of every file it may come as."""

    name: str
    version: str
    digests: tuple[str, ...]


def pins(lock: str) -> list[Pin]:
    """Of a requirements file with digests, whatever the conditions. Raises `ValueError` for any other line."""
    found: list[Pin] = []
    going_on = False
    for number, line in enumerate(lock.splitlines(), 1):
        pin = None if going_on else _PIN.fullmatch(line)
        digest = _DIGEST.fullmatch(line) if going_on else None
        if pin:
            found.append(Pin(pin[1], pin[2], ()))
            going_on = True
        elif digest:
            last = found[-1]
            found[-1] = Pin(last.name, last.version, (*last.digests, digest[1]))
            going_on = bool(digest[2])
        else:
            raise ValueError(f"Line {number} of the lock is neither a pinned package nor its digest. Run make lock.")
    return found


def node_pins(lock: str) -> list[Pin]:
    """Of `package-lock.json`: the packages that pages are served with, not those of the tests."""
    packages: dict[str, dict[str, Any]] = json.loads(lock)["packages"]
    return [
        Pin(path.rpartition("node_modules/")[2], package["version"], (_hexadecimal(package["integrity"]),))
        for path, package in packages.items()
        if path and not package.get("dev")
    ]


def _hexadecimal(integrity: str) -> str:
    algorithm, _, digest = integrity.partition("-")
    return f"{algorithm}:{base64.b64decode(digest, validate=True).hex()}"
