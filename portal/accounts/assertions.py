"""Reading a signed assertion of an identity provider (JWT, RFC 7519): nothing is believed before its signature.

Only RS256 and ES256, each with a key of its own kind, named by its `kid` among the keys of the provider: an assertion
never chooses how it is verified.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

ALGORITHMS: Mapping[str, str] = {"RS256": "RSA", "ES256": "EC"}  # and the kind of key each takes
LEEWAY = 60  # seconds between two clocks
MAX_LENGTH = 20_000


class Untrusted(Exception):
    """An assertion that proves nothing; the message says why, for the log."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an assertion must say: who speaks, to whom, and in answer to what (None: it answers nothing)."""

    issuer: str
    audience: str
    nonce: str | None = None
    subject: str | None = None


def verified(
    token: str, keys: Iterable[Mapping[str, Any]], expected: Expected, *, timeless: bool = False
) -> dict[str, Any]:
    """The claims of an assertion, once its signature and what it says of itself are proved. Raises Untrusted.

    `keys` are JSON web keys. `timeless` accepts one without expiry (a signed userinfo has none).
    """
    if len(token) > MAX_LENGTH:
        raise Untrusted("too long")
    algorithm, key = _key(token, keys)
    options = {"require": ["iss", "aud", "sub"] if timeless else ["iss", "aud", "sub", "exp", "iat"]}
    try:
        claims = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            audience=expected.audience,
            issuer=expected.issuer,
            leeway=LEEWAY,
            options=options,  # type: ignore[arg-type]
        )
    except jwt.PyJWTError as error:
        raise Untrusted(f"{type(error).__name__}: {error}") from error
    _check(claims, expected)
    return claims


def _key(token: str, keys: Iterable[Mapping[str, Any]]) -> tuple[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Untrusted("unreadable header") from error
    algorithm, name = str(header.get("alg", "")), str(header.get("kid", ""))
    if algorithm not in ALGORITHMS or not name:
        raise Untrusted(f"algorithm {algorithm!r} or key {name!r} not accepted")
    for key in keys:
        if key.get("kid") == name and key.get("kty") == ALGORITHMS[algorithm] and key.get("use", "sig") == "sig":
            return algorithm, _read(key)
    raise Untrusted(f"no key {name!r} for {algorithm}")


def _read(key: Mapping[str, Any]) -> Any:
    try:
        return jwt.PyJWK(dict(key)).key
    except jwt.PyJWTError as error:
        raise Untrusted("unreadable key") from error


def _check(claims: Mapping[str, Any], expected: Expected) -> None:
    if expected.nonce is not None and claims.get("nonce") != expected.nonce:
        raise Untrusted("nonce")
    if expected.subject is not None and claims.get("sub") != expected.subject:
        raise Untrusted("another subject")
    parties = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if len(parties) > 1 and claims.get("azp") != expected.audience:
        raise Untrusted("authorised party")
