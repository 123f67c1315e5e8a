"""A form that is no deed of one thing: shown, sent, and shown again with what is wrong and what was typed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from pydantic import ValidationError

from api.pages.deeds import Tone, with_reason
from api.pages.faults import Problem, problems, required, status_of
from api.pages.fields import Choice, Field, Typed, nested, tidied
from api.pages.rendering import page
from api.pages.translation import N_, language, words
from domain.errors import Conflict, NotAllowed, NotFound, Refused
from store.unavailable import StoreUnavailable


@dataclass(frozen=True, slots=True)
class Form:
    """`back` is the address, and `back_to` the name, of the page that it was opened on; `action` is where it is sent,
    where that is not its own path. `version` is that of what is changed, where it has one; `once` says that sending it
    twice is sending it once; `filled` is what the fields show first, and `more` what the template shows besides."""

    title: str
    button: str
    fields: tuple[Field, ...]
    back: str
    back_to: str
    lead: str = ""
    tone: Tone = "primary"
    action: str = ""
    version: int = 0
    once: bool = True
    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict[str, Sequence[Choice]])
    filled: Typed = field(default_factory=Typed)
    template: str = "plain_form.html"
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])


def show(
    request: Request,
    form: Form,
    typed: Typed | None = None,
    *,
    key: str | None = None,
    faults: Sequence[Problem] = (),
    status: int = 200,
) -> Response:
    """`key` is that of a form that was sent and is refused: so that what was made for it is not made again."""
    return page(
        request,
        form.template,
        status=status,
        form=form,
        typed=form.filled if typed is None else typed,
        choices=form.choices,
        faults=faults,
        fault_of={p.field: p.text for p in reversed(faults) if p.field},
        key=key or str(uuid4()),
        **form.more,
    )


def carry_out(request: Request, form: Form, sent: Typed, do: Callable[[dict[str, Any]], Response]) -> Response:
    """What `do` answers to the values; the form again, with the faults, where it refuses them."""
    typed, say = tidied(form.fields, sent), words(language(request))
    sent_before: bool = getattr(request.state, "sent_before", False)
    key = None if sent_before else next(iter(sent.get("key", [])), None)

    def again(fault: Refused | ValidationError | StoreUnavailable) -> Response:
        return show(request, form, typed, key=key, faults=problems(fault, form.fields, say), status=status_of(fault))

    request.state.refill = again
    if sent_before:
        return again(Conflict(N_("This form was sent before, with other words. Look it over and send it again.")))
    lacking = required(form.fields, typed, say)
    if lacking:
        return show(request, form, typed, key=key, faults=lacking, status=422)
    values = nested(form.fields, typed)
    try:
        return do({"reason": None} | with_reason(values))
    except Conflict:
        raise  # the route looks first whether the same form came twice
    except (NotFound, NotAllowed) as error:
        if error.field is None:
            raise
        return again(error)
    except (Refused, ValidationError, StoreUnavailable) as error:
        return again(error)


def version_of(sent: Typed) -> int:
    """The version that the form was opened at; 0 for anything that is none."""
    return next((int(v) for v in sent.get("version", []) if v.isascii() and v.isdigit() and len(v) < 10), 0)
