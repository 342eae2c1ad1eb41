"""Which URLs may be called: one allowed origin, written in one way."""

import pytest

from portal.outbound.targets import Forbidden, Target, parse

ALLOWED = ["https://crl.exemple.fr", "http://igc.exemple.fr", "https://api.exemple.fr:8443"]

REFUSED = [
    "",
    "crl.exemple.fr",
    "//crl.exemple.fr/",
    "https:/crl.exemple.fr/",
    "https:crl.exemple.fr",
    "HTTPS://crl.exemple.fr/",
    "https://CRL.exemple.fr/",
    "http://crl.exemple.fr/",
    "ftp://crl.exemple.fr/",
    "file:///etc/passwd",
    "gopher://crl.exemple.fr/",
    "javascript:alert(1)",
    "data:text/plain,a",
    "unix:///run/postgresql",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://localhost/",
    "https://localhost.localdomain/",
    "https://169.254.169.254/latest/meta-data/",
    "https://metadata.google.internal/",
    "https://user@crl.exemple.fr/",
    "https://user:secret@crl.exemple.fr/",
    "https://crl.exemple.fr@evil.fr/",
    "https://evil.fr@crl.exemple.fr/",
    "https://evil.fr#@crl.exemple.fr/",
    "https://evil.fr?@crl.exemple.fr/",
    "https://evil.fr\\@crl.exemple.fr/",
    "https://crl.exemple.fr\\.evil.fr/",
    "https://crl.exemple.fr.evil.fr/",
    "https://evilcrl.exemple.fr/",
    "https://sub.crl.exemple.fr/",
    "https://crl.exemple.fr./",
    "https://crl.exemple.fr。evil.fr/",
    "https://crl。exemple。fr/",
    "https://ｃrl.exemple.fr/",
    "https://crl.exemple.fr%2eevil.fr/",
    "https://crl.exemple.fr%00.evil.fr/",
    "https://crl.exemple.fr:443:80/",
    "https://crl.exemple.fr:0/",
    "https://crl.exemple.fr:0443/",
    "https://crl.exemple.fr:22/",
    "https://crl.exemple.fr:70000/",
    "https://crl.exemple.fr:/",
    "https://crl.exemple.fr:８０/",
    "https://api.exemple.fr/",
    "https:// crl.exemple.fr/",
    " https://crl.exemple.fr/",
    "https://crl.exemple.fr/\r\nHost: evil.fr",
    "https://crl.exemple.fr/\t",
    "https://crl.exemple.fr\n.evil.fr/",
    "https://crl.exemple.fr/\x00",
    "https://crl.exemple.fr/#fragment",
    "https://crl.exemple.fr/é",
    "https:///crl.exemple.fr/",
    "https://-crl.exemple.fr/",
    "https://crl.exemple.fr/" + "a" * 2048,
]


@pytest.mark.parametrize("url", REFUSED)
def test_url_is_refused_when_not_exactly_an_allowed_origin(url: str) -> None:
    with pytest.raises(Forbidden):
        parse(url, allowed=ALLOWED)


def test_table_of_refusals_holds_sixty_payloads() -> None:
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://crl.exemple.fr", Target("https", "crl.exemple.fr", 443, "/")),
        ("https://crl.exemple.fr:443/a/b?c=d&e=%2F", Target("https", "crl.exemple.fr", 443, "/a/b?c=d&e=%2F")),
        ("http://igc.exemple.fr/ACI.crl", Target("http", "igc.exemple.fr", 80, "/ACI.crl")),
        ("https://api.exemple.fr:8443?q=1", Target("https", "api.exemple.fr", 8443, "/?q=1")),
    ],
)
def test_url_is_read_when_its_origin_is_allowed(url: str, target: Target) -> None:
    assert parse(url, allowed=ALLOWED) == target
