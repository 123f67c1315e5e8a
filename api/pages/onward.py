"""Where to go on to after a page that was only on the way: a place on this site, whatever the address asks for."""

import re
from urllib.parse import unquote

HOME = "/"
LONGEST = 2_000
DECODED = 2
"""Times that a proxy or a script might decode the path once more."""

_ADDRESS = re.compile(r"[!-\[\]-~]*")
"""Printable ASCII: no space, no backslash (browsers read it as a slash), no tab or line break (they leave it out)."""
_PATH = re.compile(r"(?:/(?!/)[!-.0-\[\]-~]*)+")
"""Parts behind one slash each: two would begin a host, also where `/.` or `/a/..` before them is taken away."""


def onward(next: str) -> str:
    """`next` where it is an address of this site as its own pages write it, else the first page."""
    if len(next) > LONGEST or not _ADDRESS.fullmatch(next):
        return HOME
    path = re.split("[?#]", next, maxsplit=1)[0]
    for _ in range(1 + DECODED):
        if not _PATH.fullmatch(path):
            return HOME
        path = unquote(path)
    return next
