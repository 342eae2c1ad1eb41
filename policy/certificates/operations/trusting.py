"""Deciding which authorities certificates are verified with: installed with the portal, or by two persons."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.audit.record import Event
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference
from portal.outbound import targets

from .. import authorities, deposit, x509
from ..environments import Hierarchy
from ..lifecycle import AnchorMove
from ..models import TrustAnchor
from ..trust import Anchor, AnchorKind


def install_anchors(anchors: Iterable[Anchor] | None = None, *, at: datetime | None = None) -> list[TrustAnchor]:
    """Trusts authorities (IGC-Santé's own when none are given); those already known are left as they are.

    Returns the ones installed now. Raises ValueError for a certificate that is no authority.
    """
    wanted = authorities.igc_sante() if anchors is None else list(anchors)
    return [found for anchor in wanted if (found := _install(anchor, at=at))]


def propose_anchor(
    *,
    name: str,
    hierarchy: Hierarchy,
    kind: AnchorKind,
    data: bytes,
    reason: str,
    crl_url: str = "",
    ocsp_url: str = "",
    by: Any,
    at: datetime | None = None,
) -> TrustAnchor:
    """Somebody in charge of security proposes an authority; nothing is verified with it until another one agrees.

    Raises Refused when the deposit is no authority, or an address is not a web address.
    """
    for url, field in ((crl_url, "crl_url"), (ocsp_url, "ocsp_url")):
        _check_url(url, field)
    row = _row(Anchor(name, hierarchy, kind, _authority(data), crl_url=crl_url, ocsp_url=ocsp_url))
    row.reason = reason
    with moving(row, AnchorMove.PROPOSE, by=by, at=at) as (current, event):
        current.reference = next_reference("AC", event.at)
        current.proposed_by, current.proposed_at = by, event.at
        event.note(hierarchy=hierarchy.label)
    return row


def approve_anchor(anchor: TrustAnchor, *, by: Any, at: datetime | None = None) -> None:
    """A second person recognises the authority: certificates are verified with it from now on."""
    with moving(anchor, AnchorMove.APPROVE, by=by, at=at) as (current, event):
        current.installed_at = event.at
        _decide(current, event, by)


def reject_anchor(anchor: TrustAnchor, *, by: Any, at: datetime | None = None) -> None:
    """The proposal is set aside, possibly by who made it."""
    with moving(anchor, AnchorMove.REJECT, by=by, at=at) as (current, event):
        _decide(current, event, by)


def propose_withdrawal(anchor: TrustAnchor, *, reason: str, by: Any, at: datetime | None = None) -> None:
    """Somebody proposes to stop trusting an authority; it is still trusted until another one agrees."""
    with moving(anchor, AnchorMove.PROPOSE_WITHDRAWAL, by=by, at=at) as (current, event):
        current.proposed_by, current.proposed_at, current.reason = by, event.at, reason
        current.decided_by, current.decided_at = None, None
        event.note(hierarchy=current.get_hierarchy_display())


def withdraw_anchor(anchor: TrustAnchor, *, by: Any, at: datetime | None = None) -> None:
    """A second person stops trusting the authority: no certificate of its is accepted any more."""
    with moving(anchor, AnchorMove.WITHDRAW, by=by, at=at) as (current, event):
        _decide(current, event, by)


def keep_anchor(anchor: TrustAnchor, *, by: Any, at: datetime | None = None) -> None:
    """The withdrawal is given up."""
    with moving(anchor, AnchorMove.KEEP, by=by, at=at) as (current, event):
        current.proposed_by, current.proposed_at = None, None
        _decide(current, event, by)


def _decide(anchor: TrustAnchor, event: Event, by: Any) -> None:
    anchor.decided_by, anchor.decided_at = by, event.at
    event.note(hierarchy=anchor.get_hierarchy_display())


def _authority(data: bytes) -> str:
    """The PEM of the only certificate deposited. Raises Refused unless it is an authority's."""
    try:
        facts = x509.read(data)
    except deposit.Unreadable as refusal:
        raise Refused(f"{refusal.reason.sentence} {refusal.reason.remedy}", field="pem") from None
    if not facts.extensions.is_ca:
        raise Refused("Ce certificat n’est pas celui d’une autorité de certification.", field="pem")
    return facts.pem


def _check_url(url: str, field: str) -> None:
    if not url:
        return
    try:
        targets.parse(url, allowed=[url])
    except targets.Forbidden as error:
        raise Refused(str(error), field=field) from error


def _install(anchor: Anchor, *, at: datetime | None) -> TrustAnchor | None:
    if not x509.read(anchor.pem.encode("ascii")).extensions.is_ca:
        raise ValueError(f"{anchor.name} is no certification authority")
    row = _row(anchor)
    if TrustAnchor.objects.filter(fingerprint=row.fingerprint).exists():
        return None
    with moving(row, AnchorMove.INSTALL, by=None, at=at) as (current, event):
        current.reference = next_reference("AC", event.at)
        current.installed_at = event.at
        event.note(hierarchy=anchor.hierarchy.label)
    return row


def _row(anchor: Anchor) -> TrustAnchor:
    facts = x509.read(anchor.pem.encode("ascii"))
    return TrustAnchor(
        name=anchor.name,
        hierarchy=anchor.hierarchy,
        kind=anchor.kind,
        pem=facts.pem,
        fingerprint=facts.fingerprint,
        subject=facts.subject.rfc4514,
        subject_digest=facts.subject.digest,
        not_after=facts.not_after,
        is_demo=anchor.is_demo,
        crl_url=anchor.crl_url,
        ocsp_url=anchor.ocsp_url,
    )
