"""What the settings say of an identity provider: where it is, and which parts its claims give people here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from domain.person import OF, Role

EXAMPLE = '{"lessons-admins": "administrator", "nce": "programme-staff NCE"}'


@dataclass(frozen=True, slots=True)
class MappedRole:
    """`of` is a programme's code, or the id of a cluster or process."""

    role: Role
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Oidc:
    """`roles` are the parts that values of `claim` give; `name` is what readers know the provider by, if anything."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    claim: str
    roles: Mapping[str, MappedRole]


def mapped_roles(text: str) -> Mapping[str, MappedRole]:
    """By the value of the claim. Raises `ValueError` with what would do."""
    if not text:
        return {}
    try:
        given: Any = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise ValueError(f"Give a JSON object, such as {EXAMPLE}")
    return {str(value): _mapped_role(part) for value, part in cast(dict[object, object], given).items()}


def _mapped_role(part: object) -> MappedRole:
    name, _, of = part.partition(" ") if isinstance(part, str) else ("", "", "")
    if name not in {role.value for role in Role}:
        raise ValueError(f"Each value names a role: {', '.join(Role)}")
    role, of = Role(name), of.strip()
    if (OF[role] is None) == bool(of):
        raise ValueError(
            f"Say what a role is held of, such as {Role.PROGRAMME_STAFF} NCE or {Role.CLUSTER_MANAGER} and the "
            f"cluster's id; {Role.AUDITOR} and {Role.ADMINISTRATOR} stand alone"
        )
    if OF[role] in ("cluster", "process"):
        try:
            of = str(UUID(of))
        except ValueError:
            raise ValueError(f"{name} is followed by the id of a {OF[role]}") from None
    return MappedRole(role, of or None)


def secure(address: str) -> bool:
    """Whether secrets may travel there: over TLS, or within this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
