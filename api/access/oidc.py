"""Signing in at an identity provider: OpenID Connect, the code flow with PKCE, and an id token that is verified."""

import secrets
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749 import parameters
from authlib.oauth2.rfc7636 import challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, InvalidKeyIdError, JoseError
from joserfc.jws import JWSRegistry

from api.access.oidc_link import Description, Link, untrusted
from api.access.oidc_settings import Oidc
from domain.errors import TooManyAttempts
from store.handshakes import Handshake

ALGORITHMS = tuple(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))
"""Signatures that only the provider can make. With a shared secret, or none, whoever knows us could."""
LEEWAY_S = 30
AT_ONCE = 4
"""Questions to a provider; each holds one of the threads that answer everybody, for as long as it takes."""

# The library says nothing of types. Its clients want another package of the same kind as httpx.
_grant_uri: Callable[..., str] = cast(Any, parameters).prepare_grant_uri
_challenge: Callable[[str], str] = cast(Any, challenge).create_s256_code_challenge
_IdToken: Any = CodeIDToken


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where to send the browser, and what has to be remembered until it is back."""

    authorization: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


class Provider:
    """May be used by any number of threads. `clock` counts seconds from anywhere."""

    def __init__(self, oidc: Oidc, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.oidc = oidc
        self._link = Link(oidc.issuer, clock=clock)
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def leave(self) -> Leaving:
        """Raises `ProviderFailed`, `TooManyAttempts`."""
        with self._place():
            there = self._link.description().authorization
        return Leaving(there, secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    def address(self, leaving: Leaving, state: str, back: str) -> str:
        """Of the page of the provider that sends the browser `back` with a code."""
        return _grant_uri(
            leaving.authorization,
            client_id=self.oidc.client_id,
            response_type="code",
            redirect_uri=back,
            scope="openid email profile",
            state=state,
            nonce=leaving.nonce,
            code_challenge=_challenge(leaving.verifier),
            code_challenge_method="S256",
        )

    def claims(self, code: str, handshake: Handshake, back: str, now: datetime) -> Mapping[str, Any]:
        """What the provider says of whoever came back with the code. Raises `ProviderFailed`, `TooManyAttempts`."""
        with self._place():
            answer = self._link.ask(self._token_request(self._link.description(), code, handshake.verifier, back))
            id_token, access_token = answer.get("id_token"), answer.get("access_token")
            if not isinstance(id_token, str):
                raise untrusted("no id token")
            try:
                return self._verified(id_token, access_token, handshake.nonce, now)
            except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                claim = f": {error.claim}" if isinstance(error, ClaimError) else ""
                raise untrusted(f"{type(error).__name__}{claim}") from None

    def _verified(self, id_token: str, access_token: object, nonce: str, now: datetime) -> Mapping[str, Any]:
        token = self._decoded(id_token)
        claims = _IdToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": self.oidc.issuer},
                "aud": {"essential": True, "value": self.oidc.client_id},
                "exp": {"essential": True},
            },
            params={"nonce": nonce, "client_id": self.oidc.client_id, "access_token": access_token},
        )
        claims.validate(int(now.timestamp()), LEEWAY_S)
        if not 0 < len(claims["sub"]) <= 255:
            raise untrusted("no subject")
        return claims

    def _decoded(self, id_token: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(id_token, self._link.keys(), algorithms=ALGORITHMS, registry=registry)
        except (InvalidKeyIdError, BadSignatureError):  # the provider may have changed its keys
            return jwt.decode(id_token, self._link.keys(anew=True), algorithms=ALGORITHMS, registry=registry)

    def _token_request(self, there: Description, code: str, verifier: str, back: str) -> httpx.Request:
        id, secret = self.oidc.client_id, self.oidc.client_secret
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        if not secret or there.secret_in_body:
            sent |= {"client_id": id} | ({"client_secret": secret} if secret else {})
        request = self._link.http.build_request("POST", there.token, data=sent)
        if "client_id" in sent:
            return request
        return next(httpx.BasicAuth(quote_plus(id), quote_plus(secret)).sync_auth_flow(request))

    @contextmanager
    def _place(self) -> Generator[None]:
        if not self._places.acquire(blocking=False):
            raise TooManyAttempts("Many people sign in at this moment. Wait a few seconds and try again.", wait_s=2)
        try:
            yield
        finally:
            self._places.release()
