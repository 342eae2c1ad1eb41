"""Conditional requests (RFC 9110 §13): whether the caller already holds what it asks for."""


def holds(if_none_match: str, tag: str) -> bool:
    """Whether this quoted tag is among those of the header; a proxy that compresses makes it a weak one."""
    known = {word.strip().removeprefix("W/") for word in if_none_match.split(",")}
    return tag in known or "*" in known
