"""How the application is reached, and who calls without having signed in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from api.access.rates import Limits, Rates
from api.settings import Settings
from domain.viewer import ANYBODY, Viewer

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Entrance:
    """`visitor` is who calls without having signed in: on a loopback address the person at the machine, else somebody
    unknown. `hosts` are the names answered to; `origin` is the public address, where there is one; `proxies` is how
    many of our own stand before it, each adding to X-Forwarded-For. `demo` offers the demo's persons at one click."""

    visitor: Callable[[], Viewer]
    hosts: frozenset[str] = LOOPBACK
    origin: str | None = None
    proxies: int = 0
    demo: bool = False
    rates: Rates | None = field(default=None, repr=False)

    @property
    def tls(self) -> bool:
        return self.origin is not None and self.origin.startswith("https://")


def entrance_of(settings: Settings, operator: Viewer, names: frozenset[str], *, demo: bool) -> Entrance:
    """With sign-in under the public address, and on this machine; without, under `names`, for the operator."""
    if not settings.sign_in:
        return Entrance(lambda: operator, names, demo=demo)
    return Entrance(
        lambda: Viewer(ANYBODY),
        LOOPBACK | {urlsplit(settings.public_url).hostname or ""},
        origin=settings.public_url,
        proxies=settings.proxies,
        rates=Rates(Limits(search=settings.searches_per_minute, write=settings.writes_per_minute)),
    )
