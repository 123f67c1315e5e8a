"""The page for what cannot be answered: what happened, what to do, and ways on."""

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from api.pages.rendering import page
from api.pages.translation import N_, language, words

TITLES = {
    400: N_("This request cannot be read"),
    403: N_("This is not for you to do"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("This does not fit what is there now"),
    412: N_("Someone was here before you"),
    413: N_("This is too large"),
    422: N_("Something has to be corrected"),
    503: N_("Not available for a moment"),
    507: N_("There is no room left"),
}
HELP = {
    403: N_("Programme staff can do it for you, or give you the part that may."),
    404: N_("The address may be mistyped, or what it names is not shared with you. Search for it instead."),
    405: N_("Go back to the page and use its buttons."),
    409: N_("Open the thing again and see how it is now."),
    412: N_("Open the thing again and see what they changed."),
    422: N_("Go back, correct it and send it again."),
    503: N_("Wait a few seconds and load the page again."),
}


def error_page(
    request: Request, status: int, template: str, values: Mapping[str, Any], headers: Mapping[str, str]
) -> Response:
    """`template` is the sentence that says what went wrong; it is shown in the language of the reader."""
    return page(
        request,
        "error.html",
        status=status,
        headers=headers,
        code=status,
        heading=TITLES.get(status, N_("Something went wrong")),
        detail=words(language(request)).filled(template, values),
        help=HELP.get(status, N_("Try again in a moment. What was saved before is safe.")),
    )
