"""The words of the notification: four variants, in the order in which they are read."""

from dataclasses import replace
from datetime import date

import pytest

from onboarding.committee.letter import Case, compose
from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling
from onboarding.committee.terms import Blocks, Reserve
from policy.grants.direction import Direction

APPEAL = ("Cette décision peut être contestée dans les deux mois.", "Un recours gracieux proroge ce délai.")
AB = Profiles(frozenset("AB"))
CASE = Case(
    candidacy="C-2026-0042",
    service="Lits en direct",
    holder="Exemple Santé",
    direction=Direction.FEEDING,
    requested=AB,
    decided_on=date(2026, 3, 1),
    session="CS-2026-0001",
    charter_signed=True,
    answer_days=5,
    appeal=APPEAL,
)


def test_favourable_letter_says_the_decision_first_and_what_profiles_open() -> None:
    """The decision is the first paragraph; each profile comes with what it opens; nothing to contest."""
    letter = compose(CASE, Ruling(Outcome.ADMIT, AB))
    assert letter.decision.replace("\u00a0", " ") == (
        "Réuni le dimanche 1er mars 2026, le comité d’intégration au cercle de confiance du ROR "
        "a rendu un avis favorable et accorde les profils d’alimentation A et B. "
        "La candidature C-2026-0042 est présentée par Exemple Santé, "
        "pour que le service « Lits en direct » alimente le ROR."
    )
    assert [profile.label[:8] for profile in letter.opened] == ["Profil A", "Profil B"]
    assert all(profile.opens and "n’ouvre jamais" in profile.never for profile in letter.opened)
    assert letter.subject == "Candidature admise : Lits en direct (C-2026-0042)"
    assert letter.appeal == ()
    assert letter.next_steps[0].startswith("Déclarez le certificat de test")
    assert any("5 jours ouvrés" in step for step in letter.next_steps)
    assert any("liste des établissements" in step for step in letter.next_steps)


def test_letter_granting_less_than_asked_says_what_was_asked_and_how_to_contest() -> None:
    """Grounds and appeal come with a partial grant."""
    ruling = Ruling(Outcome.ADMIT, Profiles(frozenset("A")), "La finalité ne comprend pas le lien.\n\nVoir la charte.")
    letter = compose(CASE, ruling)
    assert "accorde le profil d’alimentation A (demande : profils d’alimentation A et B)" in letter.decision
    assert letter.grounds == ("La finalité ne comprend pas le lien.", "Voir la charte.")
    assert letter.appeal == APPEAL


def test_letter_with_reservations_lists_them() -> None:
    """Each line is a reservation; such a decision may be contested."""
    kept = (
        Reserve("Compléter la liste.", Blocks.PRODUCTION, due_on=date(2026, 6, 1)),
        Reserve("Nommer un délégué"),
        Reserve("Justifier le lien", Blocks.PROFILE, "B"),
    )
    letter = compose(CASE, Ruling(Outcome.ADMIT_WITH_RESERVATIONS, AB, "", kept))
    assert [line.replace("\u00a0", " ") for line in letter.reservations] == [
        "Compléter la liste (bloque la mise en production jusqu’à sa levée ; à lever avant le lundi 1er juin 2026).",
        "Nommer un délégué (ne bloque rien).",
        "Justifier le lien (bloque le profil B jusqu’à sa levée).",
    ]
    assert "avis favorable avec réserves" in letter.decision
    assert letter.appeal == APPEAL


@pytest.mark.parametrize(
    ("outcome", "verdict", "subject", "heading", "step"),
    [
        (Outcome.DEFER, "a ajourné sa décision", "Candidature ajournée", "Motifs et pièces attendues", "Complétez"),
        (Outcome.REFUSE, "a rendu un avis défavorable", "Candidature refusée", "Motifs", "Vous pouvez présenter"),
    ],
)
def test_letter_that_admits_nothing(outcome, verdict, subject, heading, step) -> None:
    """No profile, grounds with their heading, what may be done next, how to contest."""
    letter = compose(CASE, Ruling(outcome, Profiles(), "Le mandat manque."))
    assert verdict in letter.decision
    assert "accorde" not in letter.decision
    assert letter.subject.startswith(subject)
    assert letter.grounds_heading == heading
    assert letter.next_steps[0].startswith(step)
    assert letter.opened == ()
    assert letter.appeal == APPEAL


def test_next_steps_ask_for_the_charter_only_when_it_is_not_signed() -> None:
    """The charter comes first when it is lacking."""
    signed = compose(CASE, Ruling(Outcome.ADMIT, AB)).next_steps
    unsigned = compose(replace(CASE, charter_signed=False), Ruling(Outcome.ADMIT, AB)).next_steps
    assert not any("charte" in step for step in signed)
    assert "signe la charte" in unsigned[0]


@pytest.mark.parametrize(("profile", "certified"), [(0, False), (2, True)])
def test_next_steps_of_a_consumer_name_a_certificate_except_for_profile_0(profile, certified) -> None:
    """Profile 0 connects with a secret; consumers bring the attestation of an ordering customer."""
    granted = Profiles(access=profile)
    case = replace(CASE, direction=Direction.CONSUMPTION, requested=granted)
    steps = " ".join(compose(case, Ruling(Outcome.ADMIT, granted)).next_steps)
    assert ("certificat" in steps) is certified
    assert "commanditaire" in steps


def test_correcting_letter_cites_the_former_decision() -> None:
    """A correction says which decision it replaces."""
    letter = compose(replace(CASE, corrects="D-2026-0003"), Ruling(Outcome.ADMIT, AB, "Coquille."))
    assert letter.corrects == "Cette décision rectifie et remplace la décision D-2026-0003."
