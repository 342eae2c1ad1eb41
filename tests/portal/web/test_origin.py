"""The client's address: what our proxies saw, never what the client wrote."""

import pytest

from portal.web.origin import client_address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "peer"),
        ("1.1.1.1", 0, "peer"),
        ("1.1.1.1", 1, "1.1.1.1"),
        ("forged, 1.1.1.1", 1, "1.1.1.1"),
        ("forged, 1.1.1.1, 10.0.0.1", 2, "1.1.1.1"),
        ("1.1.1.1", 2, "peer"),
        (" , ", 1, "peer"),
    ],
)
def test_only_hops_of_our_own_proxies_count(forwarded: str, proxies: int, address: str) -> None:
    assert client_address("peer", forwarded, proxies=proxies) == address
