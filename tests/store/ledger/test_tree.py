"""The tree against the vectors of Certificate Transparency, and its proofs at every size."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.ledger.tree import (
    EMPTY,
    Frontier,
    consistency,
    consistent,
    includes,
    inclusion,
    leaf_hash,
    place,
    places,
    places_of,
    roots_of,
)

DATA = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
TENTH = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
SECOND_PAIR = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
SECOND_FOUR = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
FOURTH_PAIR = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
THIRD_PAIR = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

Grown = tuple[dict[int, bytes], list[bytes]]


def grown(leaves: list[bytes]) -> Grown:
    """What is kept of the tree by place, and its root at each size from 0."""
    frontier, kept, roots = Frontier(), dict[int, bytes](), [EMPTY]
    for n, leaf in enumerate(leaves):
        kept |= dict(enumerate(frontier.append(leaf), start=place(0, n)))
        roots.append(frontier.root)
    return kept, roots


KEPT, MANY = grown([leaf_hash(n.to_bytes(2, "big")) for n in range(300)])
SIZES = st.integers(1, 300)


def proof_of(leaf: int, size: int, kept: dict[int, bytes] = KEPT) -> list[bytes]:
    return roots_of(inclusion(leaf, size), kept)


def continued(old: int, new: int, kept: dict[int, bytes] = KEPT) -> list[bytes]:
    return roots_of(consistency(old, new), kept)


def flipped(raw: bytes, bit: int) -> bytes:
    bit %= 8 * len(raw)
    return raw[: bit // 8] + bytes([raw[bit // 8] ^ 1 << bit % 8]) + raw[bit // 8 + 1 :]


def test_the_known_roots() -> None:
    assert [root.hex() for root in grown([leaf_hash(one) for one in DATA])[1]] == ROOTS


@pytest.mark.parametrize(
    ("leaf", "size", "proof"),
    [
        (0, 1, []),
        (0, 8, [TENTH, SECOND_PAIR, SECOND_FOUR]),
        (5, 8, [FIFTH, FOURTH_PAIR, ROOTS[4]]),
        (2, 3, [ROOTS[2]]),
        (1, 5, [ROOTS[1], SECOND_PAIR, FIFTH]),
    ],
)
def test_the_known_proofs_of_inclusion(leaf: int, size: int, proof: list[str]) -> None:
    kept, roots = grown([leaf_hash(one) for one in DATA])
    found = proof_of(leaf, size, kept)
    assert [one.hex() for one in found] == proof
    assert includes(roots[size], size, leaf, leaf_hash(DATA[leaf]), found)


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (1, 8, [TENTH, SECOND_PAIR, SECOND_FOUR]),
        (6, 8, [THIRD_PAIR, FOURTH_PAIR, ROOTS[4]]),
        (2, 5, [SECOND_PAIR, FIFTH]),
    ],
)
def test_the_known_proofs_of_consistency(old: int, new: int, proof: list[str]) -> None:
    kept, roots = grown([leaf_hash(one) for one in DATA])
    found = continued(old, new, kept)
    assert [one.hex() for one in found] == proof
    assert consistent(old, roots[old], new, roots[new], found)


def test_every_place_is_taken_once_and_in_order() -> None:
    assert sorted(KEPT) == list(range(len(KEPT)))


@given(SIZES)
@settings(deadline=None)
def test_a_tree_goes_on_from_what_is_kept(size: int) -> None:
    frontier = Frontier(size - 1, [KEPT[one] for one in places(size - 1)])
    frontier.append(leaf_hash((size - 1).to_bytes(2, "big")))
    assert frontier.root == MANY[size]


def test_a_tree_wants_as_many_hashes_as_it_has_parts() -> None:
    with pytest.raises(ValueError, match="another number of subtrees"):
        Frontier(3, [EMPTY])


@given(SIZES, st.data())
@settings(max_examples=200, deadline=None)
def test_each_leaf_is_proved_and_no_flipped_bit_is(size: int, data: st.DataObject) -> None:
    leaf = data.draw(st.integers(0, size - 1))
    hash, proof = leaf_hash(leaf.to_bytes(2, "big")), proof_of(leaf, size)
    assert includes(MANY[size], size, leaf, hash, proof)
    parts = [MANY[size], hash, *proof]
    n, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[n] = flipped(parts[n], bit)
    assert not includes(parts[0], size, leaf, parts[1], parts[2:])


@given(SIZES, st.data())
@settings(deadline=None)
def test_a_proof_is_of_its_leaf_and_length(size: int, data: st.DataObject) -> None:
    leaf = data.draw(st.integers(0, size - 1))
    hash, proof = leaf_hash(leaf.to_bytes(2, "big")), proof_of(leaf, size)
    for other in {0, size - 1, leaf ^ 1} - {leaf}:
        assert not includes(MANY[size], size, other, hash, proof)
    assert not includes(MANY[size], size, leaf, hash, [*proof, EMPTY])
    assert not proof or not includes(MANY[size], size, leaf, hash, proof[:-1])


@given(SIZES, st.data())
@settings(max_examples=200, deadline=None)
def test_each_older_tree_is_continued_and_with_no_flipped_bit(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = continued(old, new)
    assert consistent(old, MANY[old], new, MANY[new], proof)
    parts = [MANY[old], MANY[new], *proof]
    n, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    parts[n] = flipped(parts[n], bit)
    assert not consistent(old, parts[0], new, parts[1], parts[2:])
    assert not consistent(old, MANY[old], new, MANY[new], [*proof, EMPTY])
    assert not proof or not consistent(old, MANY[old], new, MANY[new], proof[:-1])


@given(SIZES, st.data())
@settings(deadline=None)
def test_a_tree_that_was_rewritten_is_not_continued(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [leaf_hash(n.to_bytes(2, "big")) for n in range(new)]
    leaves[changed] = sha256(b"other").digest()
    kept, roots = grown(leaves)
    assert not consistent(old, MANY[old], new, roots[new], continued(old, new, kept))


def test_nothing_begins_every_tree() -> None:
    assert consistent(0, EMPTY, 7, MANY[7], [])
    assert not consistent(0, MANY[1], 7, MANY[7], [])
    assert not consistent(0, EMPTY, 7, MANY[7], [EMPTY])
    assert not consistent(8, MANY[8], 7, MANY[7], [])


@pytest.mark.parametrize(("leaf", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_that_is_not_there_has_no_proof(leaf: int, size: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        inclusion(leaf, size)
    assert not includes(EMPTY, size, leaf, EMPTY, [])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_only_a_beginning_has_a_proof(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no more than the newer"):
        consistency(old, new)


def test_a_proof_needs_what_is_kept() -> None:
    path = inclusion(2, 7)
    kept = {one: KEPT[one] for one in places_of(path)}
    assert roots_of(path, kept) == proof_of(2, 7)
    kept.popitem()
    with pytest.raises(KeyError):
        roots_of(path, kept)
