"""Two competing vendors in one portal: one in production, one with a dossier at every stage of the walk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.test import Client
from django.utils import timezone

from onboarding.campaigns.models import OrderingCustomer
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.models import SupportingPiece
from onboarding.committee import operations as committee
from onboarding.committee.models import Decision
from onboarding.notices.models import MalfunctionReport, Notice
from onboarding.notices.operations import notices, reports
from onboarding.workbench.models import Batch, SavedView
from policy.certificates.models import TrustAnchor
from policy.whitelist import operations as whitelist
from portal import installation
from portal.accounts.models import RoleProposal, User
from portal.demo import cast, stage, story, turns
from portal.demo.cast import Company, account_of
from portal.demo.pki import Pki
from portal.demo.story import Dossier, Step, Tale
from portal.documents.models import StoredDocument
from portal.parameters.models import Parameter
from portal.parties import operations as parties
from portal.parties.models import Invitation
from portal.parties.roles import MembershipRole
from portal.tokens.models import ApiToken
from portal.tokens.scopes import Scope
from tests.factories.establishments import signed_in
from tests.factories.living import enliven
from tests.factories.surroundings import surround
from tests.factories.tokens import made

STAGES = {
    "draft": Step.OPEN,
    "filled": Step.SIGN,
    "deposited": Step.SUBMIT,
    "reviewed": Step.TAKE,
    "complete": Step.COMPLETE,
    "granted": Step.TEST_CERTIFICATE,
    "testing": Step.SANDBOX,
    "tested": Step.REPORT,
    "ready": Step.PRODUCTION_CONNECTION,
    "proposed": Step.PROPOSE,
    "suspended": Step.APPROVE,
    "waiting": Step.COMPLETE,
    "called": Step.COMPLETE,
    "sitting": Step.COMPLETE,
}


NEWCOMER = Company("Nouveau Venu SAS", "999990302", "3 rue Inventée", "35000", "Rennes")


@dataclass
class World:
    """`mine` and `rival` are in production, with all their documents; `stages` are other services of `mine`'s owner."""

    now: datetime
    mine: Dossier
    rival: Dossier
    stages: dict[str, Dossier] = field(default_factory=dict)
    invitation: Invitation | None = None
    token: ApiToken | None = None
    draft: Notice | None = None
    others: dict[str, User] = field(default_factory=dict)  # persons beyond the cast
    anchor: TrustAnchor | None = None
    setting: Parameter | None = None
    role: RoleProposal | None = None
    view: SavedView | None = None
    batch: Batch | None = None
    alive: dict[str, str] = field(default_factory=dict)  # by name of an address, the row whose form is open there

    def at(self, stage: str) -> Dossier:
        """The dossier of a stage; `mine` for ``live``."""
        return self.mine if stage == "live" else self.stages[stage]

    def browser(self, key: str) -> Client:
        """A browser in which a person of the cast, or beyond, has just proved his identity."""
        return signed_in(self.others.get(key) or account_of(key))


def build() -> World:
    """Everything, in the database of the moment; effects are delivered for both services in production."""
    now = timezone.now()
    installation.install(now)
    authorities = stage.set_scene(now)
    mine = _walked(cast.EDITEUR, "representante", authorities, now)
    rival = _walked(cast.CONCURRENT, "concurrente", authorities, now)
    world = World(now, mine, rival)
    _around(world)
    stage.deliver(now)
    _stages(world, mine)
    surround(world)
    enliven(world)
    return world


def _walked(company: Company, representative: str, authorities: Pki, now: datetime) -> Dossier:
    tale = Tale(
        company=company,
        representative=representative,
        service=f"Canari de {company.name}",
        host=f"canari-{company.siren}.exemple.fr",
        department="35" if company is cast.EDITEUR else "59",
    )
    return Dossier(tale, authorities, now - timedelta(hours=60)).walk()


def _around(world: World) -> None:
    for dossier in (world.mine, world.rival):
        candidacies.write(dossier.candidacy, f"Message de {dossier.service.name}", by=dossier.vendor, at=world.now)
        _customer(dossier, world.now)
        _piece(dossier, world.now)
    world.invitation = parties.invite(
        world.mine.entity,
        email="invitee@lits.exemple.fr",
        role=MembershipRole.READER,
        by=world.mine.vendor,
        at=world.now,
    )
    world.token, _ = made(Scope.WHITELIST_READ)
    _say(world)


def _say(world: World) -> None:
    """A malfunction of each vendor; a notice to him alone whose reading is asked, and a draft for all."""
    author = account_of("instructrice")
    for dossier in (world.mine, world.rival):
        reports.report(
            dossier.service, environment="production", part="feeding", title=f"Panne de {dossier.service.name}", text="Erreur 500.",
            by=dossier.vendor, at=world.now,
        )  # fmt: skip
        values = {
            "kind": "technical", "title": f"Avis pour {dossier.service.name}", "body": "Texte.", "audience": "services",
            "services": [dossier.service.reference], "asks_reading": True,
        }  # fmt: skip
        notice = notices.write(values, by=author, at=world.now)
        notices.publish(notice, by=author, at=world.now)
    draft = {"kind": "information", "title": "Brouillon", "body": "Texte.", "audience": "all"}
    world.draft = notices.write(draft, by=author, at=world.now)


def _customer(dossier: Dossier, now: datetime) -> OrderingCustomer:
    return OrderingCustomer.objects.create(
        reference=f"CO-{dossier.grant.reference[2:]}",
        grant=dossier.grant,
        name=f"Centre hospitalier client de {dossier.service.name}",
        service_version="1.0",
        signed_on=now.date(),
        piece=dossier.claim.proof,
        filed_at=now,
        filed_by=dossier.vendor,
    )


def _piece(dossier: Dossier, now: datetime) -> SupportingPiece:
    return SupportingPiece.objects.create(
        candidacy=dossier.candidacy,
        number=1,
        title=f"Schéma de {dossier.service.name}",
        file=dossier.claim.proof,
        joined_at=now,
        joined_by=dossier.vendor,
    )


def _stages(world: World, mine: Dossier) -> None:
    for rank, (name, until) in enumerate(STAGES.items()):
        tale = Tale(company=cast.EDITEUR, service=f"Service {name}", host=f"{name}.exemple.fr", department="35")
        world.stages[name] = Dossier(tale, mine.pki, world.now - timedelta(hours=40 + rank)).walk(until)
    world.stages["filled"].now = world.now  # under the policy of the day, which came after its other steps
    story.take_note(world.stages["filled"])
    suspended, manager = world.stages["suspended"].entry, account_of("gestionnaire_1")
    whitelist.suspend(suspended, grounds="Usage anormal.", by=manager, at=world.now)
    whitelist.propose_reinstatement(suspended, grounds="Corrigé.", by=manager, at=world.now)
    newcomer = Tale(company=NEWCOMER, representative="referent_technique", host="nouveau.exemple.fr")
    world.stages["claimed"] = Dossier(newcomer, mine.pki, world.now - timedelta(hours=2)).walk(Step.CLAIM)
    reviewer, secretary = account_of("instructrice"), account_of("secretaire")
    candidacies.comment(
        world.stages["reviewed"].candidacy,
        block=Block.PURPOSE,
        kind=CommentKind.INCORRECT,
        text="À préciser.",
        by=reviewer,
        at=world.now,
    )
    returned = Tale(company=cast.EDITEUR, service="Service returned", host="returned.exemple.fr", department="35")
    world.stages["returned"] = Dossier(returned, mine.pki, world.now - timedelta(hours=20)).walk(Step.TAKE)
    turns.return_to_vendor(world.stages["returned"])
    held = timezone.localdate(world.now)
    session = committee.plan_session(held_on=held, cut_off=held - timedelta(days=15), place="", by=secretary)
    world.stages["complete"].session = session
    committee.enter_on_agenda(session, world.stages["complete"].candidacy, by=secretary, at=world.now)


def decision_of(dossier: Dossier) -> Decision:
    """The decision that admitted a dossier."""
    return Decision.objects.get(item__candidacy=dossier.candidacy)


def notice_of(dossier: Dossier) -> Notice:
    """The notice sent to the owner of a service alone."""
    return Notice.objects.get(services=[dossier.service.reference])


def report_of(dossier: Dossier) -> MalfunctionReport:
    """The malfunction reported for a service."""
    return MalfunctionReport.objects.get(service=dossier.service)


def document_of(dossier: Dossier) -> StoredDocument:
    """The first document of a service."""
    return StoredDocument.objects.filter(service=dossier.service).order_by("pk")[0]


def owner_of(dossier: Dossier) -> User:
    """The legal representative."""
    return dossier.vendor


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves nothing."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
