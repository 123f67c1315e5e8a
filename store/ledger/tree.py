"""The Merkle tree of RFC 6962: hashes, what is kept of the tree, and its two proofs.

What is kept are the hashes of complete subtrees, each at its `place`: they are made in the order of their places, one
after the other, while leaves are appended, and none of them ever changes. A range of leaves is `(first, after the
last)`.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""
Range: TypeAlias = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def place(level: int, n: int) -> int:
    """Where the n-th complete subtree of 2**level leaves is kept, counted from 0: all places below are made by then."""
    last = ((n + 1) << level) - 1
    return 2 * last - last.bit_count() + level


def places(size: int) -> list[int]:
    """Of the complete subtrees that a tree of `size` leaves consists of, the largest first."""
    return _places((0, size))


class Frontier:
    """The complete subtrees of a tree that grows: all that is needed to append to it and to know its root."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """`hashes` of the `places(size)`, in their order."""
        if len(hashes) != size.bit_count():
            raise ValueError("A tree of this size consists of another number of subtrees.")
        self.size = size
        self._hashes = list(hashes)

    def append(self, leaf: bytes) -> list[bytes]:
        """The hashes that became known with the leaf's own, in the order of their places."""
        made, n = [leaf], self.size
        while n & 1:
            made.append(node_hash(self._hashes.pop(), made[-1]))
            n >>= 1
        self._hashes.append(made[-1])
        self.size += 1
        return made

    @property
    def root(self) -> bytes:
        return _joined(self._hashes)


def inclusion(leaf: int, size: int) -> list[Range]:
    """Whose roots prove, from the leaf upwards, that it is in the tree of `size` leaves (RFC 6962, 2.1.1)."""
    if not 0 <= leaf < size:
        raise ValueError("The tree has no such leaf.")
    path, first, end = list[Range](), 0, size
    while end - first > 1:
        middle = first + _left(end - first)
        if leaf < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    return path[::-1]


def consistency(old: int, new: int) -> list[Range]:
    """Whose roots prove that the tree of `old` leaves is the beginning of the one of `new` (RFC 6962, 2.1.2)."""
    if not 0 < old <= new:
        raise ValueError("The older tree has leaves, and no more than the newer one.")
    path, first, end = list[Range](), 0, new
    while end != old:
        middle = first + _left(end - first)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((first, middle))
            first = middle
    if first:
        path.append((first, end))
    return path[::-1]


def places_of(path: Sequence[Range]) -> list[int]:
    """What has to be looked up for `roots_of`."""
    return [one for part in path for one in _places(part)]


def roots_of(path: Sequence[Range], kept: Mapping[int, bytes]) -> list[bytes]:
    """The proof that a path is: the root of each range. Raises `KeyError` where a place is not among those `kept`."""
    return [_joined([kept[one] for one in _places(part)]) for part in path]


def includes(root: bytes, size: int, leaf: int, hash: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the leaf is in the tree with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= leaf < size:
        return False
    n, last, made = leaf, size - 1, hash
    for one in proof:
        if last == 0:
            return False
        if n & 1 or n == last:
            made = node_hash(one, made)
            while not n & 1 and n:
                n, last = n >> 1, last >> 1
        else:
            made = node_hash(made, one)
        n, last = n >> 1, last >> 1
    return last == 0 and made == root


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the one tree is the beginning of the other (RFC 9162, 2.1.4.2). Nothing begins every tree."""
    if old in (0, new):
        return not proof and old_root == (new_root if old else EMPTY)
    if not 0 < old < new:
        return False
    rest = list(proof) if old & (old - 1) else [old_root, *proof]
    if not rest:
        return False
    n, last = old - 1, new - 1
    while n & 1:
        n, last = n >> 1, last >> 1
    made_old = made_new = rest[0]
    for one in rest[1:]:
        if last == 0:
            return False
        if n & 1 or n == last:
            made_old, made_new = node_hash(one, made_old), node_hash(one, made_new)
            while not n & 1 and n:
                n, last = n >> 1, last >> 1
        else:
            made_new = node_hash(made_new, one)
        n, last = n >> 1, last >> 1
    return last == 0 and made_old == old_root and made_new == new_root


def _left(size: int) -> int:
    """How many of `size` leaves are in the left half: the largest power of two below."""
    return 1 << (size - 1).bit_length() - 1


def _places(part: Range) -> list[int]:
    first, end = part
    found = list[int]()
    for level in range((end - first).bit_length() - 1, -1, -1):
        if (end - first) >> level & 1:
            found.append(place(level, first >> level))
            first += 1 << level
    return found


def _joined(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in hashes[-2::-1]:
        root = node_hash(left, root)
    return root
