"""A server's certificate that was read, judged with the authorities sent along: the checks, and whose family it is."""

from collections.abc import Sequence
from datetime import datetime

from policy.certificates import checks
from policy.certificates.checks import Check
from policy.certificates.inspection import Inspection

from . import authorities, hosts, judgement
from .judgement import Origin, Server


def judged(
    read: Inspection, encodings: Sequence[bytes], server: Server, *, at: datetime
) -> tuple[list[Check], Origin | None]:
    """`encodings` are the DER of the certificate, then of the authorities; None for a family nobody recognises."""
    names = hosts.names(read.facts.extensions.alternative_names)
    public = authorities.path(encodings[0], encodings[1:], names[0], at=at) if names else ()
    dates = checks.validity(read.facts.not_before, read.facts.not_after, at=at)
    found = judgement.judge(read.facts, read.chain, public, server, dates=dates)
    return found, judgement.origin(read.chain, public)
