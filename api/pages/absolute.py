"""Addresses that are read away from the site: in a feed reader, in a browser's list of places to search."""

from fastapi import Request

from api.access.entrance import Entrance


def site(request: Request) -> str:
    """Where this place is reached, without a slash at the end: the public address, where there is one. Else as the
    caller has it, whose host the door has found among the names of this machine."""
    entrance: Entrance = request.state.entrance
    return (entrance.origin or str(request.base_url)).rstrip("/")
