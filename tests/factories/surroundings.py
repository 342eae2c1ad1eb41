"""What stands around the dossiers of the world: requests and proposals that wait, so that every form has its row."""

import io
import zipfile
from datetime import timedelta
from typing import Any

from django.conf import settings

from onboarding.vendors import operations as vendors
from onboarding.vendors.identity import Identity
from onboarding.vendors.models import JoinRequest, Mandate
from onboarding.workbench import operations as workbench
from onboarding.workbench.batch import BatchAct
from onboarding.workbench.operations import batching
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate, CertificateBatch, CertificateProposal, DeclaredName
from policy.certificates.operations import batching as lots
from policy.certificates.operations import naming, proposing, releasing
from policy.certificates.trust import AnchorKind
from policy.profiles import operations as policies
from portal.accounts import operations as accounts
from portal.accounts.roles import StaffRole
from portal.demo.cast import account_of
from portal.demo.story import Dossier
from portal.parameters import operations as parameters
from portal.parties import invitation_tokens
from portal.parties.models import DigitalService, ServiceKind
from portal.parties.roles import MembershipRole
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.certificates import issued
from tests.factories.parties import member
from tests.factories.profiles import shipped
from tests.factories.revocation import authority


def surround(world: Any) -> None:
    """Around both vendors, what only some vendors have; at the agency, what waits for a second person."""
    _people(world)
    for dossier in (world.mine, world.rival):
        _of_vendor(world, dossier)
    _of_agency(world)
    _of_policy(world)


def _people(world: Any) -> None:
    """Persons beyond the cast: who knocks at a door, who was invited, a closed account."""
    world.others = {
        "arrivante": PersonFactory(first_name="Zoé", last_name="Arrivante"),
        "invitee": PersonFactory(email=world.invitation.email),
        "partie": AgentFactory(roles=[StaffRole.AUDITOR], first_name="Paul", last_name="Parti"),
        "double": PersonFactory(first_name="Dora", last_name="Double"),
    }
    double, other = world.others["double"], world.others["arrivante"]
    accounts.propose_tie(double, other, by=account_of("administrateur"), at=world.now)
    accounts.close_account(world.others["partie"], by=account_of("administrateur"), at=world.now)


def _of_vendor(world: Any, dossier: Dossier) -> None:
    now, vendor, entity = world.now, dossier.vendor, dossier.entity
    vendors.ask_to_join(Identity(siren=entity.siren), role=MembershipRole.READER, by=world.others["arrivante"], at=now)
    delegate = member(entity, MembershipRole.DELEGATE, first_name="Dominique", last_name="Délégué")
    vendors.record_mandate(
        entity, delegate, piece=dossier.claim.proof, first_date=now.date() - timedelta(days=1), by=vendor, at=now
    )
    naming.declare_name(
        dossier.service, environment=Environment.SANDBOX, text=f"CN=annonce-{entity.siren},C=FR", by=vendor, at=now
    )
    proposing.propose(
        dossier.service,
        environment=Environment.SANDBOX,
        data=issued(Hierarchy.TEST, common_name=f"propose-{entity.siren}"),
        token="Outil de l’éditeur",
        at=now,
    )
    installed = vendors.open_service(
        entity, name=f"Installé {entity.siren}", kind=ServiceKind.PROPRIETARY, by=vendor, at=now
    )
    lots.declare_batch(installed, environment=Environment.SANDBOX, data=_zipped(entity.siren), by=vendor, at=now)
    entity.mailbox = f"boite-{entity.siren}@exemple.fr"
    entity.save(update_fields=["mailbox"])


def _zipped(siren: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{siren}-poste.pem", issued(Hierarchy.TEST, common_name=f"lot-{siren}"))
    return made.getvalue()


def _of_agency(world: Any) -> None:
    """An authority, a setting and a role to approve, a name to free, a saved view, a batch that may be undone."""
    now, administrator, reviewer = world.now, account_of("administrateur"), account_of("instructrice")
    world.anchor = certificates.propose_anchor(
        name="Autorité à approuver",
        hierarchy=Hierarchy.PROD,
        kind=AnchorKind.INTERMEDIATE,
        data=authority().anchor.pem.encode(),
        reason="Publication de l’ANS",
        by=administrator,
        at=now,
    )
    world.setting = parameters.set_value(
        "certificates.sandbox_hierarchy", "both", by=administrator, reason="Essai", at=now
    )
    world.role = accounts.propose_role(account_of("verificateur"), StaffRole.RAPPORTEUR, by=administrator, at=now)
    holding = certificate_of(world.stages["testing"]).holding
    releasing.propose_release(holding, grounds="Cession du service.", by=account_of("gestionnaire_1"), at=now)
    world.view = workbench.save_view(name="Mes dossiers", query="", columns=(), is_shared=False, by=reviewer, at=now)
    followed = [world.stages["deposited"].candidacy.reference]
    world.batch = batching.run(batching.Order(BatchAct.FOLLOW), followed, by=reviewer, at=now)


def _of_policy(world: Any) -> None:
    """Version 2 is a draft, 3 is checked, 4 is approved."""
    maker, other = account_of("politique"), account_of("politique_2")
    for number in ("2", "3", "4"):
        made = policies.import_rulebook(shipped(number=number), by=maker, at=world.now)
        if number in ("3", "4"):
            policies.check(made, by=maker, at=world.now)
        if number == "4":
            policies.approve(made, by=other, at=world.now)


def certificate_of(dossier: Dossier) -> Certificate:
    """The last certificate declared for a service."""
    return Certificate.objects.filter(service=dossier.service).latest("pk")


def request_of(dossier: Dossier) -> JoinRequest:
    """The request to join the owner of a service."""
    return JoinRequest.objects.get(siren=dossier.entity.siren)


def mandate_of(dossier: Dossier) -> Mandate:
    """The mandate of the owner's delegate."""
    return Mandate.objects.get(legal_entity=dossier.entity)


def announced_of(dossier: Dossier) -> DeclaredName:
    """The name announced for a service."""
    return DeclaredName.objects.get(service=dossier.service)


def proposal_of(dossier: Dossier) -> CertificateProposal:
    """The certificate that a tool proposed for a service."""
    return CertificateProposal.objects.get(service=dossier.service)


def lot_of(dossier: Dossier) -> CertificateBatch:
    """The lot of certificates of the owner's installed service."""
    return CertificateBatch.objects.get(service=installed_of(dossier))


def installed_of(dossier: Dossier) -> DigitalService:
    """The service that the owner installs at its clients'."""
    return DigitalService.objects.get(owner=dossier.entity, kind=ServiceKind.PROPRIETARY)


def invitation_token(world: Any) -> str:
    """The secret of the invitation's link."""
    return invitation_tokens.token(world.invitation.nonce, key=settings.SECRET_KEY)
