"""Names as other tools write them, compared with those tools: openssl, and Java where it is."""

import subprocess
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from cryptography import x509 as library
from cryptography.hazmat.primitives import serialization

from policy.certificates import der, gateways, names, spellings, x509
from policy.certificates.gateways import Comparison
from tests.factories.certificates import SAMPLES, tlv

UTF8, PRINTABLE, IA5, TELETEX, BMP = 0x0C, 0x13, 0x16, 0x14, 0x1E
OIDS = {
    "C": b"\x55\x04\x06",
    "ST": b"\x55\x04\x08",
    "O": b"\x55\x04\x0a",
    "OU": b"\x55\x04\x0b",
    "CN": b"\x55\x04\x03",
    "SN": b"\x55\x04\x04",
    "GN": b"\x55\x04\x2a",
    "serial": b"\x55\x04\x05",
    "title": b"\x55\x04\x0c",
    "email": b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01",
    "1.2.250.1.99": b"\x2a\x81\x7a\x01\x63",
}
WORDS = [
    "ror.editeur",
    "Côte-d'Or (21)",
    "a,b",
    "a;b",
    " bord ",
    "#dièse",
    "a+b=c",
    'dit "x"',
    "a\\b",
    "<x>",
    "é",
    "a  b",
]
PROGRAM = Path(__file__).parent / "data" / "Names.java"
Part = tuple[str, int, str]


def encoded(*rdns: Sequence[Part]) -> bytes:
    """The DER of a name whose parts are lists of (type, tag, text)."""
    charsets = {BMP: "utf-16-be", TELETEX: "latin-1"}
    sets = [
        tlv(
            der.SET,
            *(tlv(0x30, tlv(6, OIDS[t]), tlv(tag, text.encode(charsets.get(tag, "utf-8")))) for t, tag, text in rdn),
        )
        for rdn in rdns
    ]
    return tlv(der.SEQUENCE, *sets)


def corpus() -> list[bytes]:
    """The real subjects, every word alone, and 200 names made by chance (always the same)."""
    real = [
        library.load_pem_x509_certificate(path.read_bytes()).subject.public_bytes() for path in SAMPLES.glob("*.pem")
    ]
    alone = [encoded([("CN", UTF8, word)]) for word in WORDS]
    chance = Random(5)
    made = []
    for _ in range(200):
        rdns = []
        for _ in range(chance.randint(1, 5)):
            count = 1 if chance.random() < 0.8 else 2
            kinds = chance.sample(sorted(OIDS), count)
            rdns.append([(kind, chance.choice([UTF8, UTF8, BMP, TELETEX]), chance.choice(WORDS)) for kind in kinds])
        made.append(encoded(*rdns))
    return [*real, *alone, *made]


def printed(encoding: bytes, *options: str) -> str:
    """The subject as `openssl x509 -nameopt …` prints it."""
    certificate = shell(encoding)
    command = ["openssl", "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", ",".join(options)]
    run = subprocess.run(command, input=certificate, capture_output=True, check=True)
    return run.stdout.decode("utf-8").removeprefix("subject=").removesuffix("\n")


def shell(subject: bytes) -> bytes:
    """A certificate without seal that carries this subject."""
    algorithm = tlv(0x30, tlv(6, b"\x2a\x86\x48\xce\x3d\x04\x03\x02"))
    dates = tlv(0x30, tlv(0x17, b"260101000000Z"), tlv(0x17, b"290101000000Z"))
    path = next(SAMPLES.glob("apibi*.pem"))
    key = library.load_pem_x509_certificate(path.read_bytes()).public_key()
    info = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    issuer = encoded([("CN", UTF8, "x")])
    signed = tlv(0x30, tlv(0xA0, tlv(2, b"\x02")), tlv(2, b"\x01"), algorithm, issuer, dates, subject, info)
    return tlv(0x30, signed, algorithm, tlv(3, b"\x00\x30\x00"))


@pytest.mark.slow
def test_texts_equal_those_of_openssl() -> None:
    for encoding in corpus()[:80]:
        name = names.parse(encoding)
        assert spellings.openssl_utf8(name) == printed(encoding, "RFC2253", "-esc_msb")
        assert spellings.openssl_legacy(name) == printed(encoding, "compat")


@pytest.mark.slow
@pytest.mark.requires("java")
def test_texts_equal_those_of_java() -> None:
    encodings = corpus()
    asked = "\n".join(b64encode(encoding).decode() for encoding in encodings)
    run = subprocess.run(["java", "-Xshare:auto", str(PROGRAM)], input=asked.encode(), capture_output=True, check=True)
    said = run.stdout.decode("ascii").split()
    compared = 0
    for encoding, principal, shown in zip(encodings, said[::2], said[1::2], strict=True):
        if principal == "!":
            continue
        name = names.parse(encoding)
        assert spellings.java(name) == b64decode(principal).decode()
        assert spellings.java_display(name) == b64decode(shown).decode()
        compared += 1
    assert compared >= 200


@pytest.mark.parametrize(
    ("word", "accepted"),
    [
        ("ror.editeur", {Comparison.FINGERPRINT, Comparison.RFC4514, Comparison.OPENSSL, Comparison.PARTS}),
        ("Côte-d'Or (21)", {Comparison.FINGERPRINT, Comparison.RFC4514, Comparison.PARTS}),
        ("a,b", {Comparison.FINGERPRINT, Comparison.RFC4514, Comparison.OPENSSL}),
        ("a;b", {Comparison.FINGERPRINT, Comparison.RFC4514, Comparison.OPENSSL}),
    ],
)
def test_each_comparison_says_whether_it_would_accept(word: str, accepted: set[Comparison]) -> None:
    name = names.parse(encoded([("C", PRINTABLE, "FR")], [("CN", UTF8, word)]))
    sights = gateways.sights(name, "0" * 64)
    assert {sight.comparison for sight in sights if sight.accepts} == accepted
    assert all(sight.warnings for sight in sights if not sight.accepts)


def test_several_values_in_one_part_are_warned_of() -> None:
    name = names.parse(encoded([("CN", UTF8, "x"), ("SN", UTF8, "y")]))
    assert all(sight.warnings for sight in gateways.sights(name, "0") if sight.comparison is not Comparison.FINGERPRINT)


def test_published_comparison_forgets_order_and_spaces() -> None:
    assert gateways.parts("CN=a, OU=b,C=FR") == gateways.parts("C=FR,OU=b , CN=a")
    assert gateways.parts_digest("CN=a, C=FR") == gateways.parts_digest("C=FR,CN=a")
    assert gateways.parts_digest("CN=a,C=FR") != gateways.parts_digest("CN=b,C=FR")


def test_real_names_have_six_renderings() -> None:
    for path in SAMPLES.glob("*.pem"):
        encoding = library.load_pem_x509_certificate(path.read_bytes()).public_bytes(serialization.Encoding.DER)
        rendered = gateways.renderings(names.parse(x509.subject_of(encoding)))
        assert len(rendered) == 6
        assert all(one.text for one in rendered)
