"""Whether a search led somewhere: seen from the page that a reader opens, without a script and without addresses that
lead through a counter."""

import re
from collections.abc import AsyncGenerator
from urllib.parse import parse_qs, urlsplit

from fastapi import Request

from api.access.given import seeker_of
from api.usecases.missing import note_opened

THING = re.compile(r"/(?:lessons|cases|processes|clusters|programmes)/[0-9a-f-]{36}")


async def notes_opening(request: Request) -> AsyncGenerator[None]:
    """After the page of a thing was made for somebody who came from the results of a search, notes that they opened
    something of it. The policy on referrers lets the whole address through to this site alone."""
    yield
    asked = _searched(request) if request.method == "GET" and THING.fullmatch(request.url.path) else ""
    if asked:
        note_opened(request.app.state.system, request.state.viewer, await seeker_of(request), asked)


def _searched(request: Request) -> str:
    """What was searched for on the page that led here; empty where it was none of ours."""
    try:
        came = urlsplit(request.headers.get("referer", ""))
        ours = urlsplit(request.state.entrance.origin or str(request.base_url))
        asked = parse_qs(came.query, max_num_fields=100).get("q", [""])[0]
    except ValueError:
        return ""
    of_ours = (came.scheme, came.netloc.lower()) == (ours.scheme, ours.netloc.lower())
    return asked if of_ours and came.path == "/" else ""
