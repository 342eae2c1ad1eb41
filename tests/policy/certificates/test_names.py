"""Names: canonical form, RFC 4514 text, and the text that OpenSSL prints."""

import subprocess
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.certificates import der, names
from tests.factories.certificates import SAMPLES, ec_key, tlv

UTF8, PRINTABLE, TELETEX, IA5, UNIVERSAL, BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
OIDS = {"C": b"\x55\x04\x06", "O": b"\x55\x04\x0a", "OU": b"\x55\x04\x0b", "CN": b"\x55\x04\x03", "SN": b"\x55\x04\x04"}
OIDS |= {"GN": b"\x55\x04\x2a", "role": b"\x55\x04\x48", "1.2.250.1.99": b"\x2a\x81\x7a\x01\x63"}
Part = tuple[str, int, bytes]


def encoded(*rdns: list[Part]) -> bytes:
    """The DER of a name whose parts are lists of (type, tag, content)."""
    sets = [tlv(der.SET, *(tlv(0x30, tlv(6, OIDS[t]), tlv(tag, content)) for t, tag, content in rdn)) for rdn in rdns]
    return tlv(der.SEQUENCE, *sets)


def cn(text: str, tag: int = UTF8, charset: str = "utf-8") -> bytes:
    """The DER of a name made of one CN."""
    return encoded([("CN", tag, text.encode(charset))])


def digest(encoding: bytes) -> str:
    return names.digest(names.parse(encoding))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (cn("Service ROR"), cn("Service ROR", PRINTABLE)),
        (cn("Côte-d'Or"), cn("Côte-d'Or", BMP, "utf-16-be")),
        (cn("Côte-d'Or"), cn("Côte-d'Or", UNIVERSAL, "utf-32-be")),
        (cn("Côte"), cn("Côte", TELETEX, "latin-1")),
        (cn("Côte"), cn("Co\u0302te")),  # accent apart
        (cn("SERVICE"), cn("service")),
        (cn("a  b "), cn(" a b")),
        (cn("a\u200bb"), cn("ab")),  # invisible character
        (cn("a\u202eb"), cn("ab")),  # right-to-left override
        (cn("ﬁn"), cn("fin")),  # ligature
        (cn("Straße"), cn("STRASSE")),
        (
            encoded([("SN", UTF8, b"x"), ("GN", UTF8, b"y")]),
            encoded([("GN", UTF8, b"y"), ("SN", UTF8, b"x")]),
        ),
    ],
)
def test_digest_is_the_same_for_two_spellings_of_one_name(one: bytes, other: bytes) -> None:
    assert digest(one) == digest(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (cn("ab"), cn("a b")),
        (cn("a,OU=b"), encoded([("OU", UTF8, b"b")], [("CN", UTF8, b"a")])),
        (cn("a+SN=b"), encoded([("CN", UTF8, b"a"), ("SN", UTF8, b"b")])),
        (encoded([("OU", UTF8, b"a")], [("CN", UTF8, b"b")]), encoded([("CN", UTF8, b"b")], [("OU", UTF8, b"a")])),
        (encoded([("OU", UTF8, b"a")], [("CN", UTF8, b"b")]), encoded([("OU", UTF8, b"a"), ("CN", UTF8, b"b")])),
        (cn("#030201"), encoded([("CN", der.BIT_STRING, b"\x02\x01")])),
        (cn("a"), encoded([("OU", UTF8, b"a")])),
        (cn("a"), encoded([("CN", UTF8, b"a")], [("CN", UTF8, b"a")])),
        (cn("service-1"), cn("service-l")),
    ],
)
def test_digest_differs_for_two_names(one: bytes, other: bytes) -> None:
    assert digest(one) != digest(other)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        (cn("rpps.tra.henix;asipsante.fr"), r"CN=rpps.tra.henix\;asipsante.fr"),
        (cn(' a,b+c"d\\e<f>g;h '), r"CN=\ a\,b\+c\"d\\e\<f\>g\;h\ "),
        (cn("#a#"), r"CN=\#a#"),
        (cn("a=b"), "CN=a=b"),
        (cn("Côte-d'Or (21)"), "CN=Côte-d'Or (21)"),
        (cn("a\x00b"), r"CN=a\00b"),
        (cn("a\u202eb"), r"CN=a\E2\80\AEb"),
        (encoded([("C", PRINTABLE, b"FR")], [("CN", UTF8, b"x"), ("SN", UTF8, b"y")]), "CN=x+SN=y,C=FR"),
        (encoded([("1.2.250.1.99", UTF8, b"x")]), "1.2.250.1.99=#0c0178"),
        (encoded([("CN", der.BIT_STRING, b"\x00\x01")]), "CN=#03020001"),
        (encoded(), ""),
    ],
)
def test_rfc4514_escapes_what_the_rule_names_and_what_nobody_sees(encoding: bytes, text: str) -> None:
    assert names.rfc4514(names.parse(encoding)) == text


@pytest.mark.parametrize(
    "encoding",
    [
        b"",
        b"\x31\x00",
        cn("a", BMP),  # odd number of octets
        encoded([("CN", UTF8, b"\xff")]),
        encoded([("CN", PRINTABLE, "é".encode())]),
        encoded([("CN", BMP, "😀".encode("utf-16-be"))]),
        encoded([]),
        tlv(0x30, tlv(0x31, tlv(0x30, tlv(6, OIDS["CN"])))),
        tlv(0x30, tlv(0x31, tlv(0x30, tlv(4, OIDS["CN"]), tlv(UTF8, b"x")))),
        cn("a") + b"\x00",
    ],
)
def test_parse_refuses_what_cannot_be_read_in_full(encoding: bytes) -> None:
    with pytest.raises(ValueError):
        names.parse(encoding)


def test_visible_shows_what_would_mislead() -> None:
    assert names.visible("a\u202egnp.exe\n") == "a\\u{202E}gnp.exe\\u{000A}"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pem")), ids=lambda path: path.stem)
def test_texts_of_real_certificates_equal_those_of_the_tools(path: Path) -> None:
    certificate = library.load_pem_x509_certificate(path.read_bytes())
    name = names.parse(certificate.subject.public_bytes())
    assert names.rfc4514(name) == certificate.subject.rfc4514_string()
    assert names.openssl(name) == printed_by_openssl(certificate.public_bytes(serialization.Encoding.DER))


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12) | st.text(
    st.sampled_from(" ,;+\"\\<>#=/éÔ'\u202e\x00\x7f\n"), max_size=8
)


@st.composite
def values(draw: st.DrawFn) -> tuple[int, bytes]:
    """A tag and a content that this tag may carry."""
    text = draw(texts)
    basic = "".join(c for c in text if ord(c) < 0x10000)
    plain = "".join(c for c in text if ord(c) < 0x80)
    latin = "".join(c for c in text if ord(c) < 0x100)
    return draw(
        st.sampled_from(
            [
                (UTF8, text.encode()),
                (BMP, basic.encode("utf-16-be")),
                (UNIVERSAL, text.encode("utf-32-be")),
                (PRINTABLE, plain.encode()),
                (IA5, plain.encode()),
                (TELETEX, latin.encode("latin-1")),
                (der.BIT_STRING, b"\x00" + text.encode()),
            ]
        )
    )


parts = st.tuples(st.sampled_from(sorted(OIDS)), values()).map(lambda pair: (pair[0], *pair[1]))
subjects = st.lists(st.lists(parts, min_size=1, max_size=3), min_size=1, max_size=5)


def shell(subject: bytes) -> bytes:
    """A certificate (DER, its seal left empty) that carries this subject: what OpenSSL needs to print it."""
    algorithm = tlv(0x30, tlv(6, b"\x2a\x86\x48\xce\x3d\x04\x03\x02"))
    dates = tlv(0x30, tlv(0x17, b"260101000000Z"), tlv(0x17, b"290101000000Z"))
    signed = tlv(0x30, tlv(0xA0, tlv(2, b"\x02")), tlv(2, b"\x01"), algorithm, cn("x"), dates, subject, public_key())
    return tlv(0x30, signed, algorithm, tlv(3, b"\x00\x30\x00"))


@cache
def public_key() -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return ec_key(ec.SECP256R1()).public_key().public_bytes(serialization.Encoding.DER, form)


def printed_by_openssl(certificate: bytes) -> str:
    """The subject as `openssl x509 -nameopt RFC2253` prints it."""
    command = ["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "RFC2253"]
    run = subprocess.run(command, input=certificate, capture_output=True, check=True)
    return run.stdout.decode("ascii").removeprefix("subject=").removesuffix("\n")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(subjects)
def test_openssl_text_equals_what_openssl_prints(subject: list[list[Part]]) -> None:
    encoding = encoded(*subject)
    assert names.openssl(names.parse(encoding)) == printed_by_openssl(shell(encoding))


@given(subjects)
def test_every_readable_name_has_its_texts_and_one_digest(subject: list[list[Part]]) -> None:
    name = names.parse(encoded(*subject))
    text = names.rfc4514(name)
    assert not any(names.is_invisible(character) for character in text + names.openssl(name))
    assert len(names.digest(name)) == 64


@given(st.binary(max_size=80))
def test_parse_reads_or_refuses_any_bytes(data: bytes) -> None:
    with suppress(ValueError):
        names.digest(names.parse(data))
