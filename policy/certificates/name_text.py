"""A distinguished name typed as text (RFC 4514), read into the same form as those of certificates."""

import re

from . import attribute_types as types
from . import der, names
from .names import Attribute, Name, Rdn

_OIDS = {label.upper(): oid for oid, label in types.LDAP.items()}
_MAX = 2000


def parse(text: str) -> Name:
    """The name, most general part first. Raises ValueError, in French, when the text is no such name."""
    if not text.strip() or len(text) > _MAX:
        raise ValueError("Indiquez un nom, par exemple CN=ror.exemple,OU=318751275100020,O=EXEMPLE,ST=Paris (75),C=FR.")
    rdns = [_rdn(part) for part in _cut(text, ",")]
    return tuple(reversed(rdns))


def common_name(text: str) -> str:
    """The common name of a name written as RFC 4514 says, without its backslashes; empty when it has none."""
    for part in _cut(text, ","):
        label, _, value = part.partition("=")
        if label.strip().upper() == "CN":
            return re.sub(r"\\([^0-9A-Fa-f])", r"\1", value)
    return ""


def _rdn(text: str) -> Rdn:
    return tuple(_attribute(part) for part in _cut(text, "+"))


def _attribute(text: str) -> Attribute:
    label, separator, value = text.partition("=")
    word = label.strip()
    oid = word if word in types.LDAP else _OIDS.get(word.upper(), "")
    if not separator or not oid:
        raise ValueError(f"« {names.visible(text.strip()[:60])} » n’est pas une partie de nom (attendu : CN=valeur).")
    return Attribute(oid, _utf8(_unescaped(value)))


def _cut(text: str, separator: str) -> list[str]:
    """The parts between separators that no backslash protects."""
    parts, current, is_protected = [], "", False
    for character in text:
        if character == separator and not is_protected:
            parts.append(current)
            current = ""
            continue
        current += character
        is_protected = character == "\\" and not is_protected
    return [*parts, current]


def _unescaped(value: str) -> str:
    """The value without its backslashes: `\\,` and `\\C3\\B4` (octets of UTF-8)."""
    stripped = value.lstrip(" ")
    while stripped.endswith(" ") and not stripped.endswith("\\ "):
        stripped = stripped[:-1]
    if (len(stripped) - len(stripped.rstrip("\\"))) % 2:
        raise ValueError("Une barre oblique inverse termine une valeur sans rien protéger.")
    if stripped.startswith("#"):
        raise ValueError("Une valeur en hexadécimal (#…) n’est pas acceptée ici.")
    octets = re.sub(
        rb"\\([0-9A-Fa-f]{2}|.)", lambda found: _octet(found.group(1)), stripped.encode("utf-8"), flags=re.DOTALL
    )
    text = octets.decode("utf-8", "strict") if octets else ""
    if not text or names.hides(text):
        raise ValueError("Une valeur est vide ou contient des caractères invisibles.")
    return text


def _octet(escaped: bytes) -> bytes:
    return bytes.fromhex(escaped.decode("ascii")) if len(escaped) == 2 else escaped


def _utf8(text: str) -> der.Element:
    content = text.encode("utf-8")
    return der.Element(der.UTF8_STRING, content, der.encode(der.UTF8_STRING, content))
