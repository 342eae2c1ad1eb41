"""Hosts: what an address names, what a certificate's name covers."""

import pytest

from policy.servers import hosts


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://ror.exemple.fr/api", "ror.exemple.fr"),
        ("https://ROR.Exemple.FR:8443/", "ror.exemple.fr"),
        ("https://hôpital.exemple.fr", "xn--hpital-ixa.exemple.fr"),
        ("https://ror.exemple.fr./", "ror.exemple.fr"),
        ("", ""),
        ("pas une adresse", ""),
        ("https://[::1", ""),
        ("https://" + "a" * 64 + ".fr", ""),
    ],
)
def test_the_host_of_an_address(url: str, host: str) -> None:
    assert hosts.host_of(url) == host


@pytest.mark.parametrize(
    ("name", "host", "is_covered"),
    [
        ("ror.exemple.fr", "ror.exemple.fr", True),
        ("ror.exemple.fr", "autre.exemple.fr", False),
        ("*.exemple.fr", "ror.exemple.fr", True),
        ("*.exemple.fr", "a.ror.exemple.fr", False),
        ("*.exemple.fr", "exemple.fr", False),
        ("*.fr", "exemple.fr", False),
        ("*", "exemple.fr", False),
        ("", "exemple.fr", False),
        ("ror.exemple.fr", "", False),
    ],
)
def test_what_a_name_covers(name: str, host: str, is_covered: bool) -> None:
    assert hosts.covers(name, host) is is_covered
