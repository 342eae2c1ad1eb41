"""Which addresses the portal may connect to: unicast addresses of the public internet, and nothing else.

`ipaddress` alone is not enough: `is_global` passes NAT64, 6to4 and multicast addresses that lead back inside,
`is_private` passes the carrier-grade range 100.64.0.0/10.
"""

from ipaddress import ip_address, ip_network

FORBIDDEN = tuple(
    ip_network(block)
    for block in (
        "::ffff:0:0/96",  # IPv4 in IPv6 clothes
        "::/96",  # the older, deprecated form of the same
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # local NAT64
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4
        "192.88.99.0/24",  # 6to4 relays
        "fec0::/10",  # former site-local addresses
    )
)


def is_reachable(address: str) -> bool:
    """True for a public unicast address; False for any other, and for text that is no plain address."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if getattr(parsed, "scope_id", None) or parsed.is_multicast or not parsed.is_global:
        return False
    return not any(parsed in block for block in FORBIDDEN if block.version == parsed.version)
