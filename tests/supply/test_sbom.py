"""The list names exactly what is locked, keeps to the standard, and tells no place to fetch anything from."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tools.supply.locks import node_pins, pins
from tools.supply.sbom import sbom

ROOT = Path(__file__).parents[2]
FILES = ("pyproject.toml", "requirements.lock", "package.json", "package-lock.json")


@pytest.fixture(scope="module")
def text() -> str:
    return sbom(ROOT)


@pytest.fixture(scope="module")
def listed(text: str) -> dict[str, Any]:
    return json.loads(text)


def test_exactly_what_is_locked_with_every_digest(listed: dict[str, Any]) -> None:
    python = pins((ROOT / "requirements.lock").read_text("utf-8"))
    node = node_pins((ROOT / "package-lock.json").read_text("utf-8"))
    locked = [(p.name, p.version, sorted(d.split(":")[1] for d in p.digests)) for p in (*python, *node)]
    found = [(c["name"], c["version"], sorted(h["content"] for h in c["hashes"])) for c in listed["components"]]
    assert sorted(found) == sorted(locked)


def test_each_is_named_as_its_registry_names_it(listed: dict[str, Any]) -> None:
    purls = [c["purl"] for c in listed["components"]]
    assert len(set(purls)) == len(purls)
    assert [p for p in purls if not re.fullmatch(r"pkg:(pypi|npm)/(%40[\w-]+/)?[\w.-]+@[\w.!]+", p)] == []
    assert "pkg:npm/%40digdir/designsystemet-css@1.22.0" in purls


def test_what_the_product_asks_for_itself(listed: dict[str, Any]) -> None:
    [of_the_product] = listed["dependencies"]
    direct = {
        ref.partition("@")[0] if "npm" not in ref else ref.rpartition("@")[0] for ref in of_the_product["dependsOn"]
    }
    assert {"pkg:pypi/fastapi", "pkg:pypi/psycopg", "pkg:pypi/uvicorn", "pkg:npm/htmx.org"} <= direct
    assert direct & {"pkg:pypi/starlette", "pkg:pypi/h11", "pkg:npm/%40digdir/designsystemet-types"} == set()
    assert set(of_the_product["dependsOn"]) <= {c["bom-ref"] for c in listed["components"]}
    assert (listed["specVersion"], listed["metadata"]["component"]["name"]) == ("1.6", "laerdom")


def test_no_address(text: str) -> None:
    assert re.findall(r"\w+://[^\"]*", text) == ["http://cyclonedx.org/schema/bom-1.6.schema.json"]


def test_the_same_locks_give_the_same_list(text: str) -> None:
    assert sbom(ROOT) == text


@pytest.mark.parametrize(
    ("file", "before", "after", "why"),
    [
        ("requirements.lock", "annotated-doc==", "annotated-doc @@ ", "Line 1 of the lock"),
        ("pyproject.toml", 'version = "0.1.0"', "version = 1", "does not keep to CycloneDX 1.6"),
        ("package-lock.json", '"sha512-', '"sha1-', "sha1"),
    ],
)
def test_what_cannot_be_read_or_would_break_the_standard_is_refused(
    tmp_path: Path, file: str, before: str, after: str, why: str
) -> None:
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path)
    text = (ROOT / file).read_text("utf-8")
    assert before in text
    (tmp_path / file).write_text(text.replace(before, after), "utf-8")
    with pytest.raises((ValueError, KeyError), match=why):
        sbom(tmp_path)
