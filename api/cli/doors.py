"""Where a server is reached: a port, or a Unix socket for a proxy on this machine."""

import errno
import os
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

from api.access.entrance import LOOPBACK
from api.cli.stopping import Stop

Door = tuple[socket.socket, str, frozenset[str]]
"""The bound socket, its address to show, and the host names that requests may ask for."""


@contextmanager
def port_door(host: str, port: int, *, elsewhere: bool = False) -> Generator[Door]:
    """The port is taken before the work begins; connections are answered when it is done. `elsewhere` admits other than
    loopback addresses: people sign in."""
    family, address = _address(host, elsewhere=elsewhere)
    # With its protocol named: otherwise asyncio does not see that it is TCP, and each answer waits 40 ms for the
    # other side to acknowledge its first packet.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Stop(f"Port {port} is in use. Stop what uses it, or give another with --port.") from None
            raise Stop(f"Port {port} cannot be served ({error.strerror}). Give another with --port.") from None
        shown = f"[{address}]" if family == socket.AF_INET6 else address
        yield door, f"http://{shown}:{port}", LOOPBACK | {shown, host.lower()}


@contextmanager
def unix_door(file: Path) -> Generator[Door]:
    """For the owner and the group of the file; one that nobody answers at any more is replaced."""
    if _answers(file):
        raise Stop(f"Another server answers at {file}. Stop it, or give another file with --socket.")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            if file.is_socket():
                file.unlink()
            door.bind(str(file))
            file.chmod(0o660)
            door.listen()  # so that another that is started meanwhile sees that this one is there
        except OSError as error:
            why = error.strerror or str(error)
            raise Stop(f"{file} cannot be served ({why}). Give another file with --socket.") from None
        made = os.stat(file).st_ino
        try:
            yield door, f"unix:{file}", LOOPBACK
        finally:
            with suppress(OSError):
                if os.stat(file).st_ino == made:
                    file.unlink()


def _answers(file: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        try:
            asking.connect(str(file))
        except OSError:
            return False
        return True


def _address(host: str, *, elsewhere: bool) -> tuple[socket.AddressFamily, str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Stop("There is no such host. Serve on 127.0.0.1.", 2) from None
    if not elsewhere and not all(ip_address(str(address[0])).is_loopback for *_, address in found):
        raise Stop(
            "Whoever reaches the server acts as the operator, so only a loopback address such as 127.0.0.1 is served. "
            "Set LAERDOM_SIGN_IN=true and LAERDOM_PUBLIC_URL to serve others, who then have to sign in.",
            2,
        )
    # `localhost` is both ::1 and 127.0.0.1; people type the latter.
    family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    return family, str(address[0])
