"""The second factor: codes of six digits that an app makes anew every thirty seconds (RFC 6238)."""

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

import segno
from pyotp import random_base32
from pyotp.hotp import HOTP
from pyotp.totp import TOTP

ISSUER = "Lærdom"
STEP_S = 30
DRIFT = 1
"""Steps that the clock of the app may be ahead or behind."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the app needs to be told, once. `picture` is the address of an SVG that holds all of it as a QR code."""

    secret: str = field(repr=False)
    address: str = field(repr=False)
    picture: str = field(repr=False)

    @property
    def spelled(self) -> str:
        """The secret in groups of four, for typing."""
        return " ".join(re.findall(".{1,4}", self.secret))


def new_setup(login: str) -> Setup:
    """160 random bits."""
    secret = random_base32()
    address = TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
    return Setup(secret, address, segno.make_qr(address, error="m").svg_data_uri(scale=5, light="#fff"))


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Which step's code it is, of this one and its neighbours; None for another one. Whether it was used before is
    asked elsewhere."""
    typed = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", typed):
        return None
    made, at = HOTP(secret), int(now.timestamp()) // STEP_S
    found = [step for step in range(at - DRIFT, at + DRIFT + 1) if hmac.compare_digest(made.at(step), typed)]
    return found[0] if found else None
