"""The page for what cannot be answered: what happened, what to do, and ways on; nothing that was typed is lost."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import RedirectResponse

from api.pages.rendering import page
from api.pages.translation import N_, language, words

TITLES = {
    400: N_("This request cannot be read"),
    401: N_("Sign in first"),
    403: N_("This is not for you to do"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("This does not fit what is there now"),
    412: N_("Someone was here before you"),
    413: N_("This is too large"),
    422: N_("Something has to be corrected"),
    429: N_("That was too much at once"),
    503: N_("Not available for a moment"),
    507: N_("There is no room left"),
}
HELP = {
    401: N_("Then come back and do it again."),
    403: N_("Programme staff can do it for you, or give you the part that may."),
    404: N_("The address may be mistyped, or what it names is not shared with you. Search for it instead."),
    405: N_("Go back to the page and use its buttons."),
    409: N_("Open the thing again and see how it is now."),
    412: N_("Open the thing again and see what they changed."),
    422: N_("Go back, correct it and send it again."),
    429: N_("Nothing is lost: go back and try again in a while."),
    503: N_("Wait a few seconds and load the page again."),
}
SECRET = frozenset({"password", "old_password", "new_password", "otp", "token"})
"""Fields whose values are never put into a page again."""


def error_page(
    request: Request, status: int, template: str, values: Mapping[str, Any], headers: Mapping[str, str]
) -> Response:
    """`template` is the sentence that says what went wrong; it is shown in the language of the reader. Where they only
    have to sign in first, they are led there and back."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if status == 401 and request.method in ("GET", "HEAD"):
        return RedirectResponse(f"/sign-in?next={quote(here, safe='/')}", 303)
    sent: list[tuple[str, str]] | None = getattr(request.state, "sent", None)
    return page(
        request,
        "error.html",
        status=status,
        headers=headers,
        code=status,
        heading=N_("Send this again") if sent is not None else TITLES.get(status, N_("Something went wrong")),
        detail=words(language(request)).filled(template, values),
        help=HELP.get(status, N_("Try again in a moment. What was saved before is safe.")),
        sent=sent,
        again=sent is not None and not any(name in SECRET for name, _ in sent),
        address=here,
        now=request.url.path if request.query_params.get("as_of") and request.method in ("GET", "HEAD") else None,
        anew="/me" if request.url.path.startswith("/me/") else request.url.path,
    )
