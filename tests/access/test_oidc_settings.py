"""What an administrator may have written about an identity provider, and what they are told of it at the start."""

from typing import Any

import pytest

from api.access.oidc_settings import MappedRole, Oidc, secure
from api.settings import PREFIX, SettingsError, read_settings
from domain.person import Role

CLUSTER = "5d9d6b0e-7a55-4f0e-9a1c-0f6a5b3c9e21"
WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://id.example.org/realms/lessons",
    "oidc_client_id": "laerdom",
    "oidc_client_secret": "canary-client-secret",
    "sign_in": True,
    "public_url": "https://laerdom.example.org",
}


def test_whole() -> None:
    roles = f'{{"a": "auditor", "b": "programme-staff Arena Pro", "c": "cluster-manager {CLUSTER.upper()}"}}'
    settings = read_settings(**WHOLE, oidc_roles=roles, oidc_name="Feide", oidc_claim="realm_access.roles")
    mapped = {
        "a": MappedRole(Role.AUDITOR),
        "b": MappedRole(Role.PROGRAMME_STAFF, "Arena Pro"),
        "c": MappedRole(Role.CLUSTER_MANAGER, CLUSTER),
    }
    assert settings.oidc == Oidc(
        WHOLE["oidc_issuer"], "laerdom", "canary-client-secret", "Feide", "realm_access.roles", mapped
    )
    assert "canary" not in repr(settings) + repr(settings.oidc)


def test_none() -> None:
    assert read_settings().oidc is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"oidc_issuer": "https://id.example.org"}, "OIDC_ISSUER wants LAERDOM_OIDC_CLIENT_ID and LAERDOM_SIGN_IN"),
        (WHOLE | {"sign_in": False}, "OIDC_ISSUER wants LAERDOM_OIDC_CLIENT_ID and LAERDOM_SIGN_IN"),
        ({"oidc_client_secret": "canary-client-secret"}, "OIDC_ISSUER is missing"),
        ({"oidc_roles": '{"a": "auditor"}'}, "OIDC_ISSUER is missing"),
        (WHOLE | {"oidc_issuer": "http://id.example.org"}, "OIDC_ISSUER: Give an address that begins with https://"),
        (WHOLE | {"oidc_issuer": "https://kari:x@id.example.org"}, "OIDC_ISSUER: Give an address"),
        (WHOLE | {"oidc_roles": "canary-client-secret"}, "OIDC_ROLES: Give a JSON object, such as"),
        (WHOLE | {"oidc_roles": "[]"}, "OIDC_ROLES: Give a JSON object, such as"),
        (
            WHOLE | {"oidc_roles": '{"a": 1}'},
            "OIDC_ROLES: Each value names a role: cluster-manager, cluster-contributor",
        ),
        (WHOLE | {"oidc_roles": '{"a": "canary-client-secret"}'}, "OIDC_ROLES: Each value names a role: "),
        (WHOLE | {"oidc_roles": '{"a": "programme-staff"}'}, "OIDC_ROLES: Say what a role is held of"),
        (WHOLE | {"oidc_roles": '{"a": "auditor NCE"}'}, "OIDC_ROLES: Say what a role is held of"),
        (
            WHOLE | {"oidc_roles": '{"a": "cluster-manager NCE"}'},
            "OIDC_ROLES: cluster-manager is followed by the id of",
        ),
    ],
)
def test_what_cannot_be_used_is_told_at_the_start(given: dict[str, object], says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(**given)
    assert str(refused.value).startswith(PREFIX + says)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("address", "is_secure"),
    [
        *(
            ("https://id.example.org", True),
            ("https://id.example.org:8443/a?b=c", True),
            ("http://127.0.0.1:1/a", True),
        ),
        *(("http://localhost:9400", True), ("http://[::1]:9400", True), ("http://id.example.org", False)),
        *(
            ("http://127.0.0.1.example.org", False),
            ("http://localhost.example.org", False),
            ("ftp://id.example", False),
        ),
        *(("https://", False), ("https:///a", False), ("file:///etc/passwd", False), ("https://a@b.example", False)),
        *(("https://id.example#x", False), ("https://[", False), ("", False), ("javascript:alert(1)", False)),
    ],
)
def test_where_secrets_may_travel(address: str, is_secure: bool) -> None:
    assert secure(address) == is_secure
