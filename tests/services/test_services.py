"""The servers of the tests: there, real, found again, and refused in words where they cannot be had."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import psycopg
import pytest

from tools.services import distribution, places
from tools.services.both import Services, found, up
from tools.services.elastic import cluster
from tools.services.places import Missing, alone, cache_folder, free_ports, passing_folder
from tools.services.process import Process, start, until, wait_for

CHECKOUT = Path(__file__).parents[2]


def asked(address: str, body: object = None, method: str | None = None) -> dict[str, object]:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(address, data, {"Content-Type": "application/json"}, method=method), timeout=60) as answer:
        return json.load(answer)


def test_postgres_is_real_and_keeps_what_it_acknowledged(postgres: str) -> None:
    with psycopg.connect(postgres) as connection:
        asked_for = ("server_version_num", "fsync", "synchronous_commit", "server_encoding")
        told = [connection.execute(f"SHOW {name}").fetchall()[0][0] for name in asked_for]
    assert told[0].startswith("18")
    assert told[1:] == ["on", "on", "UTF8"]


def test_postgres_wants_the_password(postgres: str) -> None:
    before, _, after = postgres.partition("@")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"{before.rpartition(':')[0]}:wrong@{after}", connect_timeout=5)


def test_elasticsearch_is_the_one_that_was_asked_for(elasticsearch: str) -> None:
    version = asked(elasticsearch)["version"]
    assert isinstance(version, dict)
    assert (version["number"], version["build_flavor"]) == (distribution.VERSION, "default")


def test_a_database_of_ones_own_is_empty(database: str) -> None:
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        connection.execute("CREATE TABLE lesson (id int)")
    assert tables == []


def test_the_next_one_finds_nothing_of_it(database: str) -> None:
    test_a_database_of_ones_own_is_empty(database)


def test_who_comes_next_finds_the_same_servers(services: Services) -> None:
    def nothing_to_say(words: str) -> None:
        raise AssertionError(words)

    with ThreadPoolExecutor(4) as pool:
        again = [pool.submit(up, cache_folder(), nothing_to_say, passing_folder()) for _ in range(4)]
    assert [one.result() for one in again] == [services] * 4
    assert found(passing_folder()) == services


def run(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.services", *argv]
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "XDG_CACHE_HOME": os.getenv("XDG_CACHE_HOME", "")}
    return subprocess.run(
        command, cwd=CHECKOUT, env={**kept, **environment}, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_program_prints_what_a_shell_takes(services: Services) -> None:
    told = run("env", "--passing")
    expected = [
        f"export LAERDOM_DATABASE='{services.database}'",
        f"export LAERDOM_ELASTICSEARCH='{services.elasticsearch}'",
    ]
    assert (told.returncode, told.stdout.splitlines(), told.stderr) == (0, expected, "")


def test_none_are_found_where_none_were_started(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"^The services do not run. Run: make services$"):
        found(tmp_path)


def test_what_may_go_is_in_memory_where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "MEMORY", tmp_path)
    monkeypatch.setattr(places, "ROOM_BYTES", 1)
    assert passing_folder() == passing_folder() == tmp_path / f"{places.ACCOUNT}-{os.geteuid()}"
    monkeypatch.setattr(places, "ROOM_BYTES", 1 << 60)
    assert passing_folder() == cache_folder()


def test_and_not_where_somebody_else_leads_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{places.ACCOUNT}-{os.geteuid()}").symlink_to(tmp_path)
    monkeypatch.setattr(places, "MEMORY", tmp_path)
    monkeypatch.setattr(places, "ROOM_BYTES", 1)
    with pytest.raises(Missing, match=r"belongs to somebody else. Remove it, or run as its owner"):
        passing_folder()


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path / "bin"


def test_without_maven_it_says_so(empty_path: Path, tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"mvn was not found. Install Maven"):
        distribution.distribution(tmp_path / "cache", print)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo '[ERROR] no route to the repository'; exit 1", "Maven could not fetch .* no route to the repository"),
        (
            'for o; do case "$o" in -Dmaven.repo.local=*) r="${o#*=}";; esac; done; d="$r/org/sonarsource/x"; '
            '/bin/mkdir -p "$d"; echo other >"$d/x.zip"',
            "came with other content than it should have",
        ),
    ],
)
def test_a_fetch_that_fails_says_why_and_leaves_nothing(
    empty_path: Path, tmp_path: Path, script: str, why: str
) -> None:
    empty_path.mkdir()
    (empty_path / "mvn").write_text(f"#!/bin/sh\n{script}\n")
    (empty_path / "mvn").chmod(0o755)
    with pytest.raises(Missing, match=why):
        distribution.distribution(tmp_path / "cache", print)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_jdk_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.9"\n')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert distribution.jdk() != tmp_path
    (tmp_path / "release").write_text('JAVA_VERSION="21.0.1"\n')
    assert distribution.jdk() == tmp_path


@pytest.fixture
def sleeper() -> Iterator[Process]:
    """Something harmless that runs until it is stopped."""
    folder = cache_folder() / "data"
    folder.mkdir(parents=True, exist_ok=True)
    process = start(["/bin/sh", "-c", "sleep 300 & wait"], "", folder=folder)
    yield process
    process.kill()


def test_a_process_is_stopped_with_what_it_started(sleeper: Process) -> None:
    assert sleeper.alive
    assert os.getsid(sleeper.pid) == sleeper.pid
    sleeper.stop()
    assert not sleeper.alive
    assert until(lambda: not _group_exists(sleeper.pid), 10)


def _group_exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_another_process_with_its_id_is_not_taken_for_it(sleeper: Process) -> None:
    other = Process(sleeper.pid, sleeper.began + 1, "", sleeper.said)
    assert not other.alive
    other.stop()
    other.kill()
    assert sleeper.alive


def test_a_server_that_ends_at_once_tells_its_last_words(tmp_path: Path) -> None:
    folder = cache_folder() / "data"
    process = start(["/bin/sh", "-c", "echo one; echo Error: no such option >&2; exit 1"], "", folder=folder)
    with pytest.raises(Missing, match=r"A server did not start. It said, in .*said:\nError: no such option$"):
        wait_for(process, lambda: False, 30)


def test_starters_wait_for_each_other(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as pool:
        with alone(tmp_path):
            second = pool.submit(_entered, tmp_path)
            assert not until(second.done, 0.3)
        assert second.result(timeout=10)


def _entered(folder: Path) -> bool:
    with alone(folder):
        return True


def test_free_ports_differ() -> None:
    assert len(set(free_ports(20))) == 20


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_cluster_of_three_loses_a_node_and_gets_it_back(needed: Callable[[str], None], services: Services) -> None:
    with cluster(3, heap="512m") as three:
        first, second, third = three.addresses
        assert asked(f"{first}/_cluster/health")["number_of_nodes"] == 3
        settings = {"settings": {"number_of_shards": 1, "number_of_replicas": 2, "refresh_interval": -1}}
        urlopen(
            Request(
                f"{first}/lessons", json.dumps(settings).encode(), {"Content-Type": "application/json"}, method="PUT"
            )
        )
        asked(f"{first}/lessons/_doc?wait_for_active_shards=all&refresh=true", {"title": "kept"})
        three.kill(0)
        assert asked(f"{second}/_cluster/health?wait_for_nodes=2&timeout=60s")["timed_out"] is False
        assert asked(f"{third}/lessons/_count")["count"] == 1
        three.start(0)
        health = asked(f"{first}/_cluster/health?wait_for_status=green&timeout=60s")
        assert (health["status"], health["number_of_nodes"]) == ("green", 3)
    assert not any(three.running[n].alive for n in three.running)
