"""Distinguished names read from their DER bytes: canonical form, and the texts that people and gateways use.

Two names are compared by `digest`, never by their texts: one text may be written by several encodings, and spellings
that look alike must not pass for two names. The canonical form follows the comparison rules of RFC 5280 §7.1 and the
string preparation of RFC 4518 (compatibility normalisation, case folded, invisible characters dropped, spaces
collapsed).
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from . import attribute_types as types
from . import der

COMMON_NAME = "2.5.4.3"
SURNAME = "2.5.4.4"
COUNTRY = "2.5.4.6"
ORGANISATION = "2.5.4.10"
ORGANISATIONAL_UNIT = "2.5.4.11"
TITLE = "2.5.4.12"
GIVEN_NAME = "2.5.4.42"

_CHARACTER_SETS = {
    der.UTF8_STRING: "utf-8",
    der.NUMERIC_STRING: "ascii",
    der.PRINTABLE_STRING: "ascii",
    der.TELETEX_STRING: "latin-1",  # what every known issuer puts there, and what OpenSSL reads
    der.IA5_STRING: "ascii",
    der.VISIBLE_STRING: "ascii",
    der.UNIVERSAL_STRING: "utf-32-be",
    der.BMP_STRING: "utf-16-be",
}
_SPECIAL = frozenset('"+,;<>\\')
# what no writing escapes, folds apart or hides: nearly every name; the others are taken character by character
_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 .()-]*[A-Za-z0-9.()])?", re.ASCII)
_PLAIN_STRINGS = (der.UTF8_STRING, der.PRINTABLE_STRING)
_USUAL = {  # by the encoding of their type
    b"\x06\x03\x55\x04" + bytes([int(oid.rpartition(".")[2])]): (oid, types.LDAP[oid], types.OPENSSL[oid])
    for oid in (COMMON_NAME, COUNTRY, ORGANISATION, ORGANISATIONAL_UNIT, "2.5.4.7", "2.5.4.8")
}


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a name: dotted type, and the value's tag, content and encoding."""

    oid: str
    value: der.Element

    @property
    def text(self) -> str | None:
        """The value as text; None when its type is no character string. Raises ValueError on unreadable characters."""
        charset = _CHARACTER_SETS.get(self.value.tag)
        if charset is None:
            return None
        text = self.value.content.decode(charset)
        if self.value.tag == der.BMP_STRING and any(ord(character) > 0xFFFF for character in text):
            raise ValueError("BMPString outside the basic plane")
        return text

    @property
    def label(self) -> str:
        """The LDAP short name of the type, or its dotted form."""
        return types.LDAP.get(self.oid, self.oid)


Rdn = tuple[Attribute, ...]
Name = tuple[Rdn, ...]


def parse(encoding: bytes) -> Name:
    """The name written in DER, most general part first, as the certificate orders it. Raises ValueError."""
    return tuple(part(each) for each in parts(encoding))


def parts(encoding: bytes) -> list[bytes]:
    """The parts of a name written in DER, each in its own bytes, most general first. Raises ValueError."""
    return [element.encoding for element in _typed(der.whole(encoding), der.SEQUENCE).children()]


def part(encoding: bytes) -> Rdn:
    """One part of a name. Raises ValueError: what cannot be read is refused here, not when somebody looks at it."""
    rdn = _rdn(der.whole(encoding))
    for attribute in rdn:
        _ = attribute.text
    return rdn


def short(encoding: bytes) -> tuple[str, str, str, tuple[tuple[str, str], ...]] | None:
    """A part as nearly all are, in its texts at once: RFC 4514, OpenSSL's, canonical, then its attributes.

    One attribute of a usual type, whose plain text no writing changes, all lengths on one octet; None for any other,
    which is read element by element.
    """
    size = len(encoding)
    if not 11 < size < 0x80 or encoding[9] not in _PLAIN_STRINGS or encoding[10] != size - 11:
        return None
    if (encoding[0], encoding[1], encoding[2], encoding[3]) != (der.SET, size - 2, der.SEQUENCE, size - 4):
        return None
    known, text = _USUAL.get(encoding[4:9]), encoding[11:].decode("latin-1")
    if known is None or not _PLAIN.fullmatch(text):
        return None
    oid, label, openssl_label = known
    kept = f'[["{oid}", "text", "{_prepared(text)}"]]'
    return f"{label}={text}", f"{openssl_label}={text}", kept, ((label, text),)


def attributes(name: Name) -> list[Attribute]:
    """All attributes, in the order of the certificate."""
    return [attribute for rdn in name for attribute in rdn]


def values(name: Name, oid: str) -> list[str]:
    """The texts of all attributes of one type."""
    return [attribute.text or "" for attribute in attributes(name) if attribute.oid == oid]


def digest(name: Name) -> str:
    """SHA-256 (hexadecimal) of the canonical form: equal if and only if the names are the same name."""
    return digest_of(map(canonical, name))


def canonical(rdn: Rdn) -> str:
    """The canonical form of one part, as JSON."""
    return json.dumps(sorted(_canonical(attribute) for attribute in rdn))


def digest_of(forms: Iterable[str]) -> str:
    """The digest of a name by the canonical forms of its parts, in their order."""
    return hashlib.sha256(f"[{', '.join(forms)}]".encode("ascii")).hexdigest()


def rfc4514(name: Name) -> str:
    """The text of RFC 4514: last part first, accents as they are, invisible characters written in hexadecimal."""
    return ",".join("+".join(_rfc4514_pair(attribute) for attribute in rdn) for rdn in reversed(name))


def openssl(name: Name) -> str:
    """The text that `openssl x509 -nameopt RFC2253` prints, byte for byte: the one that gateways compare."""
    return ",".join("+".join(openssl_pair(attribute) for attribute in reversed(rdn)) for rdn in reversed(name))


def visible(text: str) -> str:
    """The text with its control, format and other invisible characters written as `\\u{…}`."""
    return "".join(f"\\u{{{ord(character):04X}}}" if is_invisible(character) else character for character in text)


def hides(text: str) -> bool:
    """True when the text has a character that a reader cannot see."""
    return not (text.isascii() and text.isprintable()) and any(is_invisible(character) for character in text)


def is_invisible(character: str) -> bool:
    """True for what a reader cannot see: control, format (bidirectional included), surrogate, private, separators."""
    return character != " " and unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _typed(element: der.Element, tag: int) -> der.Element:
    if element.tag != tag:
        raise ValueError(f"tag {element.tag:#04x} where {tag:#04x} is expected")
    return element


def _rdn(element: der.Element) -> Rdn:
    pairs = [_typed(pair, der.SEQUENCE).children() for pair in _typed(element, der.SET).children()]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError("relative distinguished name without type and value")
    return tuple(Attribute(der.dotted(_typed(kind, der.OBJECT_IDENTIFIER).content), value) for kind, value in pairs)


def _canonical(attribute: Attribute) -> tuple[str, str, str]:
    """Type, nature and prepared value: the nature keeps `#04…` as text apart from the same bytes as DER."""
    text = attribute.text
    if text is None:
        return attribute.oid, "der", attribute.value.encoding.hex()
    return attribute.oid, "text", _prepared(text)


def _prepared(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return " ".join(text.casefold().split())
    mapped = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} and c.isspace() else c for c in text)
    kept = "".join(c for c in mapped if unicodedata.category(c) not in {"Cf", "Cc"})
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", kept).casefold())
    return " ".join(folded.split())


def _rfc4514_pair(attribute: Attribute) -> str:
    text = attribute.text
    if attribute.oid not in types.LDAP or text is None:
        return f"{attribute.label}=#{attribute.value.encoding.hex()}"
    return f"{attribute.label}={_rfc4514_value(text)}"


def _rfc4514_value(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    last = len(text) - 1
    return "".join(_rfc4514_character(c, first=i == 0, last=i == last) for i, c in enumerate(text))


def _rfc4514_character(character: str, *, first: bool, last: bool) -> str:
    if character in _SPECIAL or (character == " " and (first or last)) or (character == "#" and first):
        return f"\\{character}"
    if is_invisible(character):
        return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))
    return character


def openssl_pair(attribute: Attribute, *, raw: bool = False) -> str:
    """As `do_name_ex` and `do_esc_char` of OpenSSL: unknown types and values that are no text are dumped.

    `raw` leaves what is beyond ASCII as it is.
    """
    text = attribute.text
    label = types.OPENSSL.get(attribute.oid)
    if label is None or text is None:
        return f"{label or attribute.oid}=#{attribute.value.encoding.hex().upper()}"
    if _PLAIN.fullmatch(text):
        return f"{label}={text}"
    octets = text.encode("utf-8")
    last = len(octets) - 1
    written = [_openssl_octet(o, first=i == 0, last=i == last, raw=raw) for i, o in enumerate(octets)]
    return f"{label}=" + b"".join(written).decode("utf-8")


def _openssl_octet(octet: int, *, first: bool, last: bool, raw: bool) -> bytes:
    character = chr(octet)
    if octet > 0x7F and raw:
        return bytes([octet])
    if octet < 0x20 or octet >= 0x7F:
        return f"\\{octet:02X}".encode("ascii")
    if character in _SPECIAL or (character == " " and (first or last)):
        return f"\\{character}".encode("ascii")
    if character == "#" and first and not last:  # OpenSSL leaves a lone "#" as it is
        return b"\\#"
    return bytes([octet])
