"""A refusal is a sentence that can be translated: template, values, the field at fault."""

from domain.errors import Invalid, NotReady, Refused, SignInFirst, WrongState


def test_a_refusal_fills_its_sentence() -> None:
    refused = WrongState("This lesson is {state}; it can no longer be changed.", field="state", state="withdrawn")
    assert (str(refused), refused.values, refused.field, refused.code) == (
        "This lesson is withdrawn; it can no longer be changed.",
        {"state": "withdrawn"},
        "state",
        "wrong-state",
    )


def test_what_is_missing_is_named_in_the_order_of_the_form() -> None:
    refused = NotReady("Fill in: {missing}.", missing=("phase", "polarity"))
    assert (str(refused), refused.missing) == ("Fill in: phase, polarity.", ("phase", "polarity"))


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [cls.code for cls in (Refused, *Refused.__subclasses__(), SignInFirst) if cls.__module__ == "domain.errors"]
    assert sorted(codes) == [
        "conflict",
        "forged",
        "invalid",
        "key-reused",
        "name-taken",
        "not-allowed",
        "not-found",
        "not-ready",
        "provider-failed",
        "refused",
        "sign-in",
        "stale",
        "too-many-attempts",
        "wrong-credentials",
        "wrong-state",
    ]
    assert issubclass(Invalid, Refused)
