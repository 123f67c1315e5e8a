"""What the image is made of, as its file says. No engine is needed, and none runs."""

import re
import tomllib
from pathlib import Path

from tools.supply.locks import pins

ROOT = Path(__file__).parents[2]
STAGES = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " "), flags=re.M)[1:]
LAST = STAGES[-1]


def test_it_runs_as_nobody_who_owns_anything() -> None:
    assert re.findall(r"^USER (.+)$", LAST, re.M) == ["10001:10001"]
    assert LAST.index("\nUSER ") > LAST.rindex("\nRUN ")
    assert "--chown" not in LAST


def test_nothing_in_it_can_install_or_compile_anything() -> None:
    assert "pip uninstall --quiet --yes --root-user-action=ignore wheel setuptools pip" in LAST
    assert "ensurepip" in LAST
    assert re.findall(r"apt-get|\bapk\b|gcc|build-essential|\bcurl\b|\bwget\b|\bgit\b|\bADD\b", "".join(STAGES)) == []
    assert re.match(r"python:3\.11-slim\s", LAST)


def test_it_holds_what_is_locked_and_nothing_else_from_a_registry() -> None:
    installs = [
        line for stage in STAGES for line in re.findall(r"(?:pip|npm) [^&\n]*?\b(?:install|ci)\b[^&\n]*", stage)
    ]
    assert [" ".join(line.split()) for line in installs] == [
        "npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error",
        "pip --python .venv/bin/python install --quiet --require-hashes -r requirements.lock",
        "pip --python .venv/bin/python install --quiet --no-build-isolation --no-deps -e .",
    ]


def test_nothing_of_development_is_in_its_lock() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    dev = {re.split(r"[^a-z0-9-]", name.lower())[0] for name in groups["dev"] if isinstance(name, str)}
    assert len(dev) > 10
    assert dev & {pin.name for pin in pins((ROOT / "requirements.lock").read_text("utf-8"))} == set()
    assert "uninstall --quiet --yes uv-build" in "".join(STAGES)


def test_only_what_it_is_made_of_is_sent_to_the_engine() -> None:
    first, *others = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert first == "*"
    sent = {line.removeprefix("!") for line in others if line.startswith("!")}
    assert sent & {"tests", "tools", "bench", "data", ".git", ".env", "requirements-dev.lock"} == set()
    copied = {
        word
        for stage in STAGES
        for words in re.findall(r"^COPY (?!--from)(.+) \S+$", stage, re.M)
        for word in words.split()
    }
    assert {path.split("/")[0] for path in copied} == sent
