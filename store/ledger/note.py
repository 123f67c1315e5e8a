"""Signed statements about the ledger, in formats that programs of others read (c2sp.org, as of July 2026).

A *note* is lines of text, an empty line, and signatures over the text (signed-note). A *checkpoint* is a note of the
name of a log, the number of its leaves and the root (tlog-checkpoint). A *cosignature* is another's signature on a
checkpoint, with the time (tlog-cosignature). A *proof* shows that a leaf is in the log of a checkpoint (tlog-proof).
"""

from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 1
COSIGNATURE = 4
DASH = "\u2014 "
PROOF = "c2sp.org/tlog-proof@v1"


class BadNote(ValueError):
    """Not a note, not a checkpoint or not a key: says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name, as `<name>+<id>+<key>`."""

    name: str
    kind: int
    key: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `BadNote`."""
        name, _, rest = text.strip().partition("+")
        id, _, encoded = rest.partition("+")
        raw = _decoded(encoded)
        if not _is_name(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
            raise BadNote("This is not a verification key: <name>+<8 hexadecimal digits>+<base64> of an Ed25519 key.")
        found = cls(name, raw[0], raw[1:])
        if found.id.hex() != id:
            raise BadNote("The id in the verification key does not belong to it: part of it was changed or lost.")
        return found

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes([self.kind]) + self.key)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """`signature` as it stands in the note after the id of the key."""
        if self.kind == COSIGNATURE:
            if len(signature) != 72:
                return False
            text = _cosigned(text, int.from_bytes(signature[:8], "big"))
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key with its name, kept as `PRIVATE+KEY+<name>+<id>+<key>`."""

    name: str
    kind: int
    seed: bytes

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `BadNote`, and repeats nothing of the text."""
        parts = text.strip().split("+", 4)
        raw = _decoded(parts[4]) if len(parts) == 5 and parts[:2] == ["PRIVATE", "KEY"] else b""
        if len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE) or not _is_name(parts[2]):
            raise BadNote("This is not a signing key: PRIVATE+KEY+<name>+<8 hexadecimal digits>+<base64>.")
        found = cls(parts[2], raw[0], raw[1:])
        if found.verifier.id.hex() != parts[3]:
            raise BadNote("The id in the signing key does not belong to it: part of it was changed or lost.")
        return found

    def text(self) -> str:
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{encoded(bytes([self.kind]) + self.seed)}"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.kind, self._private.public_key().public_bytes_raw())

    def line(self, text: str, *, at_s: int = 0) -> str:
        """The line of the note that signs its text; a cosignature at `at_s`, whole seconds since 1970."""
        if self.kind == COSIGNATURE:
            made = at_s.to_bytes(8, "big") + self._private.sign(_cosigned(text, at_s).encode())
        else:
            made = self._private.sign(text.encode())
        return f"{DASH}{self.name} {encoded(self.verifier.id + made)}\n"

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def new_signer(name: str, kind: int = ED25519) -> Signer:
    """Raises `BadNote` for a name that a key cannot bear."""
    if not _is_name(name):
        raise BadNote("A key has a name without spaces and plus signs, such as laerdom.example.org/log.")
    return Signer(name, kind, Ed25519PrivateKey.generate().private_bytes_raw())


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: `text` is what was signed, `signatures` are the lines of the note."""

    origin: str
    size: int
    root: bytes
    signatures: tuple[str, ...] = ()

    @classmethod
    def parse(cls, note: str) -> Self:
        """Without looking at the signatures. Raises `BadNote`."""
        text, gap, signatures = note.partition("\n\n")
        lines = text.split("\n")
        signed = tuple(line + "\n" for line in signatures.split("\n") if line)
        if not gap or len(lines) != 3 or not lines[0] or not all(line.startswith(DASH) for line in signed):
            raise BadNote("This is not a checkpoint: three lines, an empty line, and lines of signatures.")
        root = _decoded(lines[2])
        if not lines[1].isascii() or not lines[1].isdigit() or str(int(lines[1])) != lines[1] or len(root) != 32:
            raise BadNote("The second line of a checkpoint is a number of leaves, the third a root of 32 bytes.")
        return cls(lines[0], int(lines[1]), root, signed)

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    def note(self) -> str:
        return f"{self.text}\n{''.join(self.signatures)}"

    def signed_by(self, verifier: Verifier) -> bool:
        """A signature by this key is there and is right. One that is there and is wrong is worth nothing."""
        return any(
            name == verifier.name and raw[:4] == verifier.id and verifier.verifies(self.text, raw[4:])
            for name, raw in (_signature(line) for line in self.signatures)
        )


def signed(origin: str, size: int, root: bytes, signers: Sequence[Signer]) -> Checkpoint:
    checkpoint = Checkpoint(origin, size, root)
    return Checkpoint(origin, size, root, tuple(signer.line(checkpoint.text) for signer in signers))


def proof_text(index: int, proof: Sequence[bytes], checkpoint: Checkpoint, *, leaf: bytes | None = None) -> str:
    """That the leaf at `index` is in the log of the checkpoint; with `leaf`, the bytes that were hashed."""
    extra = f"extra {encoded(leaf)}\n" if leaf is not None else ""
    hashes = "".join(f"{encoded(one)}\n" for one in proof)
    return f"{PROOF}\n{extra}index {index}\n{hashes}\n{checkpoint.note()}"


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(DASH).rstrip("\n").partition(" ")
    return name, _decoded(encoded)


def _cosigned(text: str, at_s: int) -> str:
    return f"cosignature/v1\ntime {at_s}\n{text}"


def _is_name(name: str) -> bool:
    return bool(name) and name.isprintable() and "+" not in name and not any(c.isspace() for c in name)


def encoded(raw: bytes) -> str:
    return b64encode(raw).decode()


def _decoded(text: str) -> bytes:
    """Empty for what is not base64, or not written in the one way in which we write it."""
    try:
        raw = b64decode(text, validate=True)
    except (Error, ValueError):
        return b""
    return raw if encoded(raw) == text else b""
