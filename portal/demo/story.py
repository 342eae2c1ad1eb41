"""One feeding dossier, step by step, through the same operations as real life, with time as an argument.

Used by the demonstration to show life at every stage, and by tests to reach the stage they need.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count

from onboarding.campaigns import operations as campaigns
from onboarding.campaigns.models import TestCampaign, TestPlatform
from onboarding.candidacies import eligibility
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.models import Candidacy
from onboarding.committee import operations as committee
from onboarding.committee.models import CommitteeSession
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.establishments import operations as establishments
from onboarding.establishments.models import EstablishmentList
from onboarding.legaltexts import operations as legaltexts
from onboarding.legaltexts.models import LegalTextVersion
from onboarding.vendors import operations as vendors
from onboarding.vendors.identity import Identity
from onboarding.vendors.models import EntityClaim
from onboarding.vendors.proofs import ProofKind, Quality
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.grants import operations as grants
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.documents import operations as documents
from portal.parties.models import DigitalService, LegalEntity, ServiceKind
from portal.reference.models import Establishment

from .cast import Company, account_of
from .papers import paper
from .pki import Pki


class Step(IntEnum):
    """The steps of a feeding dossier, in their order."""

    CLAIM = 1
    VERIFY_CLAIM = 2
    OPEN_SERVICE = 3
    OPEN = 4
    FILL = 5
    LIST = 6
    SIGN = 7
    SUBMIT = 8
    TAKE = 9
    COMPLETE = 10
    DECIDE = 11
    TEST_CERTIFICATE = 12
    SANDBOX = 13
    REPORT = 14
    VERIFY_TESTS = 15
    PRODUCTION_CERTIFICATE = 16
    CONFIRM_LIST = 17
    PRODUCTION_CONNECTION = 18
    PROPOSE = 19
    APPROVE = 20


@dataclass(frozen=True)
class Tale:
    """Who asks for what: company, service, profiles, size of the list, and how many days each step takes."""

    company: Company
    representative: str = "representante"
    service: str = "Lits Démonstration"
    host: str = "lits.exemple.fr"
    kind: ServiceKind = ServiceKind.SAAS
    profiles: tuple[str, ...] = ("A",)
    department: str = ""
    establishments: int = 6
    pace: timedelta = timedelta(hours=1)


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
    campaign: TestCampaign = field(init=False)
    entry: WhitelistEntry = field(init=False)

    @property
    def vendor(self) -> User:
        """The legal representative."""
        return account_of(self.tale.representative)

    def walk(self, until: Step = Step.APPROVE) -> "Dossier":
        """Makes every step left up to `until`, included."""
        for step in Step:
            if self.reached < step <= until:
                self.now += self.tale.pace
                STEPS[step](self)
                self.reached = step
        return self


def claim(dossier: Dossier) -> None:
    """The representative claims the company."""
    company = dossier.tale.company
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
    reviewer = account_of("instructrice")
    dossier.entity = vendors.verify(dossier.claim, piece=ProofKind.REGISTER_EXTRACT, by=reviewer, at=dossier.now)


def open_service(dossier: Dossier) -> None:
    """The service is declared."""
    tale = dossier.tale
    url = f"https://{tale.host}"
    dossier.service = vendors.open_service(
        dossier.entity, name=tale.service, kind=tale.kind, url=url, by=dossier.vendor, at=dossier.now
    )


def open_candidacy(dossier: Dossier) -> None:
    """A draft is opened."""
    dossier.candidacy = candidacies.open(dossier.service, by=dossier.vendor, at=dossier.now)


def fill(dossier: Dossier) -> None:
    """Every block of the candidacy is filled."""
    for block, values in answers(dossier.tale).items():
        candidacies.edit(dossier.candidacy, block, values, by=dossier.vendor, at=dossier.now)


def answers(tale: Tale) -> dict[Block, dict[str, object]]:
    """What the vendor answers, block by block."""
    mail = f"@{tale.host}"
    return {
        Block.PURPOSE: {"purpose": "bed-availability", "purpose_details": ""},
        Block.SOLUTION: {"region_routes": {"84": "direct"}},
        Block.PROFILES: {
            "requested_profiles": sorted(tale.profiles),
            "justifications": {code: f"Le service a besoin du profil {code}." for code in tale.profiles},
        },
        Block.CONFORMITY: {
            "exposure_model": "3.0.1",
            "analysis": "done",
            "feasibility": "done",
            "development": "under_way",
        },
        Block.CONTACTS: {
            "technical_name": "Équipe technique",
            "technical_email": f"technique{mail}",
            "privacy_name": "Délégué à la protection des données",
            "privacy_email": f"dpo{mail}",
        },
        Block.THIRD_PARTY: {"for_third_party": False},
    }


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
    version = LegalTextVersion.objects.filter(text__kind="feeding_charter").latest("published_at")
    legaltexts.sign(version, dossier.service, by=dossier.vendor, at=dossier.now)


def submit(dossier: Dossier) -> None:
    """The candidacy is deposited."""
    candidacies.submit(dossier.candidacy, by=dossier.vendor, at=dossier.now)


def take(dossier: Dossier) -> None:
    """A reviewer takes it."""
    candidacies.take(dossier.candidacy, by=account_of("instructrice"), at=dossier.now)


def declare_complete(dossier: Dossier) -> None:
    """The grid is answered, the candidacy declared complete."""
    reviewer = account_of("instructrice")
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
    ruling = Ruling(Outcome.ADMIT, Profiles.of(dossier.tale.profiles))
    committee.record_decision(item, ruling=ruling, by=secretary, at=dossier.now)
    dossier.grant = Grant.objects.get(service=dossier.service, direction=Direction.FEEDING)


def declare_certificate(dossier: Dossier, environment: Environment, hierarchy: Hierarchy) -> None:
    """The vendor retrieves a certificate of the demonstration authority and declares its public part."""
    company = dossier.tale.company
    issued = dossier.pki.issue(
        hierarchy,
        organisation=company.name.upper(),
        identifier=f"2{company.siren}",
        common_name=f"{dossier.tale.service}{' TEST' if hierarchy is Hierarchy.TEST else ''}"[:64],
        at=dossier.now - timedelta(hours=1),
    )
    certificates.declare(
        dossier.service, environment=environment, data=issued.certificate, by=dossier.vendor, at=dossier.now
    )


def test_certificate(dossier: Dossier) -> None:
    """The TEST certificate."""
    declare_certificate(dossier, Environment.SANDBOX, Hierarchy.TEST)


def hand_over_sandbox(dossier: Dossier) -> None:
    """The agency hands over the sandbox data."""
    dossier.campaign = campaigns.open_campaign(
        dossier.grant,
        platform=TestPlatform.objects.get(code="sandbox"),
        client_id=f"{dossier.service.reference.lower()}-bas",
        token_url="https://auth.bac-a-sable.exemple.fr/token",
        api_url="https://api.bac-a-sable.exemple.fr/ws-synchro-dispo-lits-fhir",
        by=account_of("verificateur"),
        at=dossier.now,
    )


def report(dossier: Dossier) -> None:
    """A report of the platform is imported; the end of the tests is declared."""
    content = json.dumps(session_report(dossier.tale, dossier.now)).encode()
    campaigns.import_report(dossier.campaign, name="session.json", data=content, by=dossier.vendor, at=dossier.now)
    campaigns.declare_end(dossier.campaign, by=dossier.vendor, at=dossier.now)


SCENARIOS = (
    ("C PATCH CAPACITE REMPLACEMENT", "2", "Remplacer une capacité connue"),
    ("C PATCH CAPACITE AJOUT", "2", "Ajouter une capacité inconnue après une réponse 404"),
    ("C PATCH CAPACITE SUPPRESSION", "1", "Supprimer une capacité"),
    ("C PATCH ETABLISSEMENT HORS LISTE", "2", "Refus attendu hors de la liste"),
    ("C PATCH QUOTA DEPASSE", "0", "Réponse 429 et reprise"),
)


def session_report(tale: Tale, at: datetime, failing: frozenset[str] = frozenset()) -> dict[str, object]:
    """A finished session in the JSON shape of PLATINES (TestSessionDetailDto); `failing` names projects that fail."""
    number = count(1)
    moment = at.isoformat(timespec="milliseconds")
    projects = []
    for name, criticality, case in SCENARIOS:
        status = "FAILURE" if name in failing else "SUCCESS"
        step = {"id": next(number), "name": "Requête", "resultStatus": status, "executionDuration": 120}
        test_case = {"id": next(number), "name": case, "criticality": criticality, "resultStatus": status}
        test_case |= {"testSteps": [step], "rOperationDto": []}
        suite = {"id": next(number), "name": name, "resultStatus": status, "testCases": [test_case]}
        project = {"id": next(number), "name": name, "resultStatus": status, "testSuites": [suite]}
        projects.append(project | {"projectProperties": [], "idProject": next(number)})
    return {
        "id": 4812,
        "executionDuration": 48213,
        "description": f"{tale.service} - alimentation",
        "sessionStatus": "FINISHED",
        "projectResults": projects,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{tale.host} {moment}")),
        "executionDate": moment,
        "creationDate": moment,
        "sessionDuration": None,
        "url": None,
        "resourcePath": [],
        "rOperationDto": [],
    }


def verify_tests(dossier: Dossier) -> None:
    """The agency accepts the conforming results and verifies the tests."""
    verifier = account_of("verificateur")
    campaigns.accept_conforming(dossier.campaign, by=verifier, at=dossier.now)
    campaigns.verify(dossier.campaign, by=verifier, at=dossier.now)


def production_certificate(dossier: Dossier) -> None:
    """The PROD certificate and the address in production."""
    declare_certificate(dossier, Environment.PRODUCTION, Hierarchy.PROD)
    grants.record_production_url(
        dossier.grant, url=f"https://{dossier.tale.host}/ror", by=dossier.vendor, at=dossier.now
    )


def confirm_list(dossier: Dossier) -> None:
    """The list is confirmed."""
    establishments.confirm(dossier.list, by=dossier.vendor, at=dossier.now)


def production_connection(dossier: Dossier) -> None:
    """The agency gives the client id and the addresses of production."""
    grants.hand_over(
        dossier.grant,
        environment=Environment.PRODUCTION,
        client_id=dossier.service.reference.lower(),
        token_url="https://auth.ror.exemple.fr/token",
        api_url="https://api.ror.exemple.fr/ws-synchro-dispo-lits-fhir",
        by=account_of("gestionnaire_1"),
        at=dossier.now,
    )


def propose(dossier: Dossier) -> None:
    """One manager proposes the entry."""
    dossier.entry = whitelist.propose(
        dossier.grant, environment=Environment.PRODUCTION, by=account_of("gestionnaire_1"), at=dossier.now
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
    Step.PRODUCTION_CONNECTION: production_connection,
    Step.PROPOSE: propose,
    Step.APPROVE: approve,
}
