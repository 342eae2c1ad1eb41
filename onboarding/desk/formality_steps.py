"""What is known of the steps done outside the portal: declared, proved by what came after them, or still to do.

They hold nothing up: a production certificate in the portal proves that contract, card, administrators and retrieval
were done, whatever was declared (settled question 14).
"""

from collections.abc import Callable

from onboarding.desk.facts import Act, Facts, Proof
from onboarding.desk.steps import NextAct, Reading, Standing
from onboarding.formalities import eleven
from onboarding.formalities.eleven import Mode
from onboarding.formalities.kinds import Formality

_OF_TEST = frozenset({Formality.TEST_MEANS})


def of(formality: Formality) -> Callable[[Facts], Reading]:
    """How a formality is read from the facts."""

    def read(facts: Facts) -> Reading:
        line = eleven.mode_of(
            formality, facts.direction, format=facts.exchange_format, without_certificate=facts.without_certificate
        )
        if declared := facts.formalities.get(formality):
            proof = (Proof("Preuve", "deposit_download", (declared.proof,)),) if declared.proof else ()
            note = f"Faite le {declared.done_on:%d/%m/%Y}, selon l’éditeur."
            return Reading(done=True, note=note, act=Act(None, declared.declared_by), proofs=proof)
        if line.mode is Mode.SKIPPED:
            return Reading(done=False, note=line.condition, standing=Standing.NOT_NEEDED)
        if proved := _proved(formality, facts):
            standing = Standing.NOT_NEEDED if line.mode is Mode.OPTIONAL else None
            return Reading(done=True, note=proved, standing=standing)
        declare = NextAct("Déclarer comme faite", "formality_declare", (facts.service, formality.value))
        standing = Standing.OPTIONAL if line.mode is Mode.OPTIONAL else Standing.PARALLEL
        return Reading(done=False, note=line.condition, next_act=declare, standing=standing)

    return read


def _proved(formality: Formality, facts: Facts) -> str:
    """What in the portal shows that it was done; empty when nothing does."""
    if facts.production_certificate:
        return f"Constaté : le certificat de production {facts.production_certificate.reference} est déclaré."
    if formality in _OF_TEST and facts.test_certificate:
        return f"Constaté : le certificat de test {facts.test_certificate.reference} est déclaré."
    return ""
