"""How often one may search, write and try to sign in. Counted in memory by each worker for itself: two workers admit up
to twice as much together."""

import math
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

Kind = Literal["search", "write", "sign-in", "denied"]
Clock = Callable[[], float]
SEARCHES = frozenset({
    *("/", "/suggest", "/api/v1/search", "/api/v1/suggest", "/search.atom", "/search.json", "/suggest.json"),
    *("/people", "/api/v1/people", "/thesaurus", "/api/v1/thesaurus"),
})  # fmt: skip
SEARCHES_AROUND = re.compile(r"/api/v1/((lessons|cases)/[^/]+/similar|processes/[^/]+/lessons)")
"""What is like a thing, or fits it, is looked for at each request."""
MOST = 20_000
"""Windows that are counted at once, about 10 MB of them. Beyond, the oldest is forgotten: whoever has that many
addresses is not held by limits per address anyway."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many a minute, for each viewer or address. `denied` is how many refusals of one viewer are recorded."""

    search: int = 120
    write: int = 60
    sign_in: int = 20
    denied: int = 30


class Rates:
    """A minute begins with the first request of its kind, and what is refused does not lengthen it."""

    def __init__(self, limits: Limits | None = None, *, clock: Clock = time.monotonic, most: int = MOST) -> None:
        given = limits or Limits()
        self._clock = clock
        self._limiter = FixedWindowRateLimiter(_Counted(clock, most))
        self._items: dict[Kind, RateLimitItem] = {
            "search": RateLimitItemPerMinute(given.search),
            "write": RateLimitItemPerMinute(given.write),
            "sign-in": RateLimitItemPerMinute(given.sign_in),
            "denied": RateLimitItemPerMinute(given.denied),
        }

    def wait_s(self, kind: Kind, who: str) -> int:
        """0: admitted, and counted. Else the whole seconds to wait. `who` is a viewer's id or an address; the addresses
        of one IPv6 network (/64) are one."""
        item, key = self._items[kind], blake2b(network_of(who).encode("utf-8", "replace"), digest_size=16).hexdigest()
        if self._limiter.hit(item, kind, key):
            return 0
        over = self._limiter.get_window_stats(item, kind, key).reset_time
        return max(1, math.ceil(over - self._clock()))


def kind_of(method: str, path: str) -> Kind | None:
    """What a request counts as; None for what is not limited. `path` is that of the ASGI scope: decoded, no query."""
    if method in ("GET", "HEAD"):
        return "search" if path in SEARCHES or SEARCHES_AROUND.fullmatch(path) else None
    if method == "OPTIONS":
        return None
    return "sign-in" if path == "/sign-in" or path.startswith("/sign-in/") else "write"


def network_of(who: str) -> str:
    """The /64 of an IPv6 address, as whoever has one has 2⁶⁴ of them; anything else as it is."""
    if ":" not in who:
        return who
    try:
        address = IPv6Address(who)
    except ValueError:
        return who
    return str(address.ipv4_mapped or f"{int(address) >> 64:x}::/64")


class _Counted(Storage):
    """Counters of fixed windows, bounded in number, without a thread of its own.

    The library's own storage in memory bounds nothing within a minute, keeps what a moving window counted for ever, and
    walks through all of it in a thread that it starts up to a hundred times a second.
    """

    STORAGE_SCHEME = None

    def __init__(self, clock: Clock, most: int) -> None:
        super().__init__()
        self._clock = clock
        self._most = most
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()  # the end of each and its count, by begin
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with self._lock:
            now = self._clock()
            while self._windows and next(iter(self._windows.values()))[0] <= now:
                self._windows.popitem(last=False)
            end, count = self._windows.get(key, (now + expiry, 0))
            self._windows[key] = (end, count + amount)
            if len(self._windows) > self._most:
                self._windows.popitem(last=False)
            return count + amount

    def get(self, key: str) -> int:
        return self._windows.get(key, (0.0, 0))[1]

    def get_expiry(self, key: str) -> float:
        return self._windows.get(key, (self._clock(), 0))[0]

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
            return count

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)
