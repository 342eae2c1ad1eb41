"""What a public key is worth: kind, size, and the known ways in which it may be weak.

Sizes and exponent: ANSSI, Guide des mécanismes cryptographiques (R24, R26, RègleFactorisation). ROCA: CVE-2017-15361
(keys of a smart-card library, recognised by their residues). Close primes: Fermat's factorisation succeeds at once.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from math import isqrt

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509 import Certificate

from . import der

MIN_RSA_BITS, LASTING_RSA_BITS, MAX_RSA_BITS = 2048, 3072, 8192
MIN_EXPONENT = 65537
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
EXPLICIT = "décrite par ses paramètres"
_P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107")  # how every key on this named curve begins
_FERMAT_ROUNDS = 100
_SIEVE = (64, 63, 65, 11, 17, 19, 23)  # what is a square leaves a square modulo each: one rest in eight hundred does
_ROCA_PRIMES = tuple(p for p in range(3, 168, 2) if all(p % q for q in range(3, isqrt(p) + 1, 2)))
_ROCA_POWERS = tuple((p, frozenset(pow(65537, power, p) for power in range(p - 1))) for p in _ROCA_PRIMES)


@dataclass(frozen=True)
class KeyFacts:
    """A public key in plain values: `bits` of modulus or curve, name of the curve, `weakness` in French or empty.

    `digest` is the SHA-256 of the key as certificates write it (hexadecimal): what two certificates of one key share.
    """

    kind: str
    bits: int = 0
    exponent: int = 0
    curve: str = ""
    weakness: str = ""
    digest: str = ""


def read(certificate: Certificate, encoding: bytes) -> KeyFacts:
    """The facts of a certificate's key, also given in DER; a key that cannot be opened is of kind `unknown`."""
    digest = hashlib.sha256(encoding).hexdigest()
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return KeyFacts("unknown", digest=digest)
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return KeyFacts("RSA", key.key_size, numbers.e, weakness=weakness(numbers.n, numbers.e), digest=digest)
    if isinstance(key, ec.EllipticCurvePublicKey):
        curve = key.curve.name if _names_its_curve(encoding) else EXPLICIT
        return KeyFacts("EC", key.key_size, curve=curve, digest=digest)
    named = {dsa.DSAPublicKey: "DSA", ed25519.Ed25519PublicKey: "Ed25519", ed448.Ed448PublicKey: "Ed448"}
    return KeyFacts(next((name for kind, name in named.items() if isinstance(key, kind)), "unknown"), digest=digest)


def described(public: KeyFacts) -> str:
    """The kind and size of the key, as its check says them."""
    if public.kind == "EC":
        return f"courbe elliptique {CURVES.get(public.curve, public.curve)}"
    return f"{public.kind} {public.bits} bits" if public.bits else public.kind


def fault(public: KeyFacts) -> str:
    """Why the key is refused, as a phrase; empty when it is not."""
    if public.kind == "EC":
        return "" if public.curve in CURVES else f"la courbe {public.curve} n’est ni P-256, ni P-384, ni P-521"
    if public.kind != "RSA":
        return f"son type ({'inconnu' if public.kind == 'unknown' else public.kind}) n’est ni RSA ni EC"
    if not MIN_RSA_BITS <= public.bits <= MAX_RSA_BITS:
        return f"sa taille ({public.bits} bits) est hors de {MIN_RSA_BITS} à {MAX_RSA_BITS} bits"
    if public.exponent < MIN_EXPONENT:
        return f"son exposant ({public.exponent}) est inférieur à {MIN_EXPONENT}"
    return public.weakness


def _names_its_curve(encoding: bytes) -> bool:
    """True when the curve is given by its identifier: parameters written out may hide another curve (CVE-2020-0601)."""
    if encoding.startswith(_P256):
        return True
    algorithm = der.whole(encoding).children()[0].children()
    return len(algorithm) == 2 and algorithm[1].tag == der.OBJECT_IDENTIFIER


def weakness(modulus: int, exponent: int) -> str:
    """A French phrase for a known weakness of an RSA key; empty when none is found."""
    if exponent % 2 == 0 or modulus % 2 == 0:
        return "ses nombres sont pairs, ce qui n’est pas une clé RSA"
    if modulus.bit_length() > 2 * MAX_RSA_BITS:
        return ""  # refused for its size: no need to compute on it
    if _has_roca_residues(modulus):
        return "elle porte la signature de la faille ROCA (CVE-2017-15361)"
    if _has_close_primes(modulus):
        return "ses deux facteurs sont trop proches et se retrouvent par le calcul"
    return ""


def _has_roca_residues(modulus: int) -> bool:
    """True when the modulus is, modulo each small prime, a power of 65537: one chance in 10^30 for a sound key."""
    return all(modulus % prime in powers for prime, powers in _ROCA_POWERS)


def _has_close_primes(modulus: int) -> bool:
    """Fermat's method, bounded: finds a and b with n = a² - b² when the factors are close.

    Only the candidates whose rest may be a square, by what it leaves modulo small numbers, are computed on.
    """
    first = isqrt(modulus - 1) + 1
    left = (1 << _FERMAT_ROUNDS) - 1
    for small, patterns in zip(_SIEVE, _patterns(), strict=True):
        left &= patterns[modulus % small] >> first % small
    while left:
        rank = left.bit_length() - 1
        rest = (first + rank) ** 2 - modulus
        if isqrt(rest) ** 2 == rest:
            return True
        left -= 1 << rank
    return False


@cache
def _patterns() -> tuple[tuple[int, ...], ...]:
    """For each small number m and what n leaves modulo it: bit i says whether i² - n may be a square, modulo m."""
    return tuple(tuple(_pattern(small, rest) for rest in range(small)) for small in _SIEVE)


def _pattern(small: int, rest: int) -> int:
    squares = {root * root % small for root in range(small)}
    return sum(1 << i for i in range(small + _FERMAT_ROUNDS) if (i * i - rest) % small in squares)
