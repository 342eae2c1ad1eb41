"""What the facts say of the request's own steps: from the claim of the legal entity to the notification."""

from onboarding.candidacies.lifecycle import State
from onboarding.desk.facts import Act, Candidacy, Facts, Proof
from onboarding.desk.steps import NextAct, Reading, Standing, Turn
from onboarding.legaltexts.kinds import CHARTERS
from onboarding.vendors.lifecycle import State as ClaimState
from portal.web import wording

_EDITED = frozenset({State.DRAFT, State.RETURNED, State.ABANDONED})
_DEPOSITED = frozenset(State) - _EDITED
_ANSWERED = frozenset({State.ADMITTED, State.DEFERRED, State.REFUSED})
_EXAMINED = _ANSWERED | {State.COMPLETE}


def claim(facts: Facts) -> Reading:
    """The agency verified who represents the legal entity; without a claim here, it was settled elsewhere."""
    filed = facts.claim
    if filed is None:
        return Reading(done=True, note="La personne morale est déjà rattachée.")
    proof = (Proof(f"Demande de rattachement {filed.reference}", "claim", (filed.reference,)),)
    if filed.state == ClaimState.VERIFIED:
        return Reading(done=True, act=facts.act("claims.verify"), proofs=proof)
    if filed.state == ClaimState.REFUSED:
        note = "La demande de rattachement a été refusée."
        return Reading(done=False, note=note, proofs=proof, standing=Standing.STOPPED, turn=Turn.NOBODY)
    verify = NextAct("Vérifier la demande de rattachement", "claim", (filed.reference,))
    return Reading(done=False, note="L’agence vérifie la qualité du représentant légal.", proofs=proof, next_act=verify)


def service(facts: Facts) -> Reading:
    """The service exists: its sheet is the proof."""
    return Reading(
        done=True, act=facts.act("services.open"), proofs=(Proof("Fiche du service", "service", (facts.service,)),)
    )


def candidacy(facts: Facts) -> Reading:
    """The form is filled: nothing is missing, no comment waits for an answer."""
    request = facts.candidacy
    if request is None and facts.ends_on:
        told = "Le service a pris fin le" if facts.is_ended else "La fin du service est acceptée pour le"
        note = f"{told} {wording.day(facts.ends_on)}."
        return Reading(done=False, note=note, standing=Standing.STOPPED, turn=Turn.NOBODY)
    if request is None:
        opening = NextAct("Commencer une candidature", "candidacy_open", (facts.service,))
        return Reading(done=False, note="Aucune candidature n’est commencée.", next_act=opening)
    proof = (Proof(f"Candidature {request.reference}", "candidacy", (request.reference,)),)
    if request.state == State.WITHDRAWN:
        note = "Le service a pris fin." if facts.is_ended else "L’éditeur a retiré sa candidature."
        return Reading(done=False, note=note, proofs=proof, standing=Standing.STOPPED, turn=Turn.NOBODY)
    if request.state == State.ABANDONED:
        note = "Le portail a clos ce brouillon, que personne ne remplissait."
        return Reading(done=False, note=note, proofs=proof, standing=Standing.STOPPED, turn=Turn.NOBODY)
    if request.state == State.RETURNED:
        return _to_correct(request, proof)
    filled = request.state in _DEPOSITED or not request.missing
    note = "" if filled else f"Il manque : {', '.join(request.missing)}."
    filling = NextAct("Compléter la candidature", "candidacy", (request.reference,))
    return Reading(done=filled, note=note, act=facts.act("candidacies.submit"), proofs=proof, next_act=filling)


def _to_correct(request: Candidacy, proof: tuple[Proof, ...]) -> Reading:
    count = request.comments
    note = f"{count} point{'s' if count > 1 else ''} à traiter." if count else "Tout est traité : déposez à nouveau."
    correcting = NextAct("Corriger la candidature", "candidacy_corrections", (request.reference,))
    return Reading(done=False, note=note, proofs=proof, next_act=correcting, standing=Standing.REDO)


def establishment_list(facts: Facts) -> Reading:
    """A feeding request names at least one valid establishment."""
    listed = facts.establishment_list
    if listed is None:
        upload = NextAct("Déposer la liste des établissements", "list_upload", (facts.service,))
        return Reading(done=False, note="Aucune liste n’est déposée.", next_act=upload)
    proof = (Proof(f"Liste {listed.reference}", "list", (listed.reference,)),)
    repair = NextAct("Corriger la liste", "list", (listed.reference,))
    wrong = listed.total - listed.valid
    note = f"{listed.valid} établissement{'s' if listed.valid > 1 else ''}"
    note += f", {wrong} ligne{'s' if wrong > 1 else ''} à corriger." if wrong else "."
    act = facts.act("lists.upload", "lists.confirm")
    return Reading(done=listed.valid > 0, note=note, act=act, proofs=proof, next_act=repair)


def charter(facts: Facts) -> Reading:
    """The legal representative signed the charter for this service."""
    if facts.charter_signed_at is None and facts.grant and "charter" in facts.grant.stands_in:
        return Reading(done=True, note="La charte n’est pas exigée de ce service, ou sa signature est reprise.")
    if facts.charter_signed_at is None and facts.charter_waiver:
        return Reading(done=False, note=f"{facts.charter_waiver}.", standing=Standing.NOT_NEEDED, turn=Turn.NOBODY)
    if facts.charter_signed_at is None:
        sign = NextAct("Lire et signer la charte", "legal_text_sign", (CHARTERS[facts.direction].slug, facts.service))
        return Reading(done=False, note="Le représentant légal signe la charte.", next_act=sign)
    proof = _document("Charte signée", facts.charter_document)
    return Reading(done=True, act=facts.act("signatures.sign"), proofs=proof)


def deposit(facts: Facts) -> Reading:
    """The legal representative handed the candidacy over."""
    request = facts.candidacy
    if request is None or request.state in _EDITED | {State.WITHDRAWN}:
        reference = request.reference if request else ""
        submit = NextAct("Déposer la candidature", "candidacy", (reference,)) if request else None
        return Reading(done=False, note="Le représentant légal dépose la candidature.", next_act=submit)
    proof = _document("Récépissé de dépôt", facts.receipt_document)
    return Reading(done=True, act=facts.act("candidacies.submit"), proofs=proof)


def review(facts: Facts) -> Reading:
    """The agency read the request and declared it complete."""
    request = facts.candidacy
    if request is None:
        return Reading(done=False, note=_REVIEW)
    if request.state in _EXAMINED:
        return Reading(done=True, act=facts.act("candidacies.declare_complete"))
    if request.state == State.UNDER_REVIEW:
        taken = facts.act("candidacies.take").actor
        go_on = NextAct("Poursuivre l’instruction", "dossier", (request.reference,))
        return Reading(
            done=False, note=f"Instruction par {taken}." if taken else "Instruction en cours.", next_act=go_on
        )
    take = NextAct("Prendre le dossier", "dossier", (request.reference,)) if request.state == State.SUBMITTED else None
    return Reading(done=False, note=_REVIEW, next_act=take)


_REVIEW = "Un instructeur prend le dossier, puis le déclare complet ou demande des compléments."


def committee(facts: Facts) -> Reading:
    """The committee decided."""
    request, decision = facts.candidacy, facts.decision
    proof = (Proof(f"Décision {decision.reference}", "decision", (decision.reference,)),) if decision else ()
    if request is None or request.state not in _EXAMINED:
        return Reading(done=False, note="Le comité donne un avis et accorde un ou plusieurs profils.", proofs=proof)
    act = facts.act("decisions.record", "decisions.correct")
    if request.state == State.ADMITTED:
        return Reading(done=True, note=f"{decision.label}." if decision else "", act=act, proofs=proof)
    if request.state == State.REFUSED:
        note = "Le comité a rendu un avis défavorable."
        return Reading(done=False, note=note, act=act, proofs=proof, standing=Standing.STOPPED, turn=Turn.NOBODY)
    if request.state == State.DEFERRED:
        return _deferred(request, proof)
    return _awaiting_session(request)


def _deferred(request: Candidacy, proof: tuple[Proof, ...]) -> Reading:
    note = "Le comité a ajourné sa décision : complétez la candidature puis déposez-la à nouveau."
    complete = NextAct("Compléter la candidature", "candidacy", (request.reference,))
    return Reading(done=False, note=note, proofs=proof, next_act=complete, standing=Standing.REDO, turn=Turn.VENDOR)


def _awaiting_session(request: Candidacy) -> Reading:
    if not request.session:
        enter = NextAct("Inscrire à l’ordre du jour", "dossier", (request.reference,))
        return Reading(done=False, note="À inscrire à l’ordre du jour d’une séance.", next_act=enter)
    decide = NextAct("Enregistrer la décision", "session", (request.session,))
    note = f"Inscrite à l’ordre du jour de la séance {request.session}."
    return Reading(done=False, note=note, next_act=decide, due=request.session_on)


def notification(facts: Facts) -> Reading:
    """The letter left."""
    decision = facts.decision
    if decision is None or decision.letter_issued_at is None or not _is_decided(facts):
        return Reading(done=False, note="Le courrier part dès que la décision est enregistrée.")
    proof = (Proof("Courrier de notification", "decision", (decision.reference,)),)
    return Reading(done=True, act=Act(decision.letter_issued_at), proofs=proof)


def _is_decided(facts: Facts) -> bool:
    """Whether the decision answers the request as it stands; after a deferral, a new deposit waits for another one."""
    return facts.candidacy is not None and facts.candidacy.state in _ANSWERED


def _document(label: str, reference: str) -> tuple[Proof, ...]:
    return (Proof(label, "document_download", (reference,)),) if reference else ()
