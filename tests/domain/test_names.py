"""A name has one bearer at a time, however it is spelt."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.aggregate import Aggregate
from domain.errors import NameTaken
from domain.names import NameClaim, claim_id

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]

HALDEN, TRONDHEIM = UUID(int=1), UUID(int=2)


def test_a_name_is_claimed_freed_and_claimed_by_another(decided: Decided) -> None:
    claim = NameClaim(claim_id("cluster", "NO", "NCE Smart"))
    claim.claim(HALDEN)
    claim.free(HALDEN)
    claim.claim(TRONDHEIM)
    assert decided(claim) == [
        ("name.claimed", {"bearer": HALDEN}),
        ("name.freed", {}),
        ("name.claimed", {"bearer": TRONDHEIM}),
    ]
    assert claim.bearer == TRONDHEIM


def test_what_changes_nothing_records_nothing() -> None:
    claim = NameClaim(UUID(int=3))
    claim.free(HALDEN)
    claim.claim(HALDEN)
    claim.claim(HALDEN)
    claim.free(TRONDHEIM)
    assert ([e.topic for e in claim.pending], claim.bearer) == (["name.claimed"], HALDEN)


def test_a_name_that_is_borne_is_taken() -> None:
    claim = NameClaim(UUID(int=3))
    claim.claim(HALDEN)
    with pytest.raises(NameTaken) as refused:
        claim.claim(TRONDHEIM)
    message = "This name is taken. Choose another, or open the one that bears it."
    assert (str(refused.value), refused.value.field, claim.bearer, claim.version) == (message, "name", HALDEN, 1)


@pytest.mark.parametrize("name", ["nce  smart", " NCE SMART ", "ＮＣＥ Smart", "NCE\u00a0Smart", "NCE\tsmart"])
def test_spellings_of_one_name(name: str) -> None:
    assert claim_id("cluster", "NO", name) == claim_id("cluster", "NO", "NCE Smart")


@pytest.mark.parametrize(
    "parts", [("cluster", "SE", "NCE Smart"), ("programme", "NCE Smart"), ("cluster", "NO", "NCESmart")]
)
def test_other_names(parts: tuple[str, ...]) -> None:
    assert claim_id(*parts) != claim_id("cluster", "NO", "NCE Smart")


def test_the_id_of_a_name_never_changes() -> None:
    """It is stored: another namespace or another folding would let a name be taken twice."""
    assert claim_id("cluster", "NO", "NCE Smart Energy Markets") == UUID("967c27ec-4931-5b10-9910-43f5d5d1c7d8")
