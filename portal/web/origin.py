"""Whence a request comes: the client's address, as far as our own proxies can be trusted. Pure."""


def client_address(peer: str, forwarded: str, *, proxies: int) -> str:
    """The address seen by the outermost of our `proxies`; whatever the client wrote before it is ignored.

    `peer` is the other end of the connection, `forwarded` the value of X-Forwarded-For. With no proxy of ours, or fewer
    hops than proxies, the peer is the client.
    """
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return hops[-proxies] if 0 < proxies <= len(hops) else peer
