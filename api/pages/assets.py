"""Stylesheets, scripts and fonts: from the installed packages by a list of files, and our own."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

OWN = Path(__file__).parent / "static"
PACKAGES = Path(__file__).parents[2] / "node_modules"
FOR_EVER = "public, max-age=31536000, immutable"
"""Safe because every address holds the version of the package, or a digest of our own file."""

SERVED = {
    "@digdir/designsystemet-css": ("dist/theme/designsystemet.css", "dist/src/index.css"),
    "@fontsource-variable/inter": (
        "index.css",
        "files/inter-latin-wght-normal.woff2",
        "files/inter-latin-ext-wght-normal.woff2",
    ),
    "@fontsource-variable/source-serif-4": (
        "index.css",
        "files/source-serif-4-latin-wght-normal.woff2",
        "files/source-serif-4-latin-ext-wght-normal.woff2",
    ),
    "htmx.org": ("dist/htmx.min.js",),
}
"""Nothing else of the packages can be fetched."""

STYLES = (
    ("@fontsource-variable/inter", "index.css"),
    ("@fontsource-variable/source-serif-4", "index.css"),
    ("@digdir/designsystemet-css", "dist/theme/designsystemet.css"),
    ("@digdir/designsystemet-css", "dist/src/index.css"),
)
SCRIPTS = (("htmx.org", "dist/htmx.min.js"),)
OWN_STYLES = ("colours.css", "page.css", "search.css", "things.css", "forms.css", "process.css", "pictures.css")
OWN_SCRIPTS = ("page.js",)
OWN_FILES = (*OWN_STYLES, *OWN_SCRIPTS, "print.css", "icon.svg")
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}

routes = APIRouter(prefix="/assets", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a page links to, in order; and the file behind each address that is served."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    print: str
    icon: str
    files: dict[str, Path]


@cache
def addresses() -> Addresses:
    files: dict[str, Path] = {}
    found: dict[tuple[str, str], str] = {}
    for package, names in SERVED.items():
        for name in names:
            address = f"{package}/{_version(package)}/{name}"
            files[address] = PACKAGES / package / name
            found[package, name] = f"/assets/{address}"
    for name in OWN_FILES:
        digest = sha256((OWN / name).read_bytes()).hexdigest()[:12]
        files[f"laerdom/{digest}/{name}"] = OWN / name
        found["laerdom", name] = f"/assets/laerdom/{digest}/{name}"
    return Addresses(
        styles=tuple(found[s] for s in (*STYLES, *(("laerdom", name) for name in OWN_STYLES))),
        scripts=tuple(found[s] for s in (*SCRIPTS, *(("laerdom", name) for name in OWN_SCRIPTS))),
        print=found["laerdom", "print.css"],
        icon=found["laerdom", "icon.svg"],
        files=files,
    )


def _version(package: str) -> str:
    try:
        return str(json.loads((PACKAGES / package / "package.json").read_text())["version"])
    except FileNotFoundError:
        return "not-installed"  # the pages work without; `make node_modules/installed` brings it


@routes.get("/{address:path}")
def asset(address: str) -> Response:
    file = addresses().files.get(address)
    if file is None or not file.is_file():
        raise HTTPException(404)
    return FileResponse(file, media_type=TYPES[file.suffix], headers={"Cache-Control": FOR_EVER})
