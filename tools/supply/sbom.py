"""A list of everything the product is made of: CycloneDX 1.6, read from the lock files and nothing else.

It names packages, versions and digests, and no place to fetch them from. The same lock files give the same list.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.supply.locks import Pin, node_pins, pins

PRODUCT = "laerdom"
FORMAT = ("--sv", "1.6", "--output-reproducible")
ALGORITHMS = {"sha256": "SHA-256", "sha512": "SHA-512"}
Component = dict[str, Any]


def sbom(root: Path) -> str:
    """JSON. Raises `ValueError` where a lock cannot be read or the list does not keep to the standard."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in project["dependencies"]}
    asked |= set(json.loads((root / "package.json").read_text("utf-8"))["dependencies"])
    locked = [_node(pin) for pin in node_pins((root / "package-lock.json").read_text("utf-8"))]
    locked += [_tidied(component) for component in _python(root / "requirements.lock")]
    locked.sort(key=lambda component: component["purl"])
    product = {"type": "application", "bom-ref": PRODUCT, "name": PRODUCT, "version": project["version"]}
    direct = [component["purl"] for component in locked if component["name"] in asked]
    text = json.dumps(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": product},
            "components": locked,
            "dependencies": [{"ref": PRODUCT, "dependsOn": direct}],
        },
        indent=2,
    )
    if broken := _broken(text):
        raise ValueError(f"The list does not keep to CycloneDX 1.6: {broken}")
    return text


def _broken(text: str) -> str | None:
    # Here, since it takes some seconds: it builds a parser for each kind of address that there is.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return None if found is None else str(found)


def _python(lock: Path) -> list[Component]:
    """As cyclonedx-py reads them. It passes over what it does not understand, so the result is counted."""
    locked = sorted((pin.name, pin.version) for pin in pins(lock.read_text("utf-8")))
    done = subprocess.run(
        # Not validated: what is made of it here is.
        [sys.executable, "-m", "cyclonedx_py", "requirements", *FORMAT, "--no-validate", lock],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"{lock.name} cannot be read: {done.stderr.strip()}")
    found: list[Component] = json.loads(done.stdout)["components"]
    if sorted((component["name"], component.get("version")) for component in found) != locked:
        raise ValueError(f"cyclonedx-py does not find in {lock.name} what is locked there.")
    return found


def _tidied(component: Component) -> Component:
    """With the digests at the package itself: cyclonedx-py has them at an address that it supposes."""
    hashes = [one for reference in component["externalReferences"] for one in reference["hashes"]]
    return _component(component["name"], component["version"], component["purl"].partition("?")[0], hashes)


def _node(pin: Pin) -> Component:
    hashes = [{"alg": ALGORITHMS[a], "content": content} for a, content in (d.split(":") for d in pin.digests)]
    return _component(pin.name, pin.version, f"pkg:npm/{quote(pin.name)}@{pin.version}", hashes)


def _component(name: str, version: str, purl: str, hashes: list[Component]) -> Component:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "hashes": hashes, "purl": purl}
