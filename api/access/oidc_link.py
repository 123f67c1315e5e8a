"""The way to an identity provider: its description and its keys, over a connection that leads nowhere else."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
import structlog
from joserfc.jwk import KeySet

from api.access.oidc_settings import secure
from domain.errors import ProviderFailed

log = structlog.get_logger()
TIMEOUT_S = 5.0
LARGEST = 512_000
DESCRIBED_S = 3600.0
"""How long the description of the provider is believed."""
KEYS_S = 60.0
"""How soon its keys are asked for again because a token is signed with none of them."""


@dataclass(frozen=True, slots=True)
class Description:
    """Addresses. `secret_in_body`: that is where it wants to be told who we are."""

    authorization: str
    token: str
    keys: str
    secret_in_body: bool


class Link:
    """Asks the issuer, and the addresses that its own description names. Every question has five seconds, and no answer
    leads on to another place. May be used by any number of threads; `clock` counts seconds from anywhere."""

    def __init__(self, issuer: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._lock = threading.Lock()
        self._described: tuple[Description, float] | None = None
        self._keys: tuple[KeySet, float] | None = None
        self.http = httpx.Client(
            verify=ssl.create_default_context(),
            timeout=TIMEOUT_S,
            follow_redirects=False,
            trust_env=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    def description(self) -> Description:
        """Raises `ProviderFailed`."""
        with self._lock:
            if self._described is None or self._clock() - self._described[1] >= DESCRIBED_S:
                address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
                self._described = _description(self.ask(self._get(address)), self._issuer), self._clock()
            return self._described[0]

    def keys(self, *, anew: bool = False) -> KeySet:
        """With which its tokens are signed. Raises `ProviderFailed`, and `JoseError` or `KeyError` for keys that are
        none."""
        address = self.description().keys
        with self._lock:
            if self._keys is None or (anew and self._clock() - self._keys[1] >= KEYS_S):
                told: Any = self.ask(self._get(address))
                self._keys = KeySet.import_key_set(told), self._clock()
            return self._keys[0]

    def ask(self, request: httpx.Request) -> dict[str, Any]:
        """The JSON object that it answers. Raises `ProviderFailed`."""
        until, body = self._clock() + TIMEOUT_S, bytearray()
        try:
            response = self.http.send(request, stream=True)
            try:
                for chunk in response.iter_raw():
                    body += chunk
                    if len(body) > LARGEST or self._clock() > until:
                        raise untrusted("too much or too slow")
            finally:
                response.close()
        except httpx.HTTPError as error:
            log.warning("the identity provider does not answer", why=type(error).__name__)
            raise ProviderFailed(
                "The identity provider does not answer now. Try again in a moment, or sign in with a password."
            ) from None
        try:
            told: Any = json.loads(bytes(body))
        except (ValueError, RecursionError):
            told = None
        if response.status_code != 200 or not isinstance(told, dict):
            raise untrusted(f"status {response.status_code}")
        return cast(dict[str, Any], told)

    def _get(self, address: str) -> httpx.Request:
        return self.http.build_request("GET", address)


def untrusted(why: str) -> ProviderFailed:
    """To be raised. `why`, in words of ours, is for the log."""
    log.warning("the answer of the identity provider cannot be used", why=why)
    return ProviderFailed(
        "The answer of the identity provider cannot be trusted, so nobody was signed in. Try again; if it happens "
        "again, tell an administrator."
    )


def _description(told: Mapping[str, Any], issuer: str) -> Description:
    if told.get("issuer") != issuer:
        raise untrusted("another issuer")
    ways: Any = told.get("token_endpoint_auth_methods_supported")
    return Description(
        *(_address(told, name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")),
        secret_in_body=isinstance(ways, list) and "client_secret_basic" not in ways,
    )


def _address(told: Mapping[str, Any], name: str) -> str:
    address = told.get(name)
    try:
        if isinstance(address, str) and secure(address) and httpx.URL(address).host:
            return address
    except httpx.InvalidURL:
        pass
    raise untrusted(f"no {name}")
