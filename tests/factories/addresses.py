"""Every address of the portal that takes arguments: whose they are, at which stage its form lives, who fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onboarding.campaigns.models import OrderingCustomer
from onboarding.establishments.models import ListLine
from policy.certificates.models import Certificate
from portal.demo.story import Dossier
from portal.web.access import Access
from tests.factories.world import World, decision_of, document_of

Arguments = Callable[[Dossier], tuple[Any, ...]]


@dataclass(frozen=True)
class Row:
    """Arguments drawn from a vendor's dossier; `stage` and `actor` are those at which the page has its form."""

    arguments: Arguments
    stage: str = "live"
    actor: str = "representante"


@dataclass(frozen=True)
class Common:
    """Arguments that belong to no vendor, drawn from the world; `status` is what a vendor is answered."""

    arguments: Callable[[World], tuple[Any, ...]]
    actor: str = "administrateur"


def entity(dossier: Dossier) -> tuple[str]:
    return (dossier.entity.reference,)


def service(dossier: Dossier) -> tuple[str]:
    return (dossier.service.reference,)


def candidacy(dossier: Dossier) -> tuple[str]:
    return (dossier.candidacy.reference,)


def claim(dossier: Dossier) -> tuple[str]:
    return (dossier.claim.reference,)


def proof(dossier: Dossier) -> tuple[str]:
    return (dossier.claim.proof.reference,)


def document(dossier: Dossier) -> tuple[str]:
    return (document_of(dossier).reference,)


def listing(dossier: Dossier) -> tuple[str]:
    return (dossier.list.reference,)


def line(dossier: Dossier) -> tuple[str, int]:
    return (dossier.list.reference, ListLine.objects.filter(list=dossier.list).values_list("rank", flat=True)[0])


def grant(dossier: Dossier) -> tuple[str]:
    return (dossier.grant.reference,)


def campaign(dossier: Dossier) -> tuple[str]:
    return (dossier.campaign.reference,)


def result(dossier: Dossier) -> tuple[str, int]:
    return (dossier.campaign.reference, 1)


def entry(dossier: Dossier) -> tuple[str]:
    return (dossier.entry.reference,)


def certificate(dossier: Dossier) -> tuple[str]:
    return (Certificate.objects.filter(service=dossier.service).latest("pk").reference,)


def decision(dossier: Dossier) -> tuple[str]:
    return (decision_of(dossier).reference,)


def agenda(dossier: Dossier) -> tuple[str, str]:
    return (dossier.session.reference, dossier.candidacy.reference)


def customer(dossier: Dossier) -> tuple[str]:
    return (OrderingCustomer.objects.get(grant=dossier.grant).reference,)


def and_word(arguments: Arguments, *words: Any) -> Arguments:
    return lambda dossier: (*arguments(dossier), *words)


SANDBOX, PRODUCTION = "bac-a-sable", "production"
REVIEWER, SECRETARY, VERIFIER = "instructrice", "secretaire", "verificateur"
MANAGER, APPROVER, SECURITY = "gestionnaire_1", "gestionnaire_2", "gestionnaire_2"

OF_VENDORS: dict[str, Row] = {
    "entity": Row(entity),
    "entity_edit": Row(entity),
    "entity_invite": Row(entity),
    "entity_dismiss": Row(entity),
    "service_new": Row(entity),
    "claim": Row(claim),
    "claim_verify": Row(claim, "claimed", REVIEWER),
    "claim_refuse": Row(claim, "claimed", REVIEWER),
    "deposit_download": Row(proof),
    "document_download": Row(document),
    "service": Row(service),
    "service_edit": Row(service),
    "candidacy_open": Row(service),
    "candidacy": Row(candidacy),
    "candidacy_submit": Row(candidacy, "filled"),
    "candidacy_withdraw": Row(candidacy, "filled"),
    "candidacy_block": Row(and_word(candidacy, "finalite"), "draft"),
    "message_write": Row(candidacy),
    "comment_answer": Row(and_word(candidacy, 1), "reviewed"),
    "comment_drop": Row(and_word(candidacy, 1), "reviewed", REVIEWER),
    "candidacy_take": Row(candidacy, "deposited", REVIEWER),
    "candidacy_comment": Row(candidacy, "reviewed", REVIEWER),
    "candidacy_assess": Row(candidacy, "reviewed", REVIEWER),
    "candidacy_return": Row(candidacy, "reviewed", REVIEWER),
    "candidacy_complete": Row(candidacy, "reviewed", REVIEWER),
    "dossier": Row(candidacy, actor=REVIEWER),
    "dossier_tab": Row(and_word(candidacy, "echanges"), actor=REVIEWER),
    "legal_text_sign": Row(lambda dossier: ("charte-alimentation", dossier.service.reference), "draft"),
    "establishments": Row(service),
    "list_upload": Row(service, "draft"),
    "list": Row(listing, "filled"),
    "list_download": Row(listing, "filled"),
    "list_confirm": Row(listing, "tested"),
    "list_line": Row(line, "filled"),
    "list_line_remove": Row(line, "filled"),
    "agenda_remove": Row(agenda, "complete", SECRETARY),
    "decide": Row(agenda, "complete", SECRETARY),
    "decision": Row(decision),
    "decision_correct": Row(decision, actor=SECRETARY),
    "campaign_open": Row(grant, "granted", VERIFIER),
    "campaign": Row(campaign),
    "report_import": Row(campaign, "testing"),
    "campaign_declare": Row(campaign, "testing"),
    "accept_conforming": Row(campaign, "tested", VERIFIER),
    "result_accept": Row(result, "tested", VERIFIER),
    "campaign_verify": Row(campaign, "tested", VERIFIER),
    "campaign_redo": Row(campaign, "tested", VERIFIER),
    "grant": Row(grant),
    "grant_access": Row(grant),
    "grant_production_url": Row(grant, "testing"),
    "grant_connection": Row(and_word(grant, PRODUCTION), "testing", MANAGER),
    "grant_secret": Row(and_word(grant, PRODUCTION)),
    "grant_secret_shown": Row(and_word(grant, PRODUCTION)),
    "grant_secret_issue": Row(and_word(grant, PRODUCTION), actor=MANAGER),
    "grant_withdraw": Row(grant, actor=MANAGER),
    "customer": Row(customer),
    "customer_accept": Row(customer, actor=VERIFIER),
    "customer_file": Row(grant),
    "customer_refuse": Row(customer, actor=VERIFIER),
    "whitelist_propose": Row(and_word(grant, PRODUCTION), "ready", MANAGER),
    "certificate_declare": Row(and_word(service, SANDBOX), "draft"),
    "certificate": Row(certificate),
    "certificate_file": Row(certificate),
    "certificate_check": Row(certificate),
    "certificate_possession": Row(certificate),
    "certificate_batch_declare": Row(and_word(service, PRODUCTION)),
    "declared_name_declare": Row(and_word(service, PRODUCTION)),
    "certificate_retire": Row(certificate, "granted"),
    "entry": Row(entry, actor=MANAGER),
    "entry_approve": Row(entry, "proposed", APPROVER),
    "entry_reject": Row(entry, "proposed", APPROVER),
    "entry_suspend": Row(entry, actor=MANAGER),
    "entry_propose_reinstatement": Row(entry, actor=MANAGER),
    "entry_reinstate": Row(entry, actor=APPROVER),
    "entry_keep_suspended": Row(entry, actor=APPROVER),
    "entry_withdraw": Row(entry, actor=MANAGER),
}


def session(world: World) -> tuple[str]:
    return (world.stages["complete"].session.reference,)


def handle(world: World) -> tuple[Any]:
    return (world.mine.vendor.handle,)


def token(world: World) -> tuple[str]:
    assert world.token
    return (world.token.prefix,)


COMMON: dict[str, Common] = {
    "account_sheet": Common(handle),
    "account_assign": Common(handle),
    "account_withdraw": Common(lambda world: (*handle(world), "reviewer")),
    "account_close": Common(handle),
    "account_reopen": Common(handle),
    "token": Common(token),
    "token_revoke": Common(token),
    "invitation": Common(lambda world: ("jeton-inconnu",), "representante"),
    "invitation_withdraw": Common(lambda world: (world.invitation.reference,), "representante"),  # type: ignore[union-attr]
    "legal_text": Common(lambda world: ("charte-alimentation",), "politique"),
    "legal_text_publish": Common(lambda world: ("charte-alimentation",)),
    "legal_text_version": Common(lambda world: ("charte-alimentation", 1)),
    "legal_text_bytes": Common(lambda world: ("charte-alimentation", 1)),
    "document_check": Common(lambda world: ("AAAA-BBBB-CCCC-DDDD",)),
    "session": Common(session, SECRETARY),
    "session_edit": Common(session, SECRETARY),
    "session_close": Common(session, SECRETARY),
    "agenda_enter": Common(session, SECRETARY),
    "session_minutes": Common(session, SECRETARY),
    "nomenclature": Common(lambda world: ("TRE_R78",), REVIEWER),
    "profile": Common(lambda world: ("A",), "politique"),
    "policy_cell": Common(lambda world: ("1", "bed", "A"), "politique"),
    "policy_choice": Common(lambda world: ("1", "x"), "politique"),
    **{
        f"policy_{name}": Common(lambda world: ("1",), "politique")
        for name in ("approve", "describe", "differences", "findings", "matrix", "impact", "new_draft", "reopen")
    },
    "certificate_batch": Common(lambda world: ("LC-2026-0001",), MANAGER),
    "declared_name_withdraw": Common(lambda world: ("DN-2026-0001",), "representante"),
    "trust_anchor": Common(lambda world: ("AC-2026-0001",), MANAGER),
    "trust_anchor_decide": Common(lambda world: ("AC-2026-0001", "approuver"), MANAGER),
    "trust_anchor_withdrawal": Common(lambda world: ("AC-2026-0001",), MANAGER),
    "policy_version": Common(lambda world: ("1",), "politique"),
    "policy_source": Common(lambda world: ("1",), "politique"),
    "policy_publish": Common(lambda world: ("1",), "politique"),
    "region": Common(lambda world: ("84",)),
    "parameter": Common(lambda world: ("claims.proof_months",)),
    "parameter_set": Common(lambda world: ("claims.proof_months",)),
    "parameter_approve": Common(lambda world: ("RG-2026-0001",)),
    "parameter_reject": Common(lambda world: ("RG-2026-0001",)),
    "api_whitelist_version": Common(lambda world: (1,)),
    "account_confirm_email": Common(lambda world: ("cle",)),
    "account_reset_password_from_key": Common(lambda world: ("1", "cle-inconnue")),
    "mfa_remove_webauthn": Common(lambda world: (1,)),
    "mfa_edit_webauthn": Common(lambda world: (1,)),
}


@dataclass(frozen=True)
class Address:
    """A route: its name, how many arguments it takes, what its view declared (None: the account library's)."""

    name: str
    arguments: int
    access: Access | None

    @property
    def writes(self) -> bool:
        """True for a view that may save."""
        return self.access is not None and self.access.kind == "writes"


def routes() -> list[Address]:
    """Every named route of the resolver, once per name (the one with most arguments)."""
    from django.urls import get_resolver

    found: dict[str, Address] = {}
    for name, arguments, callback in _walked(get_resolver()):
        if name not in found or found[name].arguments < arguments:
            found[name] = Address(name, arguments, getattr(callback, "access", None))
    return sorted(found.values(), key=lambda address: address.name)


def _walked(resolver: Any, before: int = 0) -> Any:
    for pattern in resolver.url_patterns:
        arguments = before + pattern.pattern.regex.groups
        if hasattr(pattern, "url_patterns"):
            yield from _walked(pattern, arguments)
        else:
            yield pattern.name, arguments, pattern.callback
