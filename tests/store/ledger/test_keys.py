"""Keys in files: for their owner alone, whole or not at all, and changed with both for a while."""

from pathlib import Path

import pytest

from store.ledger.keys import CHECKPOINT, LEDGER, NEXT, RETIRED, Keys, ledger_key
from store.ledger.note import signed
from store.ledger.tree import EMPTY
from store.refused import OtherKey


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def make_both(keys: Keys) -> None:
    keys.ledger(make=True)
    keys.signers(make=True)


def test_keys_are_made_once_and_for_their_owner(keys: Keys) -> None:
    key, [signer] = keys.ledger(make=True), keys.signers(make=True)
    assert len(key) == 32
    assert (keys.ledger(make=True), keys.signers(make=True)) == (key, (signer,))
    assert keys.folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in keys.folder.iterdir()} == {
        LEDGER: 0o600,
        CHECKPOINT: 0o600,
    }


def test_nothing_is_made_unless_it_is_asked_for(keys: Keys) -> None:
    with pytest.raises(OtherKey, match=r"There is no ledger\.key"):
        keys.ledger(make=False)
    assert keys.signers(make=False) == keys.verifiers() == ()
    assert not keys.folder.exists()


@pytest.mark.parametrize("name", [LEDGER, CHECKPOINT])
def test_a_key_that_others_can_read_is_refused(keys: Keys, name: str) -> None:
    make_both(keys)
    (keys.folder / name).chmod(0o640)
    with pytest.raises(OtherKey, match=f"Others can read {name}"):
        make_both(keys)


@pytest.mark.parametrize("text", ["", "5e" * 31, "zz" * 32, "\udc80".encode(errors="surrogateescape").decode("latin1")])
@pytest.mark.parametrize("name", [LEDGER, CHECKPOINT])
def test_a_damaged_key_is_refused(keys: Keys, name: str, text: str) -> None:
    make_both(keys)
    (keys.folder / name).write_text(text, "latin1")
    with pytest.raises(OtherKey, match=name):
        make_both(keys)


def test_a_key_is_changed_with_both_for_a_while(keys: Keys) -> None:
    [old] = keys.signers(make=True)
    before = signed(old.name, 1, EMPTY, [old])
    new = keys.begin_rotation()
    assert keys.signers(make=False) == (old, new)
    assert (keys.folder / NEXT).stat().st_mode & 0o777 == 0o600
    assert new.name == old.name
    with pytest.raises(OtherKey, match="Two keys sign already"):
        keys.begin_rotation()
    assert keys.end_rotation() == new
    assert keys.signers(make=True) == (new,)
    assert keys.verifiers() == (new.verifier, old.verifier)
    assert any(before.signed_by(one) for one in keys.verifiers())
    assert old.text() not in "".join(file.read_text() for file in keys.folder.iterdir())
    with pytest.raises(OtherKey, match="One key signs"):
        keys.end_rotation()


def test_a_damaged_list_of_former_keys_is_refused(keys: Keys) -> None:
    keys.signers(make=True)
    (keys.folder / RETIRED).write_text("a+b+c\n")
    with pytest.raises(OtherKey, match=RETIRED):
        keys.verifiers()


@pytest.mark.parametrize("env", [{}, {"LEDGER_KEY": "5e"}, {"LEDGER_KEY": "x" * 64}])
def test_a_store_is_opened_with_a_key(env: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"LEDGER_KEY is not set|non-hexadecimal"):
        ledger_key(env)
