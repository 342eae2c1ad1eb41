"""What admitted vendors live afterwards: changes of every outcome, a breach case, who joins, who is replaced."""

from datetime import timedelta

from onboarding.changes.kinds import Kind
from onboarding.changes.measures import Ground
from onboarding.changes.models import ChangeDeclaration
from onboarding.changes.operations import breaching, declaring
from onboarding.vendors import operations as vendors
from onboarding.vendors.identity import Identity
from onboarding.vendors.proofs import ProofKind, Quality
from policy.sanctions import operations as sanctions
from policy.sanctions.extent import Extent, Motive, Nature
from portal.calendar.deadlines import paris_date
from portal.documents import operations as documents
from portal.parties.roles import MembershipRole

from .cast import account_of
from .papers import paper
from .story import Dossier


def _declared(dossier: Dossier, kind: Kind, proposed: str, description: str = "") -> ChangeDeclaration:
    wished = paris_date(dossier.now) + timedelta(days=21)
    dossier.grant.refresh_from_db()
    row = declaring.prepare(
        dossier.grant,
        kind=kind,
        proposed=proposed,
        description=description,
        wished_date=wished,
        by=dossier.vendor,
        at=dossier.now,
    )
    declaring.sign(row, by=dossier.vendor, at=dossier.now)
    return row


def announce_version(dossier: Dossier) -> None:
    """A new version alone: a notice, taken into account at once."""
    _declared(dossier, Kind.VERSION, "5.2")


def change_hosting(dossier: Dossier) -> None:
    """A change that the agency accepts and applies."""
    row, reviewer = _declared(dossier, Kind.HOSTING, "Hébergeur HDS fictif, Lyon"), account_of("instructrice")
    declaring.take(row, by=reviewer, at=dossier.now)
    declaring.accept(row, by=reviewer, at=dossier.now)
    declaring.apply(row, by=reviewer, at=dossier.now)


def change_url(dossier: Dossier) -> None:
    """A change accepted, which still waits to be applied."""
    row, manager = _declared(dossier, Kind.URL, f"https://{dossier.tale.host}/v2"), account_of("gestionnaire_1")
    declaring.take(row, by=manager, at=dossier.now)
    declaring.accept(row, by=manager, at=dossier.now)


def ask_to_end(dossier: Dossier) -> None:
    """A change that the agency refuses."""
    row = _declared(dossier, Kind.END_OF_SERVICE, "Arrêt envisagé, sans solution de remplacement")
    manager = account_of("gestionnaire_1")
    declaring.take(row, by=manager, at=dossier.now)
    grounds = "Les établissements n’ont pas été prévenus : déclarez la fin une fois leur bascule organisée."
    declaring.refuse(row, grounds=grounds, by=manager, at=dossier.now)


def change_function(dossier: Dossier) -> None:
    """A major change under review: the tests are reopened."""
    row = _declared(dossier, Kind.MAJOR_FUNCTION, "Mise à jour des lits de réanimation", "Nouveau module, version 6.")
    declaring.take(row, by=account_of("instructrice"), at=dossier.now)


def change_purpose(dossier: Dossier) -> None:
    """A change that goes before the committee: its amendment is open."""
    _declared(dossier, Kind.PURPOSE, "Alimenter aussi le lien entre l’offre et son lieu (profil B)")


def prepare_url(dossier: Dossier) -> None:
    """A change that nobody signed yet."""
    url = f"https://{dossier.tale.host}/nouvelle-adresse"
    declaring.prepare(dossier.grant, kind=Kind.URL, proposed=url, by=dossier.vendor, at=dossier.now)


def notify_breach(dossier: Dossier) -> None:
    """A breach case with its formal notice, to which the vendor answered."""
    case = breaching.open_case(
        dossier.grant,
        ground=Ground.UNDECLARED_LIST,
        evidence="Depuis le début du mois, des mises à jour portent sur trois établissements absents de la liste.",
        by=account_of("instructrice"),
        at=dossier.now,
    )
    breaching.notify(
        case,
        expected="Déclarez la liste à jour, ou cessez d’alimenter pour ces établissements.",
        deadline=paris_date(dossier.now) + timedelta(days=30),
        by=account_of("gestionnaire_1"),
        at=dossier.now,
    )
    text = "Trois établissements ont rejoint notre groupement ; la liste part cette semaine."
    breaching.observe(case, observations=text, by=dossier.vendor, at=dossier.now)


def envisage_measure(dossier: Dossier) -> None:
    """The agency envisages to close one profile; the vendor has not answered yet."""
    sanctions.open_measure(
        dossier.grant,
        nature=Nature.SUSPENSION,
        extent=Extent.PROFILE,
        value="B",
        motive=Motive.MISUSE,
        grounds="Le service met à jour le lien entre l’offre et son lieu sans que l’établissement l’en ait chargé.",
        by=account_of("gestionnaire_2"),
        at=dossier.now,
    )


def suspend_establishment(dossier: Dossier) -> None:
    """One establishment is closed in an emergency, which nobody has regularised yet."""
    dossier.grant.refresh_from_db()
    sanctions.open_emergency(
        dossier.grant,
        extent=Extent.ESTABLISHMENT,
        value=dossier.grant.establishments[0],
        motive=Motive.SECURITY,
        grounds="Des écritures arrivent de nuit pour un service de soins fermé depuis deux mois.",
        emergency="Les orientations du SAMU s’appuient sur ces lits, qui n’existent plus.",
        by=account_of("gestionnaire_1"),
        at=dossier.now,
    )


def ask_to_join(dossier: Dossier) -> None:
    """Somebody asks to join the company: its representative has not answered."""
    vendors.ask_to_join(
        Identity(siren=dossier.tale.company.siren),
        role=MembershipRole.CONTRIBUTOR,
        words="Je viens de rejoindre l’équipe d’exploitation.",
        by=account_of("editeur_31"),
        at=dossier.now,
    )


def claim_succession(dossier: Dossier) -> None:
    """A new representative says that he replaces the present one: the agency has not examined the piece."""
    by, company = account_of("editeur_31"), dossier.tale.company
    deed = documents.deposit("nomination.pdf", paper("Acte de nomination"), by=by, at=dossier.now)
    vendors.claim(
        Identity(siren=company.siren),
        name=company.name,
        address=company.address,
        postcode=company.postcode,
        city=company.city,
        quality=Quality.CHIEF_EXECUTIVE,
        proof=vendors.Proof(file=deed, kind=ProofKind.APPOINTMENT_DEED, day=paris_date(dossier.now)),
        replaces=True,
        by=by,
        at=dossier.now,
    )
