"""What was removed from a thing, as events of their own."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.errors import Invalid
from domain.redaction import Redaction, redaction_of

THING, DIGEST = UUID(int=3), "ab" * 32


def test_each_event_that_says_something_else_now_is_named() -> None:
    redaction = Redaction.of(THING)
    redaction.make(THING, 1, ("record.title.en",), DIGEST, " Asked. ")
    redaction.make(THING, 4, ("reason",), DIGEST, "Asked.")
    made = [event for event in redaction.pending if isinstance(event, Redaction.Made)]
    assert [(e.of, e.of_version, e.fields, e.digest, e.reason) for e in made] == [
        (THING, 1, ("record.title.en",), DIGEST, "Asked."),
        (THING, 4, ("reason",), DIGEST, "Asked."),
    ]
    assert (redaction.id, redaction.version) == (redaction_of(THING), 2)
    assert redaction_of(THING) != redaction_of(UUID(int=4))


def test_the_reason_is_required() -> None:
    redaction = Redaction.of(THING)
    with pytest.raises(Invalid) as refused:
        redaction.make(THING, 1, ("reason",), DIGEST, " ")
    assert (refused.value.field, redaction.pending) == ("reason", ())


@pytest.mark.parametrize("wrong", [{"of_version": 0}, {"fields": ()}, {"digest": "AB" * 32}, {"digest": "ab"}])
def test_what_cannot_be_checked_is_not_recorded(wrong: dict[str, Any]) -> None:
    given: dict[str, Any] = {"of_version": 1, "fields": ("reason",), "digest": DIGEST} | wrong
    with pytest.raises(ValidationError):
        Redaction.of(THING).make(THING, reason="Asked.", **given)
