"""What routes are given: the system, who calls, and the version that a change was made against."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request

from api.access.caller import Caller
from api.access.door import SAFE, address_of
from api.access.rates import network_of
from api.wiring import System
from domain.errors import Forged, Invalid, Refused
from domain.viewer import Viewer


class VersionWanted(Refused):
    """A change came without the version it was made against."""

    code = "version-wanted"


async def _system(request: Request) -> System:
    return request.app.state.system


async def _viewer(request: Request) -> Viewer:
    return request.state.viewer


async def _version(
    if_match: Annotated[
        str | None,
        Header(description="The ETag of the version you change, as you were given it.", examples=['"3"']),
    ] = None,
) -> int:
    if if_match is None:
        raise VersionWanted("Say which version you change: send its ETag in If-Match.", field="If-Match")
    found = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', if_match.strip())
    if found is None:
        raise Invalid('If-Match takes one ETag as it was given, such as "3".', field="If-Match")
    return int(found[1])


async def _version_if_said(
    if_match: Annotated[
        str | None,
        Header(description="The ETag of the version you change; left out: the latest.", examples=['"3"']),
    ] = None,
) -> int | None:
    return None if if_match is None else await _version(if_match)


async def from_own_page(request: Request) -> None:
    """Raises `Forged` for a change whose form does not carry the token of this browser's cookie. What was sent is kept
    beside the request, so that nothing of it is lost."""
    if request.method in SAFE:
        return
    form = await request.form()
    given = request.headers.get("x-csrf-token") or form.get("csrf")
    if not request.state.caller.sent_it(given if isinstance(given, str) else None):
        request.state.sent = [(n, v) for n, v in form.multi_items() if isinstance(v, str) and n != "csrf"]
        raise Forged("This page was open while you signed in or out. Nothing is lost: look it over and send it again.")


async def seeker_of(request: Request) -> str:
    """What tells one who searches from another: the person, or the network of whoever has not signed in."""
    viewer: Viewer = request.state.viewer
    if viewer.signed_in:
        return viewer.person
    return network_of(address_of(request.scope, request.headers, request.state.entrance.proxies))


async def _caller(request: Request) -> Caller:
    return request.state.caller


TheCaller = Annotated[Caller, Depends(_caller)]
TheSeeker = Annotated[str, Depends(seeker_of)]
TheSystem = Annotated[System, Depends(_system)]
TheViewer = Annotated[Viewer, Depends(_viewer)]
TheVersion = Annotated[int, Depends(_version)]
TheVersionIfSaid = Annotated[int | None, Depends(_version_if_said)]
