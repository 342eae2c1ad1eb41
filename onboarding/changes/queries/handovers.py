"""What a merger moves to the organisation that takes a service over, what it leaves, and what is to be done again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onboarding.candidacies.models import Candidacy
from onboarding.changes import queries
from onboarding.changes.kinds import Kind
from onboarding.changes.lifecycle import State
from onboarding.changes.models import ChangeDeclaration
from onboarding.establishments.models import EstablishmentList
from onboarding.legaltexts.models import Signature
from policy.grants.models import Grant
from portal.documents.models import StoredDocument
from portal.parties import queries as parties
from portal.parties.models import LegalEntity
from portal.parties.queries import Member

DECIDED = frozenset({State.ACCEPTED, State.DONE})
TO_INVITE = timedelta(days=90)  # how long the former people may be read, to invite them


@dataclass(frozen=True, slots=True)
class Handover:
    """Shown before a merger is applied, and after.

    `taker` is None until its representative has claimed it, and until the merger is granted for anybody but an agent:
    who is on the portal is told to no rival. `people` are the members of the former organisation; once the merger is
    applied, those of that day who are still there, and for ninety days. `to_sign` titles the texts that it signed for
    the service and the taker has not. Once the merger is applied, who holds the right no longer (`is_whole` is False)
    reads nothing of what goes on without him: rights, requests, lists, certificates and texts are left empty.
    """

    former: LegalEntity
    taker: LegalEntity | None
    rights: tuple[Grant, ...]
    requests: int
    lists: int
    documents: int
    certificates: tuple[str, ...]
    people: tuple[Member, ...]
    to_sign: tuple[str, ...]
    is_told: bool
    is_done: bool
    is_whole: bool = True


def of(declaration: ChangeDeclaration, user: Any, *, at: datetime) -> Handover | None:
    """What a merger does to each thing of the service, as this person may read it; None for another declaration."""
    former = declaration.declared_for
    if declaration.kind != Kind.MERGER or former is None:
        return None
    grant, done = declaration.grant, declaration.state == State.DONE
    service, told = grant.service_id, user.is_agent or declaration.state in DECIDED
    if done and not queries.has_right(user, declaration):
        return _left_behind(declaration, former, at)
    taker = grant.holder if done else queries.acquirer_of(declaration) if told else None
    return Handover(
        former=former,
        taker=taker,
        rights=tuple(queries.rights_of(grant)),
        requests=Candidacy.objects.filter(service=service).count(),
        lists=EstablishmentList.objects.filter(service=service).count(),
        documents=_documents(service, former),
        certificates=_certificates(grant, declaration.applied_at),
        people=_people(former, declaration.applied_at, at),
        to_sign=_to_sign(service, former, taker),
        is_told=told,
        is_done=done,
    )


def _left_behind(declaration: ChangeDeclaration, former: LegalEntity, at: datetime) -> Handover:
    """What the former organisation still reads of a merger: who took the service over, its own documents and people."""
    return Handover(
        former=former,
        taker=queries.named_in(declaration) or declaration.grant.holder,
        rights=(),
        requests=0,
        lists=0,
        documents=_documents(declaration.grant.service_id, former),
        certificates=(),
        people=_people(former, declaration.applied_at, at),
        to_sign=(),
        is_told=True,
        is_done=True,
        is_whole=False,
    )


def _documents(service: int, owner: LegalEntity) -> int:
    return StoredDocument.objects.filter(service=service, owner=owner).count()


def _certificates(grant: Grant, applied_at: datetime | None) -> tuple[str, ...]:
    """Those of the former organisation: once the merger is applied, not those that the taker declared since."""
    found = queries.certificates_of(grant)
    return tuple(one.reference for one in found if applied_at is None or one.declared_at <= applied_at)


def _people(former: LegalEntity, applied_at: datetime | None, at: datetime) -> tuple[Member, ...]:
    if applied_at and at >= applied_at + TO_INVITE:
        return ()
    return tuple(parties.members(former, joined_by=applied_at))


def _to_sign(service: int, former: LegalEntity, taker: LegalEntity | None) -> tuple[str, ...]:
    given = Signature.objects.filter(service=service)
    own = set(given.filter(legal_entity=taker).values_list("text_version__text", flat=True)) if taker else set()
    left = given.filter(legal_entity=former).exclude(text_version__text__in=own).order_by("text_version__text", "pk")
    return tuple(dict.fromkeys(left.values_list("text_version__title", flat=True)))
