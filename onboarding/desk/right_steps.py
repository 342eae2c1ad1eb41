"""What the facts say of the steps that follow an admission: certificates, tests, whitelist, production."""

from onboarding.campaigns.lifecycle import State as CampaignState
from onboarding.desk.facts import Act, Certificate, Facts, Proof
from onboarding.desk.steps import NextAct, Reading, Standing, Turn
from policy.certificates.environments import Environment
from policy.grants.lifecycle import State as GrantState
from policy.whitelist.lifecycle import State as EntryState
from portal.web import wording

_TESTED = frozenset({CampaignState.DECLARED, CampaignState.VERIFIED})
_ENTERED = frozenset({EntryState.APPROVED, EntryState.SUSPENDED})
_NO_CERTIFICATE = Reading(done=False, note="Le profil 0 se connecte sans certificat.", standing=Standing.NOT_NEEDED)


def test_certificate(facts: Facts) -> Reading:
    """The TEST certificate is declared; profile 0 has none."""
    if facts.grant and not facts.grant.needs_certificate:
        return _NO_CERTIFICATE
    if facts.test_certificate:
        return _certified(facts.test_certificate, "Certificat de test")
    declare = NextAct(
        "Déclarer le certificat de test", "certificate_declare", (facts.service, Environment.SANDBOX.slug)
    )
    return Reading(done=False, note="Certificat IGC-Santé TEST, type ORG AUTH_CLI.", next_act=declare)


def _certified(certificate: Certificate, label: str) -> Reading:
    proof = (Proof(f"{label} {certificate.reference}", "certificate", (certificate.reference,)),)
    return Reading(done=True, act=Act(certificate.declared_at), proofs=proof)


def sandbox(facts: Facts) -> Reading:
    """The agency handed over what it takes to connect to the sandbox."""
    note = "L’agence remet les données de connexion au bac à sable."
    if facts.sandbox_handed_over_at or facts.campaign:
        act = facts.act("campaigns.open")
        return Reading(done=True, act=act if act.at else Act(facts.sandbox_handed_over_at))
    hand_over = (
        NextAct("Remettre les données de connexion", "campaign_open", (facts.grant.reference,)) if facts.grant else None
    )
    return Reading(done=False, note=note, next_act=hand_over)


def tests(facts: Facts) -> Reading:
    """The vendor ran the scenarios and declared that he is done."""
    campaign = facts.campaign
    if campaign is None:
        return Reading(
            done=_verified(facts), note="L’éditeur déroule les scénarios de tests et transmet ses résultats."
        )
    proof = (Proof(f"Campagne de tests {campaign.reference}", "campaign", (campaign.reference,)),)
    if campaign.state in _TESTED:
        return Reading(done=True, act=facts.act("campaigns.declare_end"), proofs=proof)
    act = NextAct("Transmettre les résultats des tests", "campaign", (campaign.reference,))
    if campaign.state == CampaignState.TO_REDO:
        note = "Des tests sont à refaire : la réponse de l’agence dit lesquels."
        return Reading(done=False, note=note, proofs=proof, next_act=act, standing=Standing.REDO)
    note = (
        f"{campaign.runs} rapport{'s' if campaign.runs > 1 else ''} transmis."
        if campaign.runs
        else "Aucun rapport transmis."
    )
    return Reading(done=False, note=note, proofs=proof, next_act=act)


def verification(facts: Facts) -> Reading:
    """The agency verified the tests."""
    campaign = facts.campaign
    if _verified(facts):
        act = facts.act("campaigns.verify", "grants.record_tests")
        return Reading(done=True, act=act if act.at or not facts.grant else Act(facts.grant.tests_verified_at))
    if campaign is None or campaign.state != CampaignState.DECLARED:
        return Reading(done=False, note="L’agence répond sous cinq jours ouvrés après la déclaration de fin des tests.")
    verify = NextAct("Vérifier les tests", "campaign", (campaign.reference,))
    return Reading(done=False, note="L’agence vérifie les tests.", next_act=verify, due=campaign.due)


def _verified(facts: Facts) -> bool:
    campaign_verified = facts.campaign is not None and facts.campaign.state == CampaignState.VERIFIED
    return campaign_verified or bool(facts.grant and facts.grant.tests_verified_at)


def production_pieces(facts: Facts) -> Reading:
    """The PROD certificate (profile 0: none) and the production URL are declared."""
    grant, certificate = facts.grant, facts.production_certificate
    if grant is None:
        return Reading(done=False, note="Le certificat IGC-Santé de production et l’URL du service.")
    if grant.needs_certificate and certificate is None:
        declare = NextAct(
            "Déclarer le certificat de production", "certificate_declare", (facts.service, Environment.PRODUCTION.slug)
        )
        return Reading(done=False, note="Il manque le certificat de production.", next_act=declare)
    proofs = _certified(certificate, "Certificat de production").proofs if certificate else ()
    if not grant.production_url:
        declare = NextAct("Déclarer l’URL de production", "grant_production_url", (grant.reference,))
        return Reading(done=False, note="Il manque l’URL de production.", proofs=proofs, next_act=declare)
    return Reading(done=True, note=grant.production_url, act=facts.act("grants.record_production_url"), proofs=proofs)


def list_confirmed(facts: Facts) -> Reading:
    """Before production the legal representative confirms the exhaustive list (settled question 8)."""
    if facts.grant and facts.grant.list_reference:
        proof = (Proof(f"Liste {facts.grant.list_reference}", "list", (facts.grant.list_reference,)),)
        return Reading(done=True, act=facts.act("lists.confirm", "grants.record_list"), proofs=proof)
    listed = facts.establishment_list
    confirm = NextAct("Confirmer la liste des établissements", "list", (listed.reference,)) if listed else None
    return Reading(done=False, note="Le représentant légal confirme la liste exhaustive.", next_act=confirm)


def attestation(facts: Facts) -> Reading:
    """A client who ordered the connection attests it (consumers)."""
    grant = facts.grant
    if grant and (grant.customer_attestation or "attestation" in grant.stands_in):
        return Reading(done=True, note=grant.customer_attestation, act=facts.act("grants.record_attestation"))
    if grant and grant.attestation_filed:
        proof = (Proof(f"Attestation {grant.attestation_filed}", "customer", (grant.attestation_filed,)),)
        examine = NextAct("Examiner l’attestation", "customer", (grant.attestation_filed,))
        return Reading(done=False, note="L’agence examine l’attestation.", proofs=proof, next_act=examine)
    file = NextAct("Joindre l’attestation d’un commanditaire", "customer_file", (grant.reference,)) if grant else None
    note = "Un client qui a acquis la version reliée au ROR l’atteste ; vous joignez la pièce."
    return Reading(done=False, note=note, next_act=file, turn=Turn.VENDOR)


def whitelist(facts: Facts) -> Reading:
    """An agent proposed the entry, another approved it."""
    entry = facts.entry
    if entry is None:
        propose = (
            NextAct("Proposer l’inscription", "whitelist_propose", (facts.grant.reference, Environment.PRODUCTION.slug))
            if facts.grant
            else None
        )
        return Reading(done=False, note="Un agent propose l’inscription, un autre l’approuve.", next_act=propose)
    access = ("grant_access", (facts.grant.reference,)) if facts.grant else ("entry", (entry.reference,))
    proof = (Proof(f"Inscription {entry.reference}", *access),)  # a page that the vendor may open too
    if entry.state in _ENTERED:
        return Reading(done=True, act=facts.act("whitelist.approve"), proofs=proof)
    if entry.state == EntryState.PROPOSED:
        approve = NextAct("Approuver l’inscription", "entry", (entry.reference,))
        return Reading(done=False, note="La proposition attend une seconde personne.", proofs=proof, next_act=approve)
    again = (
        NextAct(
            "Proposer une nouvelle inscription",
            "whitelist_propose",
            (facts.grant.reference, Environment.PRODUCTION.slug),
        )
        if facts.grant
        else None
    )
    note = "La proposition a été rejetée." if entry.state == EntryState.REJECTED else "L’inscription a été retirée."
    return Reading(done=False, note=note, proofs=proof, next_act=again, standing=Standing.REDO)


def publication(facts: Facts) -> Reading:
    """The signed list that carries the entry was published."""
    entry = facts.entry
    if entry is None or entry.state not in _ENTERED:
        return Reading(done=False, note="La liste signée est publiée aux passerelles à la date d’effet.")
    if entry.published_version is None:
        return Reading(done=False, note="La publication suit à la date d’effet.", due=entry.effective_at.date())
    return Reading(done=True, note=f"Publication n° {entry.published_version}.", act=Act(entry.published_at))


def production(facts: Facts) -> Reading:
    """The right is in force at the gateways."""
    grant = facts.grant
    if grant is None or grant.state == GrantState.PENDING:
        return Reading(done=False, note="Le service échange avec le ROR en production.")
    if grant.state == GrantState.SUSPENDED:
        note = "L’habilitation est suspendue : les passerelles refusent le service."
        return Reading(done=False, note=note, standing=Standing.REDO, turn=Turn.AGENCY)
    if grant.state == GrantState.WITHDRAWN:
        ended = f"Le service a pris fin le {wording.day(facts.ends_on)}" if facts.is_ended and facts.ends_on else ""
        note = f"{ended} : l’habilitation est retirée." if ended else "L’habilitation est retirée."
        return Reading(done=False, note=note, standing=Standing.STOPPED, turn=Turn.NOBODY)
    planned = f"Le service prend fin le {wording.day(facts.ends_on)}." if facts.ends_on else ""
    return Reading(done=True, note=planned, act=facts.act("grants.activate"))
