"""The names and addresses by which a browser may call this machine; a name of somebody else's is never among them.

A page of another site could otherwise reach the run under a name of its own (DNS rebinding).
"""

import fcntl
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

EVERY_INTERFACE = ("0.0.0.0", "::")  # noqa: S104 (names to recognise)
_ADDRESS_OF = 0x8915  # SIOCGIFADDR of Linux
_IPV6 = Path("/proc/net/if_inet6")


def names(host: str) -> list[str]:
    """As `ALLOWED_HOSTS` writes them, for the interface listened on."""
    always = ["localhost", "127.0.0.1", "[::1]"]
    if host not in EVERY_INTERFACE:
        return [*always, _written(host)]
    own = socket.gethostname()
    return list(dict.fromkeys([*always, _written(host), own, f"{own}.local", *map(_written, _addresses())]))


def _written(host: str) -> str:
    """An IPv6 address between brackets, as in the address of a page."""
    return f"[{host}]" if ":" in host else host


def _addresses() -> Iterator[str]:
    """Those of every interface, read from the system: no other machine is asked."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, interface in socket.if_nameindex():
            request = interface.encode()[:15].ljust(40, b"\0")
            try:
                answer = fcntl.ioctl(any_socket, _ADDRESS_OF, request)
            except OSError:
                continue  # an interface without an address
            yield socket.inet_ntoa(answer[20:24])
    for line in _IPV6.read_text().splitlines() if _IPV6.exists() else ():
        yield str(ipaddress.IPv6Address(bytes.fromhex(line.split()[0])))
