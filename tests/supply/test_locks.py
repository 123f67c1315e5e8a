"""A lock is read whole or refused."""

from pathlib import Path

import pytest

from tools.supply.locks import Pin, node_pins, pins

ROOT = Path(__file__).parents[2]
A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64


def test_names_versions_and_digests() -> None:
    lock = (
        f"a==1.0 \\\n    --hash={A} \\\n    --hash={B}\nb.c-d==2!1.0rc1 ; sys_platform == 'win32' \\\n    --hash={A}\n"
    )
    assert pins(lock) == [Pin("a", "1.0", (A, B)), Pin("b.c-d", "2!1.0rc1", (A,))]
    assert pins("") == []


@pytest.mark.parametrize(
    ("lock", "line"),
    [
        ("a==1.0\n", 1),
        (f"a>=1.0 \\\n    --hash={A}\n", 1),
        (f"a==1.0 \\\n    --hash={A}\nb\n", 3),
        (f"a==1.0 \\\n    --hash={A}\n-e .\n", 3),
        (f"a==1.0 \\\n    --hash={A}\n--index-url https://example.org\n", 3),
        ("a==1.0 \\\nb==2.0 \\\n", 2),
        (f"a==1.0 \\\n    --hash={A[:-1]}\n", 2),
        ("a==1.0 \\\n    --hash=md5:0\n", 2),
        (f"    --hash={A}\n", 1),
        (f"a==1.0 \\\n    --hash={A}\n\nb==1.0 \\\n", 3),
        ("a @ https://example.org/a.whl \\\n", 1),
    ],
)
def test_anything_else_is_refused(lock: str, line: int) -> None:
    with pytest.raises(ValueError, match=rf"^Line {line} of the lock"):
        pins(lock)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"])
def test_of_every_lock_each_package_is_read_with_a_digest(name: str) -> None:
    lock = (ROOT / name).read_text("utf-8")
    found = pins(lock)
    assert len(found) == lock.count("==") - lock.count(" == ")
    assert sum(len(pin.digests) for pin in found) == lock.count("--hash=")
    assert [pin.name for pin in found if not pin.digests] == []


def test_the_packages_of_pages_without_those_of_the_tests() -> None:
    found = node_pins((ROOT / "package-lock.json").read_text("utf-8"))
    assert {pin.name for pin in found} == {
        "@digdir/designsystemet-css",
        "@digdir/designsystemet-types",
        "@fontsource-variable/inter",
        "@fontsource-variable/source-serif-4",
        "htmx.org",
    }
    assert all(len(pin.digests) == 1 and len(pin.digests[0]) == len("sha512:") + 128 for pin in found)
