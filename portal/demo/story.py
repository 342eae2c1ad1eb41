"""One dossier of either direction, step by step, through the same operations as real life, with time as an argument.

Used by the demonstration to show life at every stage, and by tests to reach the stage they need.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from onboarding.campaigns import operations as campaigns
from onboarding.campaigns.models import OrderingCustomer, TestCampaign, TestPlatform
from onboarding.candidacies import duties, eligibility
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies import queries as requests
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations as committee
from onboarding.committee.models import CommitteeSession
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.establishments import operations as establishments
from onboarding.establishments.models import EstablishmentList
from onboarding.formalities import operations as formalities
from onboarding.formalities.kinds import Formality
from onboarding.formalities.queries import declared_for as formalities_of
from onboarding.legaltexts import operations as legaltexts
from onboarding.legaltexts.kinds import CHARTERS
from onboarding.legaltexts.models import LegalTextVersion
from onboarding.vendors import operations as vendors
from onboarding.vendors.identity import Identity
from onboarding.vendors.models import EntityClaim
from onboarding.vendors.proofs import ProofKind, Quality
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.models import Certificate
from policy.grants import operations as grants
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.documents import operations as documents
from portal.parties import operations as parties
from portal.parties.models import DigitalService, LegalEntity
from portal.reference.models import Establishment

from . import answers, connections, reports
from .cast import account_of
from .papers import paper
from .pki import Pki
from .tale import Step, Tale

__all__ = ["Dossier", "Step", "Tale", "establishment_numbers", "session_report"]


HOSTING = "Hébergeur Fictif SAS, certifié HDS, à Roubaix"


@dataclass
class Dossier:
    """A tale being lived: what each step made, and the instant reached."""

    tale: Tale
    pki: Pki
    now: datetime
    reached: int = 0
    claim: EntityClaim = field(init=False)
    entity: LegalEntity = field(init=False)
    service: DigitalService = field(init=False)
    candidacy: Candidacy = field(init=False)
    list: EstablishmentList = field(init=False)
    session: CommitteeSession = field(init=False)
    grant: Grant = field(init=False)
    certificate: Certificate | None = None
    campaign: TestCampaign = field(init=False)
    customer: OrderingCustomer = field(init=False)
    entry: WhitelistEntry = field(init=False)

    @property
    def vendor(self) -> User:
        """The legal representative."""
        return account_of(self.tale.representative)

    def walk(self, until: Step = Step.APPROVE) -> "Dossier":
        """Makes every step left up to `until`, included."""
        for step in self.tale.steps:
            if self.reached < step <= until:
                self.now += self.tale.pace
                STEPS[step](self)
                self.reached = step
        return self


def claim(dossier: Dossier) -> None:
    """The representative claims the company, unless it is already represented."""
    company = dossier.tale.company
    if LegalEntity.objects.filter(siren=company.siren).exists():
        return
    extract = documents.deposit("extrait.pdf", paper("Extrait du registre"), by=dossier.vendor, at=dossier.now)
    proof = vendors.Proof(
        file=extract, kind=ProofKind.REGISTER_EXTRACT, day=paris_date(dossier.now) - timedelta(days=10)
    )
    dossier.claim = vendors.claim(
        Identity(siren=company.siren),
        name=company.name,
        address=company.address,
        postcode=company.postcode,
        city=company.city,
        quality=Quality.CHAIR,
        proof=proof,
        by=dossier.vendor,
        at=dossier.now,
    )


def verify_claim(dossier: Dossier) -> None:
    """An agent verifies the quality on the piece."""
    if known := LegalEntity.objects.filter(siren=dossier.tale.company.siren).first():
        dossier.entity = known
        return
    reviewer = account_of("instructrice")
    dossier.entity = vendors.verify(dossier.claim, piece=ProofKind.REGISTER_EXTRACT, by=reviewer, at=dossier.now)
    open_mailbox(dossier)


def open_mailbox(dossier: Dossier) -> None:
    """The representative gives the company a generic mailbox, and confirms it: a second contact beside him."""
    entity, mailbox = dossier.entity, f"contact@{dossier.tale.host}"
    reached = {"address": entity.address, "postcode": entity.postcode, "city": entity.city, "mailbox": mailbox}
    parties.amend_entity(entity, **reached, by=dossier.vendor, at=dossier.now)
    parties.confirm_mailbox(entity, mailbox, by=dossier.vendor, at=dossier.now)


def open_service(dossier: Dossier) -> None:
    """The service is declared, unless it already is."""
    tale = dossier.tale
    url = f"https://{tale.host}"
    known = DigitalService.objects.filter(owner=dossier.entity, name=tale.service).first()
    sheet = vendors.Sheet(
        software_version="3.2", hosting=HOSTING, description=f"{tale.service}, service de démonstration."
    )
    dossier.service = known or vendors.open_service(
        dossier.entity, name=tale.service, kind=tale.kind, url=url, sheet=sheet, by=dossier.vendor, at=dossier.now
    )


def open_candidacy(dossier: Dossier) -> None:
    """A draft is opened."""
    dossier.candidacy = candidacies.open(
        dossier.service, direction=dossier.tale.direction, by=dossier.vendor, at=dossier.now
    )


def fill(dossier: Dossier) -> None:
    """Every block of the candidacy is filled."""
    tale = dossier.tale
    given = answers.feeding if tale.feeds else answers.consumption
    for block, values in given(tale.host, tale.codes, tale.regions).items():
        candidacies.edit(dossier.candidacy, block, values, by=dossier.vendor, at=dossier.now)
    take_note(dossier)


def take_note(dossier: Dossier) -> None:
    """The vendor takes note of its own duties, as the policy of the day words them."""
    shown = requests.own_duties(dossier.tale.direction, at=dossier.now)
    if not duties.covers(dossier.candidacy.acknowledged_duties, shown.texts):
        note = {"acknowledged_duties": shown.to_note}
        candidacies.edit(dossier.candidacy, Block.PROFILES, note, by=dossier.vendor, at=dossier.now)


def upload_list(dossier: Dossier) -> None:
    """A first establishment list is sent."""
    numbers = establishment_numbers(dossier.tale)
    data = ("FINESS;Nom\n" + "".join(f"{number};\n" for number in numbers)).encode()
    dossier.list = establishments.upload(
        dossier.service, name="etablissements.csv", data=data, by=dossier.vendor, at=dossier.now
    )


def establishment_numbers(tale: Tale) -> Sequence[str]:
    """FINESS numbers of open hospitals of the register, the same for the same tale."""
    found = Establishment.objects.filter(closed_at=None, category="355").order_by("finess")
    if tale.department:
        found = found.filter(department=tale.department)
    return list(found.values_list("finess", flat=True)[: tale.establishments])


def sign(dossier: Dossier) -> None:
    """The charter in force is signed."""
    kind = CHARTERS[dossier.tale.direction]
    version = LegalTextVersion.objects.filter(text__kind=kind).latest("published_at")
    legaltexts.sign(version, dossier.service, by=dossier.vendor, at=dossier.now)


def submit(dossier: Dossier) -> None:
    """The candidacy is deposited; a policy that came meanwhile is taken note of first."""
    take_note(dossier)
    candidacies.submit(dossier.candidacy, by=dossier.vendor, at=dossier.now)


def take(dossier: Dossier) -> None:
    """A reviewer takes it."""
    candidacies.take(dossier.candidacy, by=account_of("instructrice"), at=dossier.now)


def declare_complete(dossier: Dossier, *, by: str = "instructrice") -> None:
    """The grid is answered, the candidacy declared complete."""
    reviewer = account_of(by)
    grid = {criterion.code: ("yes", "") for criterion in eligibility.criteria(dossier.candidacy.direction)}
    candidacies.assess(dossier.candidacy, grid, by=reviewer, at=dossier.now)
    candidacies.declare_complete(dossier.candidacy, by=reviewer, at=dossier.now)


def decide(dossier: Dossier) -> None:
    """The secretary enters it on an agenda and records a favourable decision."""
    secretary = account_of("secretaire")
    day = paris_date(dossier.now)
    dossier.session = CommitteeSession.objects.filter(held_on=day).first() or committee.plan_session(
        held_on=day, cut_off=day - timedelta(days=15), place="Visioconférence", by=secretary, at=dossier.now
    )
    item = committee.enter_on_agenda(dossier.session, dossier.candidacy, by=secretary, at=dossier.now)
    ruling = Ruling(Outcome.ADMIT, Profiles.of(dossier.tale.codes))
    committee.record_decision(item, ruling=ruling, by=secretary, at=dossier.now)
    dossier.grant = Grant.objects.living().get(service=dossier.service, direction=dossier.tale.direction)


def declare_certificate(dossier: Dossier, environment: Environment, hierarchy: Hierarchy) -> None:
    """The vendor retrieves a certificate of the demonstration authority and declares its public part."""
    company = dossier.tale.company
    use = "" if dossier.tale.feeds else " LECTURE"  # two directions of a service: two names
    issued = dossier.pki.issue(
        hierarchy,
        organisation=company.name.upper(),
        identifier=f"2{company.siren}",
        common_name=f"{dossier.tale.service[:48]}{use}{' TEST' if hierarchy is Hierarchy.TEST else ''}",
        at=dossier.now - timedelta(hours=1),
    )
    dossier.certificate = certificates.declare(
        dossier.service, environment=environment, data=issued.certificate, by=dossier.vendor, at=dossier.now
    )


def do_elsewhere(dossier: Dossier) -> None:
    """Contract and administrators are declared: the contract once for the company."""
    declared = formalities_of([dossier.service])[dossier.service.pk]
    for days, formality in ((20, Formality.MEMBERSHIP), (6, Formality.ADMINISTRATORS)):
        if formality not in declared:
            day = paris_date(dossier.now) - timedelta(days=days)
            formalities.declare(dossier.service, formality, done_on=day, by=dossier.vendor, at=dossier.now)


def test_certificate(dossier: Dossier) -> None:
    """What is done elsewhere is declared, then the TEST certificate."""
    do_elsewhere(dossier)
    declare_certificate(dossier, Environment.SANDBOX, Hierarchy.TEST)


def hand_over_sandbox(dossier: Dossier) -> None:
    """The agency hands over the sandbox data."""
    dossier.campaign = campaigns.open_campaign(
        dossier.grant,
        platform=TestPlatform.objects.get(code="sandbox"),
        by=account_of("verificateur"),
        at=dossier.now,
        **connection(dossier, Environment.SANDBOX),
    )
    give_secret(dossier, Environment.SANDBOX, by=account_of("verificateur"))


def connection(dossier: Dossier, environment: Environment) -> dict[str, Any]:
    """What the service connects with in one environment."""
    tale = dossier.tale
    return connections.of(
        dossier.service.reference,
        direction=tale.direction,
        access_profile=tale.access_profile,
        environment=environment,
    )


def report(dossier: Dossier) -> None:
    """A report of the platform is imported; the end of the tests is declared."""
    content = json.dumps(session_report(dossier.tale, dossier.now)).encode()
    campaigns.import_report(dossier.campaign, name="session.json", data=content, by=dossier.vendor, at=dossier.now)
    campaigns.declare_end(dossier.campaign, by=dossier.vendor, at=dossier.now)


def session_report(tale: Tale, at: datetime, failing: frozenset[str] = frozenset()) -> dict[str, object]:
    """A finished session in the JSON shape of PLATINES; `failing` names the projects of `reports` that fail."""
    scenarios = reports.FEEDING if tale.feeds else reports.CONSUMPTION
    title = f"{tale.service} - {tale.direction.label.lower()}"
    return reports.session(title, scenarios=scenarios, host=tale.host, at=at, failing=failing)


def verify_tests(dossier: Dossier) -> None:
    """The agency accepts the conforming results and verifies the tests."""
    verifier = account_of("verificateur")
    campaigns.accept_conforming(dossier.campaign, by=verifier, at=dossier.now)
    campaigns.verify(dossier.campaign, by=verifier, at=dossier.now)


def production_certificate(dossier: Dossier) -> None:
    """The PROD certificate, where the profile asks for one, and the address in production."""
    if dossier.tale.needs_certificate:
        declare_certificate(dossier, Environment.PRODUCTION, Hierarchy.PROD)
    grants.record_production_url(
        dossier.grant, url=f"https://{dossier.tale.host}/ror", by=dossier.vendor, at=dossier.now
    )


def confirm_list(dossier: Dossier) -> None:
    """The list is confirmed."""
    establishments.confirm(dossier.list, by=dossier.vendor, at=dossier.now)


def attest(dossier: Dossier) -> None:
    """A client who ordered the service attests it; the vendor joins the piece, the agency accepts it."""
    piece = documents.deposit(
        "attestation.pdf",
        paper("Attestation de commanditaire"),
        by=dossier.vendor,
        at=dossier.now,
        owner=dossier.entity,
    )
    dossier.customer = campaigns.file_attestation(
        dossier.grant,
        name="Groupement fictif du Centre",
        service_version="2.0",
        signed_on=paris_date(dossier.now) - timedelta(days=2),
        piece=piece,
        by=dossier.vendor,
        at=dossier.now,
    )
    campaigns.accept_attestation(dossier.customer, by=account_of("instructrice"), at=dossier.now)


def production_connection(dossier: Dossier) -> None:
    """The agency gives the client id and the addresses of production."""
    grants.hand_over(
        dossier.grant,
        environment=Environment.PRODUCTION,
        by=account_of("gestionnaire_1"),
        at=dossier.now,
        **connection(dossier, Environment.PRODUCTION),
    )
    give_secret(dossier, Environment.PRODUCTION, by=account_of("gestionnaire_1"))


def give_secret(dossier: Dossier, environment: Environment, *, by: User) -> None:
    """Profile 0 connects with a secret: the agency hands it over, the vendor reads it."""
    if dossier.tale.needs_certificate:
        return
    secret = connections.secret(dossier.service.reference, environment)
    grants.issue_secret(dossier.grant, environment=environment, secret=secret, by=by, at=dossier.now)
    grants.read_secret(dossier.grant, environment=environment, by=dossier.vendor, at=dossier.now)


def propose(dossier: Dossier) -> None:
    """One manager proposes the entry, with the certificate of this direction alone."""
    chosen = [dossier.certificate.reference] if dossier.certificate else None
    dossier.entry = whitelist.propose(
        dossier.grant,
        environment=Environment.PRODUCTION,
        certificates=chosen,
        by=account_of("gestionnaire_1"),
        at=dossier.now,
    )


def approve(dossier: Dossier) -> None:
    """Another approves it; it is published."""
    whitelist.approve(dossier.entry, by=account_of("gestionnaire_2"), at=dossier.now)


STEPS: dict[Step, Callable[[Dossier], None]] = {
    Step.CLAIM: claim,
    Step.VERIFY_CLAIM: verify_claim,
    Step.OPEN_SERVICE: open_service,
    Step.OPEN: open_candidacy,
    Step.FILL: fill,
    Step.LIST: upload_list,
    Step.SIGN: sign,
    Step.SUBMIT: submit,
    Step.TAKE: take,
    Step.COMPLETE: declare_complete,
    Step.DECIDE: decide,
    Step.TEST_CERTIFICATE: test_certificate,
    Step.SANDBOX: hand_over_sandbox,
    Step.REPORT: report,
    Step.VERIFY_TESTS: verify_tests,
    Step.PRODUCTION_CERTIFICATE: production_certificate,
    Step.CONFIRM_LIST: confirm_list,
    Step.ATTESTATION: attest,
    Step.PRODUCTION_CONNECTION: production_connection,
    Step.PROPOSE: propose,
    Step.APPROVE: approve,
}
