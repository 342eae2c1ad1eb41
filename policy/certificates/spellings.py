"""A name as other tools write it: OpenSSL with its accents, OpenSSL of old, Java. Checked against those programs.

`names` holds the two texts that the portal keeps (RFC 4514, and the one of `-nameopt RFC2253`).
"""

from . import attribute_types as types
from . import der
from .names import Attribute, Name, Rdn, openssl_pair

_JAVA_RFC2253 = {"CN", "C", "L", "ST", "O", "OU", "STREET", "DC", "UID"}
_JAVA_DISPLAY = {  # sun.security.x509.AVAKeyword, the words that Java writes
    "2.5.4.3": "CN",
    "2.5.4.4": "SURNAME",
    "2.5.4.5": "SERIALNUMBER",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "T",
    "2.5.4.42": "GIVENNAME",
    "2.5.4.43": "INITIALS",
    "2.5.4.44": "GENERATION",
    "2.5.4.46": "DNQ",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "EMAILADDRESS",
    "1.3.6.1.4.1.42.2.11.2.1": "IP",
}
_JAVA_STRINGS = {der.PRINTABLE_STRING, der.TELETEX_STRING, der.IA5_STRING, der.BMP_STRING, der.UTF8_STRING}
_JAVA_ESCAPED = frozenset(',=+<>#;"\\')
_JAVA_QUOTED = frozenset(',+=\n<>#;\\"')


def openssl_utf8(name: Name) -> str:
    """What `openssl x509 -nameopt RFC2253,-esc_msb` prints: as RFC2253, accents as they are."""
    rdns = ["+".join(openssl_pair(attribute, raw=True) for attribute in reversed(rdn)) for rdn in reversed(name)]
    return ",".join(rdns)


def openssl_legacy(name: Name) -> str:
    """What `openssl x509 -nameopt compat` prints: `/C=FR/O=…`, most general part first, octets in hexadecimal."""
    return "".join(_legacy_rdn(rdn) for rdn in name)


def java(name: Name) -> str:
    """What `X500Principal.getName()` answers (its RFC 2253 form)."""
    return ",".join("+".join(_java_pair(attribute) for attribute in rdn) for rdn in reversed(name))


def java_display(name: Name) -> str:
    """What `X500Principal.toString()` answers, which is also that of the older `getSubjectDN().getName()`."""
    return ", ".join(" + ".join(_display_pair(attribute) for attribute in rdn) for rdn in reversed(name))


def _legacy_rdn(rdn: Rdn) -> str:
    pairs = [f"{types.OPENSSL.get(a.oid, a.oid)}={_legacy_value(a.value.content)}" for a in rdn]
    return "/" + "+".join(pairs)


def _legacy_value(content: bytes) -> str:
    written = (chr(octet) if 0x20 <= octet <= 0x7E else f"\\x{octet:02X}" for octet in content)
    return "".join(f"\\{text}" if text in "/+" else text for text in written)


def _java_pair(attribute: Attribute) -> str:
    label = types.LDAP.get(attribute.oid, "")
    word = label if label in _JAVA_RFC2253 else attribute.oid
    if word != label or attribute.value.tag not in _JAVA_STRINGS:
        return f"{word}=#{attribute.value.encoding.hex()}"
    octets = attribute.value.content
    return f"{label}={_java_escaped(octets.decode('utf-8', 'replace'))}"  # Java reads UTF-8 whatever the string type


def _java_escaped(text: str) -> str:
    escaped = "".join(f"\\{c}" if c in _JAVA_ESCAPED else "\\00" if c == "\x00" else c for c in text)
    start = len(escaped) - len(escaped.lstrip(" \r"))
    end = len(escaped.rstrip(" \r"))
    return "".join(c if start <= i < end else f"\\{c}" for i, c in enumerate(escaped))


def _display_pair(attribute: Attribute) -> str:
    word = _JAVA_DISPLAY.get(attribute.oid) or f"OID.{attribute.oid}"
    text = attribute.text if attribute.value.tag in _JAVA_STRINGS else None
    if text is None:
        return f"{word}=#{attribute.value.encoding.hex()}"
    return f"{word}={_java_quoted(text)}"


def _java_quoted(text: str) -> str:
    """Quotes as Java puts them: around special characters, and around spaces at an end or side by side."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        inner = "".join(f"\\{c}" if c in '"\\' else c for c in text[1:-1])
        return f'"{inner}"'
    white = text[:1] in {" ", "\n"} or text[-1:] in {" ", "\n"} or any(pair in text for pair in ("  ", " \n", "\n "))
    escaped = "".join(f"\\{c}" if c in '"\\' else c for c in text)
    return f'"{escaped}"' if white or _JAVA_QUOTED & set(text) else escaped
