"""What may happen to a dossier besides its usual steps: corrections, anomalies, refusals, suspensions, messages."""

import dataclasses
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from onboarding.campaigns import operations as campaigns
from onboarding.campaigns.models import TestPlatform
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.operations import drafts, pieces
from onboarding.committee import operations as committee
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.establishments import operations as establishments
from onboarding.vendors import operations as vendors
from policy.certificates import operations as certificates
from policy.certificates.environments import Environment, Hierarchy
from policy.certificates.offers import Offer
from policy.grants import operations as grants
from policy.servers import operations as servers
from policy.whitelist import operations as whitelist
from portal.calendar.deadlines import paris_date
from portal.documents import operations as documents
from portal.parties import operations as parties
from portal.parties.roles import MembershipRole
from portal.reference import finess
from portal.reference.models import Establishment
from portal.reference.spaces import SpaceKind

from . import connections, story
from .cast import account_of
from .papers import paper
from .story import Dossier

Turn = Callable[[Dossier], None]


def refuse_claim(dossier: Dossier) -> None:
    """The agency refuses a claim: the piece proves nothing."""
    vendors.refuse(
        dossier.claim,
        grounds="La pièce jointe ne dit pas que vous représentez cet organisme. Joignez l’extrait du registre à jour.",
        by=account_of("instructrice"),
        at=dossier.now,
    )


def warn_of_end(dossier: Dossier) -> None:
    """The clock tells a vendor that his draft, left aside, will be closed in thirty days."""
    drafts.warn(dossier.candidacy, closing=paris_date(dossier.now + timedelta(days=30)), at=dossier.now)


def abandon(dossier: Dossier) -> None:
    """The clock closes the draft."""
    drafts.abandon(dossier.candidacy, at=dossier.now)


def comment(dossier: Dossier) -> None:
    """Two comments are prepared; nothing is sent yet."""
    _comment(
        dossier,
        Block.CONFORMITY,
        "development",
        CommentKind.OUTDATED,
        "Le développement était « en cours » il y a un mois : où en est-il ?",
    )
    _comment(
        dossier,
        Block.CONTACTS,
        "privacy_email",
        CommentKind.INCORRECT,
        "Cette adresse nous revient : indiquez celle du délégué à la protection des données.",
    )


def _comment(dossier: Dossier, block: Block, field: str, kind: CommentKind, text: str) -> None:
    reviewer = account_of("instructrice")
    candidacies.comment(dossier.candidacy, block=block, field=field, kind=kind, text=text, by=reviewer, at=dossier.now)


def fill_with_confidence(dossier: Dossier) -> None:
    """The form is filled; the reasons and a joined contract are confidential."""
    story.fill(dossier)
    by, at = dossier.vendor, dossier.now
    pieces.keep_confidential(dossier.candidacy, ["justifications"], by=by, at=at)
    for title, is_confidential in (("Schéma des échanges", False), ("Contrat avec le groupement", True)):
        file = documents.deposit(
            f"{title.lower()}.pdf",
            paper(title),
            by=by,
            at=at,
            owner=dossier.entity,
            is_confidential=is_confidential,
        )
        pieces.join(dossier.candidacy, title, file, is_confidential=is_confidential, by=by, at=at)


def fill_with_sponsor(dossier: Dossier) -> None:
    """The form is filled, and a region supports the request."""
    story.fill(dossier)
    support = {
        "sponsor_region": dossier.tale.regions[0],
        "sponsor_name": "Direction fictive du numérique",
        "sponsor_email": "numerique@region.invalid",
    }
    candidacies.edit(dossier.candidacy, Block.SPONSOR, support, by=dossier.vendor, at=dossier.now)


def fill_for_region(dossier: Dossier) -> None:
    """The form is filled for one region alone: its health agency decides."""
    story.fill(dossier)
    candidacies.edit(
        dossier.candidacy, Block.SOLUTION, {"space": SpaceKind.REGIONAL}, by=dossier.vendor, at=dossier.now
    )


def take_in_region(dossier: Dossier) -> None:
    """An agent of the region's health agency takes it."""
    candidacies.take(dossier.candidacy, by=account_of("agente_ars"), at=dossier.now)


def complete_in_region(dossier: Dossier) -> None:
    """The same agent answers the grid and declares it complete."""
    story.declare_complete(dossier, by="agente_ars")


def admit_in_region(dossier: Dossier) -> None:
    """The same agent admits it, without session."""
    ruling = Ruling(Outcome.ADMIT, Profiles.of(dossier.tale.codes))
    committee.decide_regionally(dossier.candidacy, ruling=ruling, by=account_of("agente_ars"), at=dossier.now)


def return_to_vendor(dossier: Dossier) -> None:
    """The comments are sent: it is the vendor's turn."""
    comment(dossier)
    candidacies.return_to_vendor(dossier.candidacy, by=account_of("instructrice"), at=dossier.now)


def answer_one(dossier: Dossier) -> None:
    """The vendor answers the first comment, not the second."""
    text = "Le développement est terminé depuis la semaine dernière."
    candidacies.answer(dossier.candidacy, 1, text, by=dossier.vendor, at=dossier.now)


def answer_all(dossier: Dossier) -> None:
    """The vendor answers both comments and changes the fields."""
    answer_one(dossier)
    candidacies.answer(dossier.candidacy, 2, "L’adresse est corrigée.", by=dossier.vendor, at=dossier.now)
    candidacies.edit(dossier.candidacy, Block.CONFORMITY, {"development": "done"}, by=dossier.vendor, at=dossier.now)
    mail = {"privacy_email": f"protection.donnees@{dossier.tale.host}"}
    candidacies.edit(dossier.candidacy, Block.CONTACTS, mail, by=dossier.vendor, at=dossier.now)


def deposit_again(dossier: Dossier) -> None:
    """The corrected candidacy is deposited and taken again."""
    story.submit(dossier)


def ask(dossier: Dossier) -> None:
    """The vendor writes a message."""
    body = "Bonjour, pouvez-vous nous dire à quelle séance notre demande sera présentée ? Merci."
    candidacies.write(dossier.candidacy, body, by=dossier.vendor, at=dossier.now)


def reply(dossier: Dossier) -> None:
    """The agency answers it."""
    body = "Bonjour, elle sera présentée à la prochaine séance si elle est complète avant la date limite."
    candidacies.write(dossier.candidacy, body, by=account_of("instructrice"), at=dossier.now)


def withdraw_candidacy(dossier: Dossier) -> None:
    """The vendor gives up."""
    candidacies.withdraw(dossier.candidacy, by=dossier.vendor, at=dossier.now)


def upload_with_anomalies(dossier: Dossier) -> None:
    """A list where one of everything goes wrong: key, unknown, closed, twice, a legal entity, unreadable."""
    good = list(story.establishment_numbers(dossier.tale))
    numbers = [*good, *_anomalies(good[0])]
    data = ("FINESS;Nom\n" + "".join(f"{number};\n" for number in numbers)).encode()
    dossier.list = establishments.upload(
        dossier.service, name="etablissements-mars.csv", data=data, by=dossier.vendor, at=dossier.now
    )


def _anomalies(good: str) -> list[str]:
    wrong_key = f"{good[:8]}{(int(good[8]) + 1) % 10}"
    gone = Establishment.objects.closed().order_by("finess").values_list("finess", flat=True)[:1]
    owner = Establishment.objects.open().order_by("finess").exclude(finess_ej="").values_list("finess_ej", flat=True)
    return [wrong_key, f"75099999{finess.key('75099999')}", *gone, good, owner[:1][0], "12 AB"]


def confirm_another_list(dossier: Dossier) -> None:
    """Two establishments more: a new list replaces the former."""
    tale = dossier.tale
    longer = Establishment.objects.open().filter(category="355", department=tale.department).order_by("finess")
    numbers = list(longer.values_list("finess", flat=True)[: tale.establishments + 2])
    data = ("FINESS;Nom\n" + "".join(f"{number};\n" for number in numbers)).encode()
    held = establishments.upload(
        dossier.service, name="etablissements-2.csv", data=data, by=dossier.vendor, at=dossier.now
    )
    establishments.confirm(held, by=dossier.vendor, at=dossier.now)
    dossier.list = held


def report_failures(dossier: Dossier) -> None:
    """Tests end with failures."""
    failing = frozenset({"C PATCH CAPACITE AJOUT", "C PATCH QUOTA DEPASSE"})
    content = json.dumps(story.session_report(dossier.tale, dossier.now, failing)).encode()
    campaigns.import_report(dossier.campaign, name="session.json", data=content, by=dossier.vendor, at=dossier.now)
    campaigns.declare_end(dossier.campaign, by=dossier.vendor, at=dossier.now)


def ask_redo(dossier: Dossier) -> None:
    """The agency sends the tests back."""
    campaigns.ask_redo(
        dossier.campaign,
        redo="Reprendre l’ajout d’une capacité après une réponse 404, et la reprise après une réponse 429.",
        by=account_of("verificateur"),
        at=dossier.now,
    )


def certificate_ending(end: datetime) -> Turn:
    """A PROD certificate retrieved long before the dossier, so that it ends at `end`."""
    start = end.replace(year=end.year - 3, day=28 if (end.month, end.day) == (2, 29) else end.day)

    def declare(dossier: Dossier) -> None:
        issued = dossier.pki.issue(
            Hierarchy.PROD,
            organisation=dossier.tale.company.name.upper(),
            identifier=f"2{dossier.tale.company.siren}",
            common_name=dossier.tale.service[:64],
            at=start,
        )
        dossier.certificate = certificates.declare(
            dossier.service,
            environment=Environment.PRODUCTION,
            data=issued.certificate,
            by=dossier.vendor,
            at=dossier.now,
        )
        address = f"https://{dossier.tale.host}/ror"
        grants.record_production_url(dossier.grant, url=address, by=dossier.vendor, at=dossier.now)

    return declare


def hand_over_unread(dossier: Dossier) -> None:
    """The sandbox is handed over with its secret, which nobody has read yet."""
    verifier, at = account_of("verificateur"), dossier.now
    data = story.connection(dossier, Environment.SANDBOX)
    platform = TestPlatform.objects.get(code="sandbox")
    dossier.campaign = campaigns.open_campaign(dossier.grant, platform=platform, by=verifier, at=at, **data)
    secret = connections.secret(dossier.service.reference, Environment.SANDBOX)
    grants.issue_secret(dossier.grant, environment=Environment.SANDBOX, secret=secret, by=verifier, at=at)


def declare_for_clients(dossier: Dossier) -> None:
    """A solution installed at its clients': one TEST certificate each, deposited together, the last one refused."""
    story.do_elsewhere(dossier)
    numbers = list(story.establishment_numbers(dossier.tale))
    named = [*numbers[:-1], numbers[0]]  # the last certificate names another client than its line says
    issued = [_for_client(dossier, finess) for finess in named]
    text = b"".join(f"{number}\n".encode() + one for number, one in zip(numbers, issued, strict=True))
    certificates.declare_batch(
        dossier.service, environment=Environment.SANDBOX, data=text, by=dossier.vendor, at=dossier.now
    )


def _for_client(dossier: Dossier, finess: str) -> bytes:
    client = Establishment.objects.get(finess=finess)
    issued = dossier.pki.issue(
        Hierarchy.TEST,
        organisation=client.name,
        identifier=f"1{finess}",
        common_name=f"{dossier.tale.service} TEST",
        at=dossier.now - timedelta(hours=1),
    )
    return issued.certificate


def declare_server(dossier: Dossier) -> None:
    """The certificate that the service's own server presents, where the older way calls it."""
    issued = dataclasses.replace(dossier.pki, keys=None).issue(
        Hierarchy.PROD,
        organisation=dossier.tale.company.name.upper(),
        identifier=f"2{dossier.tale.company.siren}",
        common_name=dossier.tale.host,
        at=dossier.now - timedelta(hours=1),
        offer=Offer.SSL_SERV,
        hosts=[dossier.tale.host],
    )
    servers.declare(
        dossier.service, environment=Environment.PRODUCTION, data=issued.certificate, by=dossier.vendor, at=dossier.now
    )


def reject_then_propose(dossier: Dossier) -> None:
    """A first proposal is turned down, a second one follows."""
    story.propose(dossier)
    whitelist.reject(
        dossier.entry,
        grounds="L’adresse de production n’était pas encore ouverte.",
        by=account_of("gestionnaire_2"),
        at=dossier.now,
    )
    story.propose(dossier)


def suspend(dossier: Dossier) -> None:
    """Abuse is stopped at once."""
    whitelist.suspend(
        dossier.entry,
        grounds="Appels répétés au-delà des quotas malgré deux rappels.",
        by=account_of("gestionnaire_1"),
        at=dossier.now,
    )


def withdraw_right(dossier: Dossier) -> None:
    """The vendor stops the service: the right ends."""
    whitelist.withdraw_right(
        dossier.grant,
        grounds="Arrêt du service annoncé par son éditeur.",
        by=account_of("gestionnaire_1"),
        at=dossier.now,
    )


def invite_technician(dossier: Dossier) -> None:
    """The legal representative invites a colleague."""
    parties.invite(
        dossier.entity,
        email=f"technique@{dossier.tale.host}",
        role=MembershipRole.TECHNICAL_CONTACT,
        by=dossier.vendor,
        at=dossier.now,
    )
