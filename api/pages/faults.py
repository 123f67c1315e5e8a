"""What is wrong with a form: each refusal as a sentence at the field it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.pages.fields import Field, Typed
from api.pages.translation import N_, Words
from domain.errors import Conflict, NameTaken, NotReady, Refused, Stale, WrongState
from store.unavailable import StoreFull, StoreUnavailable

Fault = Refused | ValidationError | StoreUnavailable

REQUIRED = N_("Fill this in.")
MESSAGES = {
    "missing": REQUIRED,
    "string_type": REQUIRED,
    "string_too_short": REQUIRED,
    "string_too_long": N_("Write at most {max_length} characters."),
    "too_long": N_("Give at most {max_length}."),
    "enum": N_("Choose one from the list."),
    "literal_error": N_("Choose one from the list."),
    "uuid_parsing": N_("Give the address or the id of what you mean."),
    "uuid_type": REQUIRED,
    "int_type": N_("Write a whole number."),
    "int_parsing": N_("Write a whole number."),
    "greater_than_equal": N_("Write a number from {ge} upwards."),
    "less_than_equal": N_("Write a number up to {le}."),
    "string_pattern_mismatch": N_("This is not written in the way it has to be; see the example."),
    "string_unicode": N_("Remove the characters that cannot be read."),
}
DATE = N_("Write a date that exists: 2009, 2009-05 or 2009-05-13.")


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the name of the field to go to, None where the whole form is meant."""

    field: str | None
    text: str


def status_of(fault: Fault) -> int:
    match fault:
        case Stale():
            return 412
        case WrongState() | NameTaken() | Conflict():
            return 409
        case StoreFull():
            return 507
        case StoreUnavailable():
            return 503
        case _:
            return 422


def required(fields: Sequence[Field], typed: Typed, say: Words) -> list[Problem]:
    """Those that must be filled in and are not. Of one text in two languages, one is enough."""
    empty: list[Problem] = []
    for field in fields:
        head = field.name.split(".")[0]
        alike = [f for f in fields if f.name.split(".")[0] == head] if field.group else [field]
        filled = any(any(typed.get(f.name, [])) for f in alike)
        if field.required and not filled and field is alike[0]:
            empty.append(Problem(field.name, say(REQUIRED)))
    return empty


def problems(fault: Fault, fields: Sequence[Field], say: Words) -> list[Problem]:
    """At least one."""
    match fault:
        case NotReady() if fault.field is None:
            return [
                Problem(_field(fields, m), say(N_("This is needed before it is published."))) for m in fault.missing
            ]
        case Refused():
            return [Problem(_field(fields, fault.field or ""), say.filled(fault.template, fault.values))]
        case StoreUnavailable():
            return [Problem(None, say(str(fault)))]
        case ValidationError():
            return [_problem(e, fields, say) for e in fault.errors(include_url=False, include_input=False)]


def _problem(error: ErrorDetails, fields: Sequence[Field], say: Words) -> Problem:
    name = _field(fields, ".".join(str(part) for part in error["loc"]))
    kind = next((f.kind for f in fields if f.name == name), None)
    if error["type"] == "string_pattern_mismatch" and kind in ("date", "day"):
        return Problem(name, say(DATE))
    if error["type"] == "value_error":
        return Problem(name, say(str(error["msg"]).removeprefix("Value error, ")))
    template = MESSAGES.get(error["type"], N_("Correct this."))
    return Problem(name, say(template).format(**(error.get("ctx") or {})))


def _field(fields: Sequence[Field], path: str) -> str | None:
    """The field at the path, or the nearest: the part that holds it, else the first part of it."""
    steps = path.split(".")
    for length in range(len(steps), 0, -1):
        prefix = ".".join(steps[:length])
        for field in fields:
            if field.name == prefix or field.name.startswith(prefix + "."):
                return field.name
    return None
