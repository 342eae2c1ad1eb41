"""From the bytes that somebody hands over to the DER of exactly one certificate, or to a reason in French.

Private keys come first, whatever the wrapping (PEM of any kind, PKCS #8, encrypted or not, OpenSSH, PuTTY, PKCS #12,
Java key store, archive, bare base64, UTF-16 text, truncated): nothing else is looked at, and the advice is to revoke.
A key that left its holder is compromised even when the portal keeps nothing of it.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from . import der
from .reasons import REASONS, Reason

MAX_BYTES = 32 * 1024  # a genuine certificate is about 2 kB
_SCANNED = 1024 * 1024


class Unreadable(Exception):
    """The deposit is not exactly one readable certificate."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


_LENGTH = rb"(?:[\x00-\x80]|\x81.|\x82..|\x83...)"
_SEQUENCE = rb"\x30" + _LENGTH
_SECRET_DER = re.compile(
    _SEQUENCE
    + rb"(?:\x02\x01[\x00\x01](?:\x02|\x30"
    + _LENGTH
    + rb"\x06)"  # PKCS #1 and DSA, PKCS #8
    + rb"|\x02\x01\x01\x04"  # elliptic curve (RFC 5915)
    + rb"|\x30"
    + _LENGTH
    + rb"\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05|\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01))",
    re.DOTALL,
)
_CONTAINER_DER = re.compile(
    _SEQUENCE + rb"\x02\x01\x03\x30" + _LENGTH + rb"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", re.DOTALL
)
_CONTAINERS = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_KEY_STORES = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_ARMOURED_SECRET = re.compile(rb"(?:BEGIN|END)[ A-Z0-9]{0,40}PRIVATE\s+KEY", re.IGNORECASE)
_MARKS = (  # each line: marks that together betray a key (PuTTY, OpenSSH, XML signature, JSON web key)
    (b"PuTTY-User-Key-File",),
    (b"openssh-key-v1",),
    (b"b3BlbnNzaC1rZXktdjE",),
    (b"<RSAKeyValue>", b"<D>"),
    (b'"kty"', b'"d"'),
)
_IN_BASE64 = [marks[0] for marks in _MARKS if re.fullmatch(rb"[A-Za-z0-9+/]+", marks[0])]
_BLOCK = re.compile(r"-----BEGIN ([^\r\n-]*)-----([^-]*)-----END \1-----")
_BASE64_START = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_HEAD, _FOOT, _LINE = b"-----BEGIN CERTIFICATE-----\n", b"\n-----END CERTIFICATE-----\n", 64
_LABELS = {
    "CERTIFICATE REQUEST": "request",
    "NEW CERTIFICATE REQUEST": "request",
    "X509 CRL": "crl",
    "PKCS7": "bundle",
    "CMS": "bundle",
    "PUBLIC KEY": "public_key",
    "RSA PUBLIC KEY": "public_key",
}


def refuse(code: str) -> Unreadable:
    """The refusal of a known code."""
    return Unreadable(REASONS[code])


def certificate_der(data: bytes) -> bytes:
    """The DER encoding of the only certificate in `data` (PEM or DER). Raises Unreadable."""
    if (encoding := _exported(data)) is not None:
        return _only_certificate(encoding)
    if code := secret_in(data):
        raise refuse(code)
    if not data.strip():
        raise refuse("empty")
    if len(data) > MAX_BYTES:
        raise refuse("too_big")
    return _only_certificate(data if data[0] == der.SEQUENCE and not data.isascii() else _unarmoured(_text(data)))


def _exported(data: bytes) -> bytes | None:
    """What one PEM block holds, written as tools write it and alone; None for anything else, or when a key may be
    there.

    Its text is one run of base64 in lines of 64 characters: the search for private keys has one thing to look at.
    """
    if not (data.startswith(_HEAD) and data.endswith(_FOOT)) or len(data) > MAX_BYTES:
        return None
    body = data[len(_HEAD) : -len(_FOOT)]
    ends = body[_LINE :: _LINE + 1]  # one for each line but the last, and no other
    if ends.count(b"\n") != len(ends) or body.count(b"\n") != len(ends) or body.endswith(b"\n"):
        return None
    try:
        encoding = binascii.a2b_base64(body.replace(b"\n", b""), strict_mode=True)
    except ValueError:
        return None
    is_suspect = _secret_der(encoding) or b"PRIVATE" in data.upper() or any(mark in body for mark in _IN_BASE64)
    return None if is_suspect else encoding


def secret_in(data: bytes) -> str | None:
    """`private_key` or `container` when the bytes hold, or may hold, a private key; None otherwise."""
    data = data[:_SCANNED]
    if data.startswith((*_CONTAINERS, *_KEY_STORES)):
        return "container"
    plain = data.replace(b"\x00", b"") if b"\x00" in data[:4] else data  # UTF-16 text
    armoured = b"PRIVATE" in plain.upper() and _ARMOURED_SECRET.search(plain)  # the plain search spares the other one
    if armoured or any(all(mark in plain for mark in marks) for marks in _MARKS):
        return "private_key"
    codes = [_secret_der(candidate) for candidate in (data, _after_first(data), *_base64_runs(plain))]
    return next((code for code in codes if code), None)


def _secret_der(data: bytes) -> str | None:
    if _CONTAINER_DER.match(data):
        return "container"
    return "private_key" if _SECRET_DER.match(data) else None


def _after_first(data: bytes) -> bytes:
    """What follows the first DER element: a key may hide behind a certificate."""
    try:
        return data[len(der.first(data).encoding) :]
    except ValueError:
        return b""


def _base64_runs(data: bytes) -> Iterator[bytes]:
    """The decoded runs of consecutive lines of base64, with or without armour; truncated ones as far as they go."""
    run: list[bytes] = []
    for line in [*(line.strip() for line in data.splitlines()), b""]:
        if (_BASE64_LINE if run else _BASE64_START).fullmatch(line):
            run.append(line)
        elif run:
            yield _leniently_decoded(b"".join(run))
            run = []


def _leniently_decoded(text: bytes) -> bytes:
    """Base64 decoded as far as it goes, whatever its padding."""
    characters = text.replace(b"=", b"")
    whole = characters[:-1] if len(characters) % 4 == 1 else characters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _text(data: bytes) -> str:
    """The deposit read as text: UTF-16 with its mark, UTF-8 with or without, anything else octet by octet."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.removeprefix(b"\xef\xbb\xbf").decode("latin-1")


def _unarmoured(text: str) -> bytes:
    """The bytes inside the only PEM block of the text, which must be labelled as a certificate."""
    blocks = _BLOCK.findall(text)
    if len(blocks) != text.count("-----BEGIN ") or (not blocks and "CERTIFICATE" in text):
        raise refuse("armour")
    if not blocks:
        raise refuse("armour" if _holds_bare_certificate(text) else "other")
    if len(blocks) > 1:
        raise refuse("several")
    label, body = blocks[0]
    if label != "CERTIFICATE":
        raise refuse(_LABELS.get(label, "other"))
    if _BLOCK.sub("", text).strip():
        raise refuse("around")
    return _decoded(body)


def _holds_bare_certificate(text: str) -> bool:
    return any(_kind(run) == "certificate" for run in _base64_runs(text.encode("utf-8")))


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except ValueError as error:
        raise refuse("base64") from error


def _only_certificate(encoding: bytes) -> bytes:
    kind = _kind(encoding)
    if kind != "certificate":
        raise refuse(kind)
    if rest := _after_first(encoding):
        raise refuse("several" if _kind(rest) == "certificate" else "trailing")
    return encoding


def _kind(encoding: bytes) -> str:
    """What the DER object at the start of `encoding` is: `certificate`, or the code of a refusal."""
    try:
        parts = der.first(encoding).children()
        return _kind_of_parts(parts)
    except (ValueError, IndexError):
        return "unreadable" if encoding[:1] == b"\x30" else "other"


def _kind_of_parts(parts: list[der.Element]) -> str:
    tags = [part.tag for part in parts]
    if tags == [der.SEQUENCE, der.SEQUENCE, der.BIT_STRING]:
        return _kind_of_signed(parts[0].children())
    if tags == [der.SEQUENCE, der.BIT_STRING] or tags == [der.INTEGER, der.INTEGER]:
        return "public_key"
    if tags[0] == der.OBJECT_IDENTIFIER and der.dotted(parts[0].content).startswith("1.2.840.113549.1.7."):
        return "bundle"
    return "other"


def _kind_of_signed(parts: list[der.Element]) -> str:
    """A certificate, a request and a revocation list differ by what their signed part starts with."""
    tags = [part.tag for part in parts]
    if any(tag in {0x17, 0x18} for tag in tags):
        return "crl"
    if len(tags) <= 4 and tags[:3] == [der.INTEGER, der.SEQUENCE, der.SEQUENCE]:
        return "request"
    return "certificate"
