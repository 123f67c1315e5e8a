"""What is the same on every page: the choice of language and colours; and what this place is."""

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from api.pages import translation
from api.pages.onward import onward
from api.pages.rendering import SCHEMES, page
from search.index import LANGS

YEAR_S = 365 * 24 * 3600
routes = APIRouter(include_in_schema=False)


@routes.get("/about")
def about(request: Request) -> Response:
    return page(request, "about.html")


@routes.get("/language")
def choose_language(to: str = "", next: str = "/") -> Response:
    return _remembered(translation.COOKIE, to if to in LANGS else None, next)


@routes.get("/colours")
def choose_colours(to: str = "", next: str = "/") -> Response:
    return _remembered("scheme", to if to in SCHEMES else None, next)


def _remembered(cookie: str, value: str | None, next: str) -> Response:
    """Back to the page, the choice kept for a year."""
    answer = RedirectResponse(onward(next), 303)
    if value is not None:
        answer.set_cookie(cookie, value, max_age=YEAR_S, samesite="lax", httponly=True)
    return answer
