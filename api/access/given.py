"""What routes are given: the system, the viewer, and the version that a change was made against."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request

from api.wiring import System
from domain.errors import Invalid, Refused
from domain.policy import Viewer


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


TheSystem = Annotated[System, Depends(_system)]
TheViewer = Annotated[Viewer, Depends(_viewer)]
TheVersion = Annotated[int, Depends(_version)]
