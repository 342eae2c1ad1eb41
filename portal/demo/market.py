"""The vendors of the demonstration and how far each one went. Nobody and nothing here exists."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from onboarding.committee.outcomes import Outcome
from policy.grants.direction import Direction
from portal.parties.models import ServiceKind
from portal.parties.roles import MembershipRole

from . import afterwards, cast, story, turns
from .cast import Company, Person
from .chronicle import Later, Life
from .crowd import numbers
from .tale import Step, Tale

FIRST, SECOND = 0, 1  # the two sessions already held
CONSULTED = 9  # working days since they are complete: these go before the written consultation under way
EAI, INSTALLED, CONSUMES = ServiceKind.REGIONAL_EAI, ServiceKind.PROPRIETARY, Direction.CONSUMPTION
NAMES = (
    ("Lits de l’Ouest (fictif)", "Brest", "29200", "Maëlle", "Kervella"),
    ("Région Imaginaire Numérique", "Lille", "59000", "Bruno", "Delattre"),
    ("Capacité Exemple SARL", "Agen", "47000", "Sonia", "Lafont"),
    ("Urgences Fictives SAS", "Dax", "40100", "Mickaël", "Dupouy"),
    ("Soins Imaginaires SA", "Quimper", "29000", "Yves", "Tanguy"),
    ("Santé d’Exemple", "Saint-Étienne", "42000", "Aline", "Chambon"),
    ("Orientation Fictive SAS", "Nantes", "44000", "Rachid", "Belkacem"),
    ("Annuaire Imaginaire", "Tours", "37000", "Florence", "Meunier"),
    ("Régulation d’Exemple", "Dijon", "21000", "Olivier", "Garnier"),
    ("Fictif Conseil Santé", "Metz", "57000", "Hélène", "Schmitt"),
    ("Parcours Imaginaires SAS", "Rennes", "35000", "Gaël", "Le Roux"),
    ("Coordination Exemple", "Grenoble", "38000", "Nora", "Amrani"),
    ("Hospitalis Fictif", "Rouen", "76000", "Thierry", "Lemoine"),
    ("Places d’Exemple SARL", "Limoges", "87000", "Carole", "Faure"),
    ("Tension Fictive", "Amiens", "80000", "Ludovic", "Carpentier"),
    ("Gestion des Lits Imaginaires", "Reims", "51100", "Sabrina", "Collet"),
    ("Fictisoft Santé", "Angers", "49000", "Damien", "Poirier"),
    ("Bed Exemple SAS", "Caen", "14000", "Estelle", "Marie"),
    ("Lits en Direct (fictif)", "Pau", "64000", "Xavier", "Casenave"),
    ("Imaginaire Médical SA", "Nancy", "54000", "Laurence", "Weber"),
    ("Exemple Numérique Santé", "Orléans", "45000", "Julien", "Moreau"),
    ("Fictive Interop", "Poitiers", "86000", "Clara", "Rousseau"),
    ("Numérique Fictif du Sud", "Toulon", "83000", "Antoine", "Ferri"),
    ("Échanges d’Exemple", "Besançon", "25000", "Mathilde", "Vuillemin"),
    ("Logiciels Imaginaires", "Clermont-Ferrand", "63000", "Pierre", "Chassagne"),
    ("Télésanté Fictive", "La Rochelle", "17000", "Émilie", "Guérin"),
    ("Connecteurs d’Exemple SAS", "Le Mans", "72000", "Fabrice", "Leroy"),
    ("Plateforme Imaginaire", "Avignon", "84000", "Samia", "Cherif"),
    ("Données d’Exemple Santé", "Perpignan", "66000", "Marc", "Puig"),
    ("Ségur Fictif SARL", "Troyes", "10000", "Virginie", "Masson"),
    ("Bureau Imaginaire du Soin", "Albi", "81000", "Cédric", "Roques"),
    ("Petit Éditeur Fictif", "Niort", "79000", "Manon", "Bernard"),
    ("Agenda Fictif SARL", "Vannes", "56000", "Solène", "Guillou"),
    ("Réseau Imaginaire de Soins", "Valence", "26000", "Hugues", "Pascal"),
    ("Relais d’Exemple SAS", "Bourges", "18000", "Inès", "Tellier"),
    ("Parcours Fictif des Alpes", "Annecy", "74000", "Lucie", "Favre"),
    ("Orientation d’Exemple du Rhône", "Lyon", "69000", "Hakim", "Ziani"),
)


def company(rank: int) -> Company:
    """The fictional company of a rank in `NAMES`."""
    name, city, postcode, _, _ = NAMES[rank]
    return Company(name, numbers.with_key(f"999991{rank:02d}"), f"{rank + 3} rue de l’Exemple", postcode, city)


def people() -> list[Person]:
    """The legal representatives of those companies; nobody plays them."""
    return [
        Person(
            _key(rank),
            first_name,
            last_name,
            f"Représentant légal de {name}",
            company=company(rank),
            membership=MembershipRole.LEGAL_REPRESENTATIVE,
        )
        for rank, (name, _, _, first_name, last_name) in enumerate(NAMES)
    ]


def _key(rank: int) -> str:
    return f"editeur_{rank + 1:02d}"


def tale(rank: int, service: str, **choices: Any) -> Tale:
    """The tale of a company of the market."""
    host = f"service-{rank + 1:02d}.exemple.fr"
    return Tale(company=company(rank), representative=_key(rank), service=service, host=host, **choices)


def lives(now: datetime) -> list[tuple[Life, Outcome]]:
    """Every life, with what its session decided (said of all, read for those that had one)."""
    admitted = [*_old(now), *_recent(), *_on_the_way(), *_of_the_competitor()]
    others = [(life, Outcome.ADMIT) for life in [*_before_the_committee(), *_regional()]]
    return [(life, Outcome.ADMIT) for life in admitted] + _without_plain_admission() + others


def _competitor(service: str, host: str, **choices: Any) -> Tale:
    """The tale of the one company that somebody of the cast represents."""
    return Tale(company=cast.CONCURRENT, representative="concurrente", service=service, host=host, **choices)


def _old(now: datetime) -> Sequence[Life]:
    """Admitted at the first session, in production since then, with what a year brings."""
    competitor = _competitor(
        "Capacités Fictives", "capacites.exemple.fr", profiles=("A", "B"), department="59", establishments=8
    )
    ending = turns.certificate_ending
    expired = {Step.PRODUCTION_CERTIFICATE: ending(now - timedelta(days=2))}
    soon = {Step.PRODUCTION_CERTIFICATE: ending(now + timedelta(days=6))}
    month = {Step.PRODUCTION_CERTIFICATE: ending(now + timedelta(days=26))}
    reads = {"direction": CONSUMES}
    return [
        Life(
            competitor,
            session=FIRST,
            later=[
                Later(Step.APPROVE, 60, afterwards.announce_version),
                Later(Step.APPROVE, 90, afterwards.change_hosting),
                Later(Step.APPROVE, 130, afterwards.ask_to_end),
                Later(Step.APPROVE, 140, turns.declare_server),
                Later(Step.APPROVE, 150, turns.invite_technician),
                Later(Step.APPROVE, 155, afterwards.ask_to_join),
                Later(Step.APPROVE, 160, afterwards.change_url),
            ],
        ),
        Life(
            tale(0, "Lits de l’Ouest", department="29", establishments=9),
            session=FIRST,
            later=[
                Later(Step.APPROVE, 90, turns.confirm_another_list),
                Later(Step.APPROVE, 150, afterwards.change_function),
                Later(Step.APPROVE, 155, afterwards.prepare_url),
            ],
        ),
        Life(
            tale(1, "EAI Imaginaire", kind=EAI, profiles=("A", "B"), department="62", establishments=13),
            session=FIRST,
            turns=month,
            later=[
                Later(Step.APPROVE, 155, afterwards.notify_breach),
                Later(Step.APPROVE, 158, afterwards.envisage_measure),
            ],
        ),
        Life(
            tale(2, "Capacité Exemple", department="40", establishments=5),
            session=FIRST,
            turns=soon,
            later=[
                Later(Step.APPROVE, 150, afterwards.change_purpose),
                Later(Step.APPROVE, 155, afterwards.claim_succession),
                Later(Step.APPROVE, 160, afterwards.suspend_establishment),
            ],
        ),
        Life(
            tale(3, "Urgences Fictives", profiles=("B",), department="17", establishments=7),
            session=FIRST,
            later=[Later(Step.APPROVE, 120, turns.suspend)],
        ),
        Life(
            tale(4, "Soins Imaginaires", department="56", establishments=4),
            session=FIRST,
            later=[Later(Step.APPROVE, 100, turns.withdraw_right)],
        ),
        Life(tale(6, "Orientation Fictive", access_profile=3, **reads), session=FIRST, turns=expired),
        Life(tale(7, "Annuaire Imaginaire", access_profile=0, **reads), session=FIRST),
    ]


def _recent() -> Sequence[Life]:
    """Admitted at the second session and just in production."""
    return [
        Life(
            tale(12, "Hospitalis", department="14", establishments=6),
            session=SECOND,
            turns={Step.PROPOSE: turns.reject_then_propose},
        ),
        Life(tale(8, "Régulation d’Exemple", access_profile=1, direction=CONSUMES), session=SECOND),
    ]


def _on_the_way() -> Sequence[Life]:
    """Admitted at the second session, each stopped at another step before production."""
    reads = {"direction": CONSUMES, "access_profile": 2}
    return [
        Life(tale(13, "Places d’Exemple", department="19", establishments=5), Step.PROPOSE, SECOND),
        Life(tale(14, "Tension Fictive", department="61", establishments=4), Step.PRODUCTION_CONNECTION, SECOND),
        Life(tale(15, "Gestion des Lits", department="42", establishments=6), Step.VERIFY_TESTS, SECOND),
        Life(
            tale(16, "Fictisoft Lits", department="11", establishments=3),
            Step.REPORT,
            SECOND,
            turns={Step.REPORT: turns.report_failures},
            later=[Later(Step.REPORT, 3, turns.ask_redo)],
        ),
        Life(tale(17, "Bed Exemple", department="02", establishments=8), Step.REPORT, SECOND),
        Life(tale(11, "Coordination Exemple", **reads), Step.SANDBOX, SECOND),
        Life(tale(18, "Lits en Direct", department="01", establishments=4), Step.TEST_CERTIFICATE, SECOND),
        Life(tale(19, "Imaginaire Médical", department="22", establishments=7), Step.DECIDE, SECOND),
    ]


def _of_the_competitor() -> Sequence[Life]:
    """What a visitor may take up on the vendor's side: a secret to read, certificates deposited for clients."""
    reader = _competitor("Annuaire des Lits", "annuaire.exemple.fr", direction=CONSUMES, access_profile=0)
    installed = _competitor("Lits sur Site", "sur-site.exemple.fr", kind=INSTALLED, department="62", establishments=4)
    return [
        Life(reader, Step.SANDBOX, SECOND, turns={Step.SANDBOX: turns.hand_over_unread}),
        Life(installed, Step.TEST_CERTIFICATE, SECOND, turns={Step.TEST_CERTIFICATE: turns.declare_for_clients}),
    ]


def _without_plain_admission() -> list[tuple[Life, Outcome]]:
    """Refused, deferred, admitted with reservations."""
    refused = Life(tale(9, "Fictif Conseil", access_profile=5, direction=CONSUMES), Step.DECIDE, FIRST)
    deferred = Life(tale(10, "Parcours Imaginaires", department="29"), Step.DECIDE, SECOND)
    reserved = Life(tale(5, "Santé d’Exemple", department="42", establishments=3), Step.DECIDE, SECOND)
    return [
        (refused, Outcome.REFUSE),
        (deferred, Outcome.DEFER),
        (reserved, Outcome.ADMIT_WITH_RESERVATIONS),
    ]


def _before_the_committee() -> Sequence[Life]:
    """Still to be decided: complete, reviewed, returned, deposited, drafted, claimed; given up, left aside."""
    corrected = [
        Later(Step.TAKE, 1, turns.return_to_vendor),
        Later(Step.TAKE, 2, turns.answer_all),
        Later(Step.TAKE, 3, story.submit),
        Later(Step.TAKE, 4, story.take),
    ]
    returned = [Later(Step.TAKE, 2, turns.return_to_vendor), Later(Step.TAKE, 4, turns.answer_one)]
    talk = [Later(Step.TAKE, 1, turns.ask), Later(Step.TAKE, 2, turns.reply)]
    reads = {"direction": CONSUMES}
    return [
        Life(tale(20, "Exemple Numérique", department="59"), Step.COMPLETE, ago=5, later=corrected),
        Life(tale(21, "Fictive Interop", access_profile=4, **reads), Step.COMPLETE, ago=4, later=talk),
        Life(tale(22, "Numérique du Sud", department="11", establishments=3), Step.COMPLETE, ago=1),
        Life(tale(33, "Réseau Imaginaire", department="26", establishments=3), Step.COMPLETE, ago=CONSULTED),
        Life(tale(34, "Relais d’Exemple", access_profile=3, **reads), Step.COMPLETE, ago=CONSULTED),
        Life(
            tale(23, "Échanges d’Exemple", department="02"),
            Step.TAKE,
            ago=4,
            turns={Step.FILL: turns.fill_with_confidence},
            later=[*talk, Later(Step.TAKE, 3, turns.comment)],
        ),
        Life(tale(24, "Logiciels Imaginaires", department="62"), Step.TAKE, ago=6, later=returned),
        Life(tale(25, "Télésanté Fictive", department="17"), Step.SUBMIT, ago=3),
        Life(
            tale(26, "Connecteurs d’Exemple", access_profile=2, **reads),
            Step.SUBMIT,
            ago=1,
            turns={Step.FILL: turns.fill_with_sponsor},
        ),
        Life(
            tale(27, "Plateforme Imaginaire", department="40"),
            Step.LIST,
            ago=2,
            turns={Step.LIST: turns.upload_with_anomalies},
        ),
        Life(tale(28, "Données d’Exemple", access_profile=1, **reads), Step.FILL, ago=6),
        Life(
            tale(29, "Ségur Fictif", department="56"),
            Step.SUBMIT,
            ago=40,
            later=[Later(Step.SUBMIT, 9, turns.withdraw_candidacy)],
        ),
        Life(
            tale(32, "Agenda Fictif", access_profile=1, **reads),
            Step.FILL,
            ago=140,
            later=[Later(Step.FILL, 108, turns.warn_of_end), Later(Step.FILL, 132, turns.abandon)],
        ),
        Life(tale(30, "Bureau du Soin"), Step.CLAIM, ago=8, later=[Later(Step.CLAIM, 3, turns.refuse_claim)]),
        Life(tale(31, "Petit Éditeur"), Step.CLAIM, ago=2),
    ]


def _regional() -> Sequence[Life]:
    """Requests for one region, which its health agency reviews and decides itself: one to decide, one admitted."""
    reads = {"direction": CONSUMES, "access_profile": 2}
    taken = {Step.FILL: turns.fill_for_region, Step.TAKE: turns.take_in_region}
    complete = Later(Step.TAKE, 2, turns.complete_in_region)
    return [
        Life(tale(35, "Parcours des Alpes", **reads), Step.TAKE, ago=5, turns=taken, later=[complete]),
        Life(
            tale(36, "Orientation du Rhône", **reads),
            Step.TAKE,
            ago=30,
            turns=taken,
            later=[complete, Later(Step.TAKE, 6, turns.admit_in_region)],
        ),
    ]
