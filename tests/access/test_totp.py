"""Codes of the second factor, as any app makes them."""

import base64
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pyotp.totp import TOTP

from api.access.totp import new_setup, step_of

RFC_6238 = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 24, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_vectors_of_the_standard(at: int, code: str) -> None:
    assert step_of(RFC_6238, code, datetime.fromtimestamp(at, UTC)) == at // 30


@pytest.mark.parametrize(("seconds", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_of_drift(seconds: int, counts: bool) -> None:
    code = TOTP(RFC_6238).at(NOW + timedelta(seconds=seconds))
    step = int((NOW + timedelta(seconds=seconds)).timestamp()) // 30
    assert step_of(RFC_6238, code, NOW) == (step if counts else None)


def test_spaces_are_for_reading() -> None:
    code = TOTP(RFC_6238).at(NOW)
    assert step_of(RFC_6238, f" {code[:3]} {code[3:]} ", NOW) == int(NOW.timestamp()) // 30


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "0x1234", "12345\x00"])
def test_no_code_at_all(code: str) -> None:
    assert step_of(RFC_6238, code, NOW) is None


def test_what_the_app_is_told() -> None:
    setup, other = new_setup("kari@example.org"), new_setup("kari@example.org")
    assert len(base64.b32decode(setup.secret)) == 20
    assert setup.secret != other.secret
    told = urlsplit(setup.address)
    assert (told.scheme, told.netloc, unquote(told.path)) == ("otpauth", "totp", "/Lærdom:kari@example.org")
    assert parse_qs(told.query) == {"secret": [setup.secret], "issuer": ["Lærdom"]}
    assert setup.spelled.replace(" ", "") == setup.secret
    kind, _, drawn = setup.picture.partition(",")
    assert kind == "data:image/svg+xml;charset=utf-8"
    assert ElementTree.fromstring(unquote(drawn)).tag == "{http://www.w3.org/2000/svg}svg"
    assert setup.secret not in repr(setup)
