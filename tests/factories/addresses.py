"""Every address of the portal that takes arguments: whose they are, at which stage its form lives, who fills it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onboarding.campaigns.models import OrderingCustomer
from onboarding.establishments.models import ListLine
from policy.certificates.models import TrustAnchor
from portal.demo.cast import account_of
from portal.demo.story import Dossier
from portal.parties.queries import mailbox_token
from portal.web.access import Access
from tests.factories.surroundings import (
    announced_of,
    certificate_of,
    installed_of,
    invitation_token,
    lot_of,
    mandate_of,
    proposal_of,
    request_of,
)
from tests.factories.world import World, decision_of, document_of, notice_of, report_of

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


def notice(dossier: Dossier) -> tuple[str]:
    return (notice_of(dossier).reference,)


def report(dossier: Dossier) -> tuple[str]:
    return (report_of(dossier).reference,)


def draft(world: World) -> tuple[str]:
    assert world.draft
    return (world.draft.reference,)


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
    return (certificate_of(dossier).reference,)


def decision(dossier: Dossier) -> tuple[str]:
    return (decision_of(dossier).reference,)


def agenda(dossier: Dossier) -> tuple[str, str]:
    return (dossier.session.reference, dossier.candidacy.reference)


def customer(dossier: Dossier) -> tuple[str]:
    return (OrderingCustomer.objects.get(grant=dossier.grant).reference,)


def joining(dossier: Dossier) -> tuple[str]:
    return (request_of(dossier).reference,)


def proposed(dossier: Dossier) -> tuple[str]:
    return (proposal_of(dossier).reference,)


def and_word(arguments: Arguments, *words: Any) -> Arguments:
    return lambda dossier: (*arguments(dossier), *words)


SANDBOX, PRODUCTION = "bac-a-sable", "production"
REVIEWER, SECRETARY, VERIFIER = "instructrice", "secretaire", "verificateur"
MEMBER, UNDECLARED = "membre_dgos", "membre_cnsa"
MANAGER, APPROVER, SECURITY = "gestionnaire_1", "gestionnaire_2", "gestionnaire_2"

OF_VENDORS: dict[str, Row] = {
    "entity": Row(entity),
    "entity_edit": Row(entity),
    "entity_invite": Row(entity),
    "entity_dismiss": Row(entity),
    "entity_hand_over": Row(entity),
    "mandates": Row(entity),
    "mandate_new": Row(entity),
    "service_new": Row(entity),
    "claim": Row(claim),
    "claim_verify": Row(claim, "claimed", REVIEWER),
    "claim_refuse": Row(claim, "claimed", REVIEWER),
    "deposit_download": Row(proof),
    "document_download": Row(document),
    "service": Row(service),
    "service_edit": Row(service),
    "formalities": Row(service),
    "formality_declare": Row(and_word(service, "retrait")),
    "formality_withdraw": Row(and_word(service, "contrat")),
    "sheet_prepare": Row(and_word(service, "F413")),
    "form_filled": Row(and_word(service, "F413")),
    "candidacy_open": Row(service),
    "candidacy_register": Row(service, actor=REVIEWER),
    "candidacy": Row(candidacy),
    "candidacy_submit": Row(candidacy, "filled"),
    "candidacy_corrections": Row(candidacy, "returned"),
    "candidacy_version": Row(and_word(candidacy, 1)),
    "candidacy_pieces": Row(candidacy, "draft"),
    "piece_download": Row(and_word(candidacy, 1)),
    "candidacy_confidential": Row(candidacy, actor=REVIEWER),
    "candidacy_keep_confidential": Row(candidacy, "draft"),
    "candidacy_withdraw": Row(candidacy, "filled"),
    "candidacy_block": Row(and_word(candidacy, "finalite"), "draft"),
    "message_write": Row(candidacy),
    "comment_drop": Row(and_word(candidacy, 1), "reviewed", REVIEWER),
    "candidacy_take": Row(candidacy, "deposited", REVIEWER),
    "candidacy_assign": Row(candidacy, "deposited", REVIEWER),
    "candidacy_comment": Row(candidacy, "reviewed", REVIEWER),
    "candidacy_assess": Row(candidacy, "reviewed", REVIEWER),
    "candidacy_return": Row(candidacy, "reviewed", REVIEWER),
    "candidacy_complete": Row(candidacy, "reviewed", REVIEWER),
    "dossier": Row(candidacy, actor=REVIEWER),
    "letter_draft": Row(candidacy, actor=REVIEWER),
    "letter_send": Row(candidacy, actor=REVIEWER),
    "dossier_follow": Row(candidacy, actor=REVIEWER),
    "note_write": Row(candidacy, actor=REVIEWER),
    "note_withdraw": Row(and_word(candidacy, 1), actor=REVIEWER),
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
    "decide_project": Row(agenda, "complete", SECRETARY),
    "session_point": Row(agenda, "complete", SECRETARY),
    "session_projector": Row(agenda, "complete", SECRETARY),
    "point_recuse": Row(agenda, "called", MEMBER),
    "point_opinion": Row(agenda, "called", MEMBER),
    "point_vote": Row(agenda, "sitting", MEMBER),
    "point_ballot": Row(agenda, "sitting", SECRETARY),
    "point_minutes": Row(agenda, "sitting", SECRETARY),
    "regional_dossier": Row(candidacy, "complete", SECRETARY),
    "regional_decide": Row(candidacy, "complete", SECRETARY),
    "regional_decide_project": Row(candidacy, "complete", SECRETARY),
    "decision": Row(decision),
    "decision_correct": Row(decision, actor=SECRETARY),
    "decision_correct_project": Row(decision, actor=SECRETARY),
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
    "grant_how_to_connect": Row(grant),
    "grant_production_url": Row(grant, "testing"),
    "grant_connection": Row(and_word(grant, PRODUCTION), "testing", MANAGER),
    "grant_secret": Row(and_word(grant, PRODUCTION)),
    "grant_secret_shown": Row(and_word(grant, PRODUCTION)),
    "grant_secret_issue": Row(and_word(grant, PRODUCTION), actor=MANAGER),
    "grant_withdraw": Row(grant, actor=MANAGER),
    "change_kind": Row(grant),
    "change_new": Row(and_word(grant, "url")),
    "breach_new": Row(grant, actor=MANAGER),
    "sanction_new": Row(grant, actor=MANAGER),
    "sanction_new_project": Row(grant, actor=MANAGER),
    "customer": Row(customer),
    "customer_accept": Row(customer, actor=REVIEWER),
    "customer_file": Row(grant),
    "customer_refuse": Row(customer, actor=REVIEWER),
    "whitelist_propose": Row(and_word(grant, PRODUCTION), "ready", MANAGER),
    "certificate_declare": Row(and_word(service, SANDBOX), "draft"),
    "certificate": Row(certificate),
    "certificate_file": Row(certificate),
    "certificate_acknowledge": Row(certificate),
    "certificate_check": Row(certificate),
    "certificate_possession": Row(certificate),
    "certificate_batch_declare": Row(and_word(lambda dossier: (installed_of(dossier).reference,), SANDBOX)),
    "declared_name_declare": Row(and_word(service, SANDBOX)),
    "server_declare": Row(and_word(service, PRODUCTION)),
    "certificate_retire": Row(certificate, "granted"),
    "entry": Row(entry, actor=MANAGER),
    "entry_approve": Row(entry, "proposed", APPROVER),
    "entry_reject": Row(entry, "proposed", APPROVER),
    "entry_suspend": Row(entry, actor=MANAGER),
    "entry_propose_reinstatement": Row(entry, actor=MANAGER),
    "entry_reinstate": Row(entry, "suspended", APPROVER),
    "entry_keep_suspended": Row(entry, "suspended", APPROVER),
    "entry_withdraw": Row(entry, actor=MANAGER),
    "entry_overlap": Row(entry, actor=MANAGER),
}


OF_VENDORS |= {
    "notice": Row(notice, actor=REVIEWER),
    "notice_follow_up": Row(notice, actor=REVIEWER),
    "notice_end": Row(notice, actor=REVIEWER),
    "notice_acknowledge": Row(notice),
    "report": Row(report),
    "report_answer": Row(report, actor=REVIEWER),
    "report_take": Row(report, actor=REVIEWER),
    "report_close": Row(report),
    "listing": Row(service),
    "join": Row(joining),
    "join_accept": Row(joining),
    "join_refuse": Row(joining),
    "join_withdraw": Row(joining, actor="arrivante"),
    "mandate_end": Row(lambda dossier: (mandate_of(dossier).reference,)),
    "declared_name_withdraw": Row(lambda dossier: (announced_of(dossier).reference,)),
    "certificate_proposal": Row(proposed),
    "certificate_proposal_decide": Row(and_word(proposed, "ecarter")),
    "certificate_batch": Row(lambda dossier: (lot_of(dossier).reference,)),
}


def session(world: World) -> tuple[str]:
    return (world.stages["complete"].session.reference,)


def handle(world: World) -> tuple[Any]:
    return (world.mine.vendor.handle,)


def token(world: World) -> tuple[str]:
    assert world.token
    return (world.token.prefix,)


def held(world: World) -> tuple[str]:
    return (certificate_of(world.stages["testing"]).reference,)


def anchor(world: World) -> tuple[str]:
    assert world.anchor
    return (world.anchor.reference,)


def batch(world: World) -> tuple[str]:
    assert world.batch
    return (world.batch.reference,)


def setting(world: World) -> tuple[str]:
    assert world.setting
    return (world.setting.reference,)


def role(world: World) -> tuple[str]:
    assert world.role
    return (world.role.reference,)


def called(world: World) -> tuple[str]:
    return (world.stages["called"].session.reference,)


def living(name: str, actor: str, *words: str) -> Common:
    """The row of `world.alive` under that name, then these words."""
    return Common(lambda world: (world.alive[name], *words), actor)


COMMON: dict[str, Common] = {
    "account_sheet": Common(handle),
    "account_assign": Common(handle),
    "account_withdraw": Common(lambda world: (account_of("instructrice").handle, "reviewer")),
    "account_close": Common(handle),
    "account_tie": Common(handle),
    "account_tie_confirm": Common(lambda world: (world.others["double"].handle,), "administratrice"),
    "account_tie_drop": Common(lambda world: (world.others["double"].handle,)),
    "role_proposal": Common(role),
    "role_confirm": Common(role, "administratrice"),
    "role_reject": Common(role),
    "account_reopen": Common(lambda world: (world.others["partie"].handle,)),
    "official_form_match": living("official_form_match", REVIEWER),
    "token": Common(token),
    "token_revoke": Common(token),
    "notice_edit": Common(draft, REVIEWER),
    "notice_publish": Common(draft, REVIEWER),
    "notice_drop": Common(draft, REVIEWER),
    "invitation": Common(lambda world: (invitation_token(world),), "invitee"),
    "invitation_withdraw": Common(lambda world: (world.invitation.reference,), "representante"),  # type: ignore[union-attr]
    "invitation_resend": Common(lambda world: (world.invitation.reference,), "representante"),  # type: ignore[union-attr]
    "mailbox_confirm": Common(lambda world: (mailbox_token(world.mine.entity),), "representante"),
    **{
        name: Common(lambda world: ("ME-2026-0001",), MANAGER)
        for name in (
            "sanction",
            "sanction_observe",
            "sanction_decide",
            "sanction_decide_project",
            "sanction_confirm_project",
            "sanction_confirm",
            "sanction_drop",
            "sanction_propose_lifting",
            "sanction_keep",
            "sanction_lift",
        )
    },
    "change": living("change_sign", "representante"),
    **{f"change_{act}": living(f"change_{act}", "representante") for act in ("sign", "withdraw")},
    "change_call_off": living("change_call_off", "representante"),
    **{f"change_{act}": living(f"change_{act}", REVIEWER) for act in ("take", "accept", "refuse", "apply")},
    "breach": living("breach_observe", MANAGER),
    "breach_observe": living("breach_observe", "representante"),
    **{f"breach_{act}": living(f"breach_{act}", MANAGER) for act in ("notify", "conclude", "drop")},
    "confirmation": living("confirmation", "representante"),
    "legal_text": Common(lambda world: ("charte-alimentation",), "politique"),
    "legal_text_publish": Common(lambda world: ("charte-alimentation",)),
    "legal_text_version": Common(lambda world: ("charte-alimentation", 1)),
    "legal_text_follow_up": Common(lambda world: ("charte-alimentation", 1)),
    "legal_text_pdf": Common(lambda world: ("charte-alimentation", 1)),
    "legal_text_bytes": Common(lambda world: ("charte-alimentation", 1)),
    "document_check": Common(lambda world: (document_of(world.mine).verification_code,)),
    "session": Common(session, SECRETARY),
    "session_edit": Common(session, SECRETARY),
    "session_close": Common(session, SECRETARY),
    "agenda_enter": Common(session, SECRETARY),
    "session_minutes": Common(session, SECRETARY),
    "session_convene": Common(session, SECRETARY),
    "session_remind": Common(called, SECRETARY),
    "session_pack": Common(session, SECRETARY),
    "session_interests": Common(called, UNDECLARED),
    "session_open": Common(called, SECRETARY),
    "session_batch": Common(session, SECRETARY),
    "session_endorse": Common(session, SECRETARY),
    "session_release": Common(session, SECRETARY),
    "seat_end": living("seat_end", SECRETARY),
    "reservation_lift": Common(lambda world: ("RS-2026-0001",), SECRETARY),
    "proposal_confirm": Common(lambda world: ("PR-2026-0001",), SECRETARY),
    "proposal_set_aside": Common(lambda world: ("PR-2026-0001",), SECRETARY),
    "nomenclature": Common(lambda world: ("TRE_R78",), REVIEWER),
    "profile": Common(lambda world: ("A",), "politique"),
    **{
        f"policy_{name}": Common(lambda world, number=number: (number,), "politique")  # type: ignore[misc]
        for name, number in {
            "describe": "2",
            "findings": "2",
            "differences": "2",
            "impact": "2",
            "matrix": "1",
            "new_draft": "1",
            "reopen": "3",
        }.items()
    },
    "policy_approve": Common(lambda world: ("3",), "politique_2"),
    "policy_publish": Common(lambda world: ("4",), "politique"),
    "policy_cell": Common(lambda world: ("2", "Location.equipment", "3"), "politique"),
    "policy_choice": Common(lambda world: ("2", "nombre-de-profils"), "politique"),
    "name_holding": Common(held, MANAGER),
    "name_release_propose": Common(lambda world: (certificate_of(world.stages["granted"]).reference,), MANAGER),
    "name_release_decide": Common(lambda world: (*held(world), "garder"), APPROVER),
    "trust_anchor": Common(anchor),
    "trust_anchor_decide": Common(lambda world: (*anchor(world), "reconnaitre"), "administratrice"),
    "trust_anchor_withdrawal": Common(
        lambda world: (TrustAnchor.objects.filter(state="trusted").latest("pk").reference,)
    ),
    "list_loss": living("list_loss_propose", MANAGER),
    "list_loss_propose": living("list_loss_propose", MANAGER),
    "list_loss_decide": living("list_loss_decide", APPROVER, "accepter"),
    "signing_key_decide": living("signing_key_decide", "administratrice", "mettre-en-vigueur"),
    "view_drop": Common(lambda world: (world.view.reference,), REVIEWER),  # type: ignore[union-attr]
    "batch": Common(batch, REVIEWER),
    "batch_undo": Common(batch, REVIEWER),
    "parameter_approve": Common(setting, "administratrice"),
    "parameter_reject": Common(setting),
    "api_certificate": Common(lambda world: certificate(world.mine)),
    "api_certificate_proposal": Common(lambda world: (proposal_of(world.mine).reference,)),
    "server_certificate": Common(lambda world: ("CS-2026-0001",), MANAGER),
    "server_retire": Common(lambda world: ("CS-2026-0001",), "representante"),
    "rollover": living("rollover", MANAGER),
    "rollover_open": Common(lambda world: ("AC-2026-0001",), MANAGER),
    "rollover_extend": living("rollover", MANAGER),
    "rollover_act": living("rollover", MANAGER, "relancer"),
    "policy_version": Common(lambda world: ("1",), "politique"),
    "policy_source": Common(lambda world: ("1",), "politique"),
    **{
        name: Common(lambda world: ("RP-1999-0001",), MANAGER)
        for name in ("takeover", "takeover_confirm", "takeover_release", "takeover_set_aside")
    },
    "export": Common(lambda world: ("EX-1999-0001",), REVIEWER),
    "export_file": Common(lambda world: ("EX-1999-0001",), REVIEWER),
    "desk_list": Common(lambda world: ("chartes-a-signer",), REVIEWER),
    "takeover_template": Common(lambda world: ("csv",), MANAGER),
    "letter_model": living("letter_model", SECRETARY),
    "letter_model_rewrite": living("letter_model", SECRETARY),
    "letter_model_retire": living("letter_model", SECRETARY),
    "figure_export": Common(lambda world: ("etapes", "csv"), REVIEWER),
    "public_figure_csv": Common(lambda world: ("profils",)),
    "dossier_export": Common(lambda world: ("csv",), REVIEWER),
    "region": Common(lambda world: ("84",)),
    "parameter": Common(lambda world: ("claims.proof_months",)),
    "parameter_set": Common(lambda world: ("claims.proof_months",)),
    "api_candidacy": Common(lambda world: (world.mine.candidacy.reference,)),
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
