"""What the ledger hashes of one event.

Every part is preceded by its length, so that no two events have the same bytes. The salt is random and kept beside the
leaf: without it, who knows a leaf's hash could try whether a guess of the event is right.
"""

from dataclasses import dataclass
from hashlib import sha256
from hmac import digest as hmac_digest

from store.ledger.tree import leaf_hash

MAKE = b"laerdom/1"
"""The first part of every leaf; another way to make leaves gets another name."""
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Leaf:
    """`position`: the event's in the store. `aggregate`: its id as 32 hexadecimal digits. `digest`: SHA-256 of the
    stored state, as it was when the leaf was made."""

    position: int
    aggregate: bytes
    version: int
    topic: bytes
    digest: bytes
    salt: bytes

    def data(self) -> bytes:
        parts = (
            MAKE,
            str(self.position).encode(),
            self.aggregate,
            str(self.version).encode(),
            self.topic,
            self.digest,
            self.salt,
        )
        return b"".join([piece for part in parts for piece in (len(part).to_bytes(4, "big"), part)])

    def hash(self) -> bytes:
        return leaf_hash(self.data())


def digest_of(state: bytes) -> bytes:
    return sha256(state).digest()


def mac(key: bytes, index: int, hash: bytes) -> bytes:
    """Shows that the program appended the leaf there, not somebody who can write to the database alone."""
    return hmac_digest(key, index.to_bytes(8, "big") + hash, "sha256")
