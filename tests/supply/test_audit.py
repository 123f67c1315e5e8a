"""The audit fails where anything is known, and where anything was not looked at. With the real pip-audit and npm; the
services they ask are played by a server of the test, for those of the world are not reached from everywhere."""

import gzip
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version
from pip_audit._format import JsonFormat
from pip_audit._service import ResolvedDependency, SkippedDependency

from tools.supply.audit import LOCKS, Audited, Finding, Report, faults, pages_audit, python_audit, requirements, rounds
from tools.supply.locks import Pin, pins

ROOT = Path(__file__).parents[2]
D = ("sha256:" + "a" * 64,)
LOCKED = [Pin("a", "1.0", D), Pin("b", "2.0", D)]
BAD_A = Audited(name="a", version="1.0", vulns=[Finding(id="X-1", fix_versions=["1.1", "2.0"]), Finding(id="X-2")])


@pytest.mark.parametrize(
    ("audited", "said"),
    [
        ([Audited(name="a", version="1.0"), Audited(name="b", version="2.0")], []),
        (
            [Audited(name="a", version="1.0"), Audited(name="b", skip_reason="not found")],
            ["b was skipped: not found"],
        ),
        ([Audited(name="a", version="1.0"), Audited(name="b", skip_reason="")], ["b was skipped: "]),
        ([Audited(name="a", version="1.0")], ["b 2.0 was not audited."]),
        ([], ["a 1.0 was not audited.", "b 2.0 was not audited."]),
        (
            [Audited(name="a", version="1.0"), Audited(name="b", version="2.1")],
            ["b 2.0 was not audited.", "b 2.1 was audited and is not locked."],
        ),
        (
            [BAD_A, Audited(name="b", version="2.0")],
            ["a 1.0 has X-1; mended in 1.1, 2.0.", "a 1.0 has X-2; mended in no version yet."],
        ),
    ],
)
def test_every_locked_package_was_looked_at_and_nothing_is_known(audited: list[Audited], said: list[str]) -> None:
    assert faults(LOCKED, audited) == said


def test_a_skipped_package_as_pip_audit_itself_reports_it() -> None:
    result: dict[Any, Any] = {
        ResolvedDependency("a", Version("1.0")): [],
        SkippedDependency("b", "Dependency not found"): [],
    }
    report = Report.model_validate_json(JsonFormat(False, False).format(result, []))
    assert faults(LOCKED, report.dependencies) == ["b was skipped: Dependency not found"]


def test_no_round_has_a_package_twice_and_none_is_left_out() -> None:
    locked = {pin for lock in LOCKS for pin in pins((ROOT / lock).read_text("utf-8"))}
    parts = rounds(locked)
    assert [len({pin.name for pin in part}) for part in parts] == [len(part) for part in parts]
    assert sorted(pin for part in parts for pin in part) == sorted(locked)
    assert len(parts) > 1  # a package that is locked apart for an older Python


def test_all_is_asked_for_without_conditions() -> None:
    assert requirements(LOCKED) == f"a==1.0 --hash={D[0]}\nb==2.0 --hash={D[0]}\n"


@dataclass
class Services:
    """What pip-audit and npm ask."""

    address: str
    asked: list[str] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], object] = lambda _: {}


@pytest.fixture
def services() -> Iterator[Services]:
    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent = json.loads(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
            here.asked.append(f"{sent['package']['name']} {sent['version']}" if "package" in sent else self.path)
            self.say(here.answer(sent))

        def do_GET(self) -> None:
            """Whatever package npm looks at closer has the locked version alone."""
            self.say({"name": "htmx.org", "versions": {"4.0.1": {"name": "htmx.org", "version": "4.0.1"}}})

        def say(self, answer: object) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        here = Services(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield here
        server.shutdown()
        thread.join()


def asking(services: Services) -> tuple[str, ...]:
    return ("--vulnerability-service", "osv", "--osv-url", services.address)


def known(package: str) -> Callable[[dict[str, Any]], object]:
    def answer(sent: dict[str, Any]) -> object:
        name = sent["package"]["name"]
        affected = {"package": {"name": name, "ecosystem": "PyPI"}, "ranges": [FIXED]}
        return {"vulns": [{"id": "X-1", "summary": "a", "affected": [affected]}]} if name == package else {}

    return answer


FIXED = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}


def test_every_locked_package_is_asked_for_once(services: Services) -> None:
    said: list[str] = []
    locked = {f"{pin.name} {pin.version}" for lock in LOCKS for pin in pins((ROOT / lock).read_text("utf-8"))}
    assert python_audit(ROOT, said.append, *asking(services))
    assert sorted(services.asked) == sorted(locked)
    assert said == [f"Python: {len(locked)} packages are locked, {len(locked)} were audited."]


@pytest.fixture
def one_locked(tmp_path: Path) -> Path:
    for lock in LOCKS:
        (tmp_path / lock).write_text(f"starlette==1.0 \\\n    --hash={D[0]}\n", "utf-8")
    return tmp_path


def test_a_known_vulnerability_fails_it(services: Services, one_locked: Path) -> None:
    said: list[str] = []
    services.answer = known("starlette")
    assert not python_audit(one_locked, said.append, *asking(services))
    assert said == [
        "Python: 1 packages are locked, 1 were audited.",
        "starlette 1.0 has X-1; mended in 99.1.",
    ]


def test_a_service_that_does_not_answer_fails_it(one_locked: Path) -> None:
    said: list[str] = []
    nobody = Services("http://127.0.0.1:9")
    assert not python_audit(one_locked, said.append, *asking(nobody))
    assert said[0] == "Python: 1 packages are locked, 0 were audited."
    assert said[1].startswith("pip-audit gave no report: ")
    assert len(said) == 2


ADVISORY = {"id": 1, "url": "a", "title": "X-1", "severity": "low", "vulnerable_versions": "<99"}


@pytest.mark.parametrize(("answer", "well"), [({}, True), ({"htmx.org": [ADVISORY]}, False)])
def test_what_pages_are_served_with(
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    needed: Callable[[str], None],
    answer: object,
    well: bool,
) -> None:
    if shutil.which("npm") is None:
        needed("npm was not found: run make node_modules/installed.")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setenv("npm_config_registry", services.address)
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    services.answer = lambda _: answer
    said: list[str] = []
    assert pages_audit(tmp_path, said.append) == well
    assert services.asked == ["/-/npm/v1/security/advisories/bulk"]
    assert (said == ["Pages: npm knows nothing against them."]) == well
    assert ("X-1" in said[0]) == (not well)


def test_without_npm_nobody_looked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert not pages_audit(ROOT, said.append)
    assert said == ["Pages: npm was not found, so nobody looked. Run make node_modules/installed."]
