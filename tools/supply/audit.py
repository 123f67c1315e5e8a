"""Known vulnerabilities in what is locked. A package that nobody looked at counts as much as one with a finding.

pip-audit alone says that it found none, and ends with 0, where it could look up none of the packages; with `--strict`
it stops at the first. It also leaves out what is locked for another system or another Python. So it is given every
locked package without its condition, and what it says it audited is counted.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ValidationError

from tools.supply.locks import Pin, pins

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
LONGEST_S = 1_800


class Finding(BaseModel):
    id: str
    fix_versions: list[str] = []


class Audited(BaseModel):
    name: str
    version: str | None = None
    skip_reason: str | None = None
    vulns: list[Finding] = []


class Report(BaseModel):
    """What `pip-audit --format json` says."""

    dependencies: list[Audited]


def faults(locked: Iterable[Pin], audited: Iterable[Audited]) -> list[str]:
    """A sentence for each package that has a known vulnerability, was skipped or not looked at. None: all is well."""
    said = list(audited)
    wanted = {(pin.name, pin.version) for pin in locked}
    seen = {(a.name, a.version) for a in said if a.skip_reason is None}
    found = [f"{a.name} was skipped: {a.skip_reason}" for a in said if a.skip_reason is not None]
    skipped = {a.name for a in said if a.skip_reason is not None}
    found += [f"{n} {v} was not audited." for n, v in sorted(wanted - seen) if n not in skipped]
    found += [f"{n} {v} was audited and is not locked." for n, v in sorted(seen - wanted, key=str)]
    for a in said:
        for finding in a.vulns:
            better = ", ".join(finding.fix_versions) or "no version yet"
            found.append(f"{a.name} {a.version} has {finding.id}; mended in {better}.")
    return found


def rounds(locked: Iterable[Pin]) -> list[list[Pin]]:
    """So that no round has a package in two versions, which pip-audit would refuse."""
    parts: list[dict[str, Pin]] = []
    for pin in sorted(set(locked)):
        part = next((p for p in parts if pin.name not in p), None)
        if part is None:
            parts.append(part := {})
        part[pin.name] = pin
    return [list(part.values()) for part in parts]


def requirements(locked: Iterable[Pin]) -> str:
    """A requirements file without conditions, so that all of it is looked at everywhere."""
    return "".join(f"{p.name}=={p.version} {' '.join(f'--hash={d}' for d in p.digests)}\n" for p in locked)


def audit(root: Path, say: Callable[[str], None], *options: str) -> bool:
    """Whether nothing is known against anything that is locked, and all of it was looked at. `options` are given to
    pip-audit, such as another service to ask."""
    python, pages = python_audit(root, say, *options), pages_audit(root, say)
    return python and pages


def python_audit(root: Path, say: Callable[[str], None], *options: str) -> bool:
    locked = {pin for lock in LOCKS for pin in pins((root / lock).read_text("utf-8"))}
    told = [_pip_audit(part, options) for part in rounds(locked)]
    audited = [a for report in told if isinstance(report, Report) for a in report.dependencies]
    unheard = [f"pip-audit gave no report: {said}" for said in told if isinstance(said, str)]
    found = unheard or faults(locked, audited)
    say(f"Python: {len(locked)} packages are locked, {sum(a.skip_reason is None for a in audited)} were audited.")
    for fault in found:
        say(fault)
    return not found


def pages_audit(root: Path, say: Callable[[str], None]) -> bool:
    """What pages are served with. npm says no word about a package that its service does not know."""
    npm = shutil.which("npm")
    if npm is None:
        say("Pages: npm was not found, so nobody looked. Run make node_modules/installed.")
        return False
    done = _run([npm, "audit", "--omit=dev", "--package-lock-only", "--audit-level=low"], root)
    say(
        "Pages: npm knows nothing against them."
        if done.returncode == 0
        else f"Pages: {done.stdout}{done.stderr}".strip()
    )
    return done.returncode == 0


def _pip_audit(locked: Sequence[Pin], options: Sequence[str]) -> Report | str:
    """Its report, or what it said instead. It ends with 1 both for a finding and where it could not look."""
    always = ["--strict", "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    with TemporaryDirectory() as folder:
        (Path(folder) / "locked.txt").write_text(requirements(locked), "utf-8")
        done = _run([sys.executable, "-m", "pip_audit", *always, *options, "-r", "locked.txt"], Path(folder))
    try:
        return Report.model_validate_json(done.stdout)
    except ValidationError:
        return done.stderr.strip() or f"it ended with {done.returncode}"


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=LONGEST_S
    )
