"""What waits for the agency, lane by lane, in the order of the path."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from onboarding.campaigns.models import OrderingCustomer, TestCampaign
from onboarding.candidacies.lifecycle import OPEN, State
from onboarding.candidacies.models import Candidacy, Message
from onboarding.changes.lifecycle import BreachState
from onboarding.changes.models import BreachCase, ChangeDeclaration, YearlyConfirmation
from onboarding.committee import queries as committee
from onboarding.committee.models import Decision, Reservation
from onboarding.desk.filters import Agenda, Filters, Reviewer, Turn
from onboarding.desk.lanes import ADMINISTRATOR, MANAGER, POLICY, REVIEWER, SECRETARY, SECURITY, VERIFIER, Telling
from onboarding.desk.queries import second_person
from onboarding.desk.queries.waiting import Knowledge, Lane
from onboarding.establishments.models import EstablishmentList
from onboarding.legaltexts.kinds import CHARTERS
from onboarding.legaltexts.lifecycle import CallState
from onboarding.legaltexts.models import LegalTextVersion, Signature, SignatureCall
from onboarding.notices import queries as notices
from onboarding.notices.models import MalfunctionReport
from onboarding.vendors.models import EntityClaim
from policy.certificates.models import Certificate
from policy.gateways.models import Acknowledgement
from policy.grants.lifecycle import State as GrantState
from policy.grants.models import Grant
from policy.grants.readiness import STANDING_IN
from policy.whitelist.models import Publication
from portal.mail.models import BouncedAddress

DEPOSITED = Telling("déposée le {}")


def _late(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    return Candidacy.objects.visible_to(user).filter(pk__in=known.late)


def _unread(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    """The dossiers reviewed by this person where the last word is the vendor's."""
    last = Message.objects.filter(candidacy=OuterRef("pk")).order_by("-written_at", "-pk")
    found = Candidacy.objects.visible_to(user).filter(reviewer=user.pk, state__in=sorted(OPEN))
    told = found.annotate(
        last_from_agency=Subquery(last.values("from_agency")[:1]), last_at=Subquery(last.values("written_at")[:1])
    )
    return told.filter(last_from_agency=False)


def _reservations(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    """Those of decisions in force that the vendor knows of."""
    return Reservation.objects.visible_to(user).open().filter(decision__in=Decision.objects.told())


def _expiring(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    return Certificate.objects.visible_to(user).declared().expiring(known.horizon)


def _without_sandbox(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    """Rights in preparation, with their TEST certificate if they need one, whose tests were never opened."""
    certified = Certificate.objects.declared().filter(environment="sandbox").values("service_id")
    ready = Q(service__in=certified) | Q(access_profile=0) | Q(by_secret=True)
    return Grant.objects.visible_to(user).filter(ready, state=GrantState.PENDING, campaigns=None)


def _behind(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    """The gateways that apply another version of the list than the last one published in their environment.

    A maintenance or an incident under way there excuses them (settled question 33).
    """
    last = Publication.objects.filter(environment=OuterRef("environment")).order_by().values("environment")
    version = Subquery(last.annotate(last=Max("version")).values("last"))
    told = Acknowledgement.objects.filter(gateway__revoked_at=None).annotate(published=version)
    behind = told.filter(applied_version__lt=F("published"))
    return behind.exclude(notices.excuses("environment", at=known.now))


def _unsigned(user: Any, known: Knowledge) -> "QuerySet[Any, Any]":
    """Living rights whose charter is not signed, or not since the version that asked everybody to sign again."""
    found = Q(pk__in=[])
    renewed = LegalTextVersion.objects.effective().filter(
        text=OuterRef("text"), number__gt=OuterRef("number"), renews=True
    )
    for direction, kind in CHARTERS.items():
        counting = LegalTextVersion.objects.filter(~Exists(renewed), text__kind=kind).order_by()
        signed = Signature.objects.filter(
            service=OuterRef("service_id"),
            legal_entity=OuterRef("holder_id"),
            text_version__in=counting.values("pk"),
        )
        found |= Q(direction=direction) & Q(~Exists(signed))
    standing = sorted(origin.value for origin in STANDING_IN)
    return Grant.objects.visible_to(user).living().filter(found).exclude(charter_origin__in=standing)


SERVICE = ("service__name", "service__owner__name")
LANES: Sequence[Lane] = (
    Lane(
        "Demandes de rattachement à vérifier",
        lambda user, known: EntityClaim.objects.visible_to(user).waiting(),
        ("name",),
        "filed_at",
        DEPOSITED,
        "claim",
        "claims",
        REVIEWER,
    ),
    Lane(
        "En retard",
        _late,
        SERVICE,
        "submitted_at",
        DEPOSITED,
        "dossier",
        "candidacies",
        REVIEWER | SECRETARY,
        Filters(turn=Turn.LATE).query,
    ),
    Lane(
        "Dossiers à prendre",
        lambda user, known: Candidacy.objects.visible_to(user).to_take(),
        SERVICE,
        "submitted_at",
        DEPOSITED,
        "dossier",
        "candidacies",
        REVIEWER,
        Filters(states=(State.SUBMITTED,)).query,
    ),
    Lane(
        "Mes dossiers en instruction",
        lambda user, known: Candidacy.objects.visible_to(user).filter(state=State.UNDER_REVIEW, reviewer=user.pk),
        SERVICE,
        "submitted_at",
        DEPOSITED,
        "dossier",
        "candidacies",
        REVIEWER,
        Filters(states=(State.UNDER_REVIEW,), reviewer=Reviewer.ME).query,
    ),
    Lane(
        "Messages d’éditeurs sans réponse",
        _unread,
        SERVICE,
        "last_at",
        Telling("écrit le {}"),
        "dossier",
        "",
        REVIEWER,
    ),
    Lane(
        "En attente de l’éditeur",
        lambda user, known: Candidacy.objects.visible_to(user).filter(state__in=[State.RETURNED, State.DEFERRED]),
        SERVICE,
        "submitted_at",
        DEPOSITED,
        "dossier",
        "candidacies",
        REVIEWER,
        Filters(states=(State.RETURNED, State.DEFERRED)).query,
    ),
    Lane(
        "Complets, à inscrire à une séance",
        lambda user, known: committee.to_enter().visible_to(user),
        SERVICE,
        "submitted_at",
        DEPOSITED,
        "dossier",
        "candidacies",
        SECRETARY,
        Filters(agenda=Agenda.NONE).query,
    ),
    Lane(
        "Accès au bac à sable à remettre",
        _without_sandbox,
        ("service_name",),
        "decided_at",
        Telling("accordée le {}"),
        "grant",
        "grants",
        VERIFIER,
    ),
    Lane(
        "Tests à vérifier",
        lambda user, known: TestCampaign.objects.visible_to(user).to_verify(),
        ("grant__service_name",),
        "due_date",
        Telling("à répondre avant le {}", is_due=True, is_day=True),
        "campaign",
        "campaigns",
        VERIFIER,
    ),
    Lane(
        "Attestations de commanditaires à examiner",
        lambda user, known: OrderingCustomer.objects.visible_to(user).to_examine(),
        ("grant__service_name", "name"),
        "filed_at",
        Telling("jointe le {}"),
        "customer",
        "customers",
        REVIEWER,
    ),
    Lane(
        "Signalements de dysfonctionnement à traiter",
        lambda user, known: MalfunctionReport.objects.visible_to(user).to_answer(),
        ("title", "service__name"),
        "reported_at",
        Telling("signalé le {}"),
        "report",
        "reports",
        REVIEWER | VERIFIER,
    ),
    Lane(
        "Listes d’établissements avec anomalies",
        lambda user, known: EstablishmentList.objects.visible_to(user).living().filter(valid_count__lt=F("line_count")),
        SERVICE,
        "uploaded_at",
        Telling("envoyée le {}"),
        "list",
        "",
        REVIEWER | VERIFIER,
    ),
    Lane(
        "Chartes à signer",
        _unsigned,
        ("service_name",),
        "decided_at",
        Telling("habilitation du {}"),
        "grant",
        "",
        REVIEWER | POLICY,
    ),
    Lane(
        "Signatures de textes en retard",
        lambda user, known: SignatureCall.objects.visible_to(user).filter(state=CallState.OVERDUE),
        ("text_version__title", "legal_entity__name"),
        "due_date",
        Telling("attendue avant le {}", is_due=True, is_day=True),
        "service",
        "legal_texts",
        POLICY,
        reference="service__reference",
    ),
    Lane(
        "Propositions de liste blanche qui attendent une seconde personne",
        second_person.entries,
        ("grant__service_name", "environment"),
        "effective_at",
        Telling("effet demandé le {}", is_due=True),
        "entry",
        "whitelist",
        MANAGER,
    ),
    Lane(
        "Pertes de la liste blanche à décider",
        second_person.losses,
        ("environment",),
        "held_at",
        Telling("retenue le {}"),
        "list_loss",
        "whitelist",
        MANAGER | SECURITY,
    ),
    Lane(
        "Clés de signature à mettre en vigueur",
        second_person.keys,
        ("key_id",),
        "proposed_at",
        Telling("proposée le {}"),
        "",
        "signing_keys",
        SECURITY | ADMINISTRATOR,
    ),
    Lane(
        "Passerelles en retard d’une publication",
        _behind,
        ("environment",),
        "reported_at",
        Telling("dernier compte rendu le {}"),
        "",
        "whitelist",
        MANAGER,
        reference="gateway__name",
    ),
    Lane(
        "Changements déclarés à traiter",
        lambda user, known: ChangeDeclaration.objects.visible_to(user).to_examine(),
        ("grant__service_name", "grant__holder__name"),
        "signed_at",
        Telling("signée le {}"),
        "change",
        "changes",
        MANAGER | REVIEWER,
    ),
    Lane(
        "Mises en demeure sans issue",
        lambda user, known: BreachCase.objects.visible_to(user).filter(state=BreachState.AWAITING),
        ("grant__service_name", "grant__holder__name"),
        "notified_at",
        Telling("adressée le {}"),
        "breach",
        "breaches",
        MANAGER | SECURITY,
    ),
    Lane(
        "Suspensions en urgence à régulariser",
        second_person.emergencies,
        ("grant__service_name", "grant__holder__name"),
        "regularise_on",
        Telling("à régulariser avant le {}", is_due=True, is_day=True),
        "sanction",
        "sanctions",
        MANAGER | SECURITY,
        "etat=emergency",
    ),
    Lane(
        "Mesures à décider par une seconde personne",
        second_person.measures,
        ("grant__service_name", "grant__holder__name"),
        "due_on",
        Telling("observations closes le {}", is_day=True),
        "sanction",
        "sanctions",
        MANAGER | SECURITY,
        "etat=notified",
    ),
    Lane(
        "Levées de mesures à décider",
        second_person.liftings,
        ("grant__service_name", "grant__holder__name"),
        "in_force_since",
        Telling("fermé depuis le {}"),
        "sanction",
        "sanctions",
        MANAGER,
    ),
    Lane(
        "Réserves à lever",
        _reservations,
        ("decision__item__candidacy__service__name", "reference"),
        "due_on",
        Telling("attendue avant le {}", is_due=True, is_day=True),
        "decision",
        "",
        REVIEWER | SECRETARY,
        reference="decision__reference",
    ),
    Lane(
        "Confirmations annuelles sans réponse",
        lambda user, known: YearlyConfirmation.objects.visible_to(user).awaited(),
        ("grant__service_name", "grant__holder__name"),
        "asked_at",
        Telling("demandée le {}"),
        "confirmation",
        "confirmations",
        MANAGER,
    ),
    Lane(
        "Certificats qui expirent",
        _expiring,
        ("service__name", "environment"),
        "not_after",
        Telling("expire le {}", is_due=True),
        "certificate",
        "certificates",
        MANAGER | REVIEWER,
        "etat=bientot",
    ),
    Lane(
        "Contacts douteux",
        lambda user, known: BouncedAddress.objects.all(),
        ("reason",),
        "since",
        Telling("refusée depuis le {}"),
        "",
        "doubtful_contacts",
        REVIEWER,
        reference="address",
    ),
    Lane(
        "Rôles à confirmer",
        second_person.roles,
        ("user__last_name", "proposed_by__last_name"),
        "proposed_at",
        Telling("proposé le {}"),
        "role_proposal",
        "accounts",
        ADMINISTRATOR,
    ),
)
