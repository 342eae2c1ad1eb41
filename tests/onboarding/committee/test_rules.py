"""Which rulings may be recorded: profiles by direction, grounds, reservations, corrections."""

import pytest

from onboarding.committee.outcomes import Outcome
from onboarding.committee.rules import Profiles, Ruling, problems
from onboarding.committee.terms import Blocks, Motive, Reserve
from policy.grants.direction import Direction

A = Profiles(frozenset("A"))
AB = Profiles(frozenset("AB"))
NONE = Profiles()


def fields(
    ruling: Ruling, *, requested: Profiles = A, direction: Direction = Direction.FEEDING, former=None
) -> list[str]:
    """The fields at fault."""
    return [problem.field for problem in problems(ruling, requested=requested, direction=direction, former=former)]


FEEDING_CASES = [
    # outcome, granted, grounds, reservations -> fields at fault (requested: A)
    (Outcome.ADMIT, A, "", "", []),
    (Outcome.ADMIT, AB, "", "", ["grounds"]),
    (Outcome.ADMIT, AB, "Le service relie aussi l’offre.", "", []),
    (Outcome.ADMIT, Profiles(frozenset("B")), "  ", "", ["grounds"]),
    (Outcome.ADMIT, NONE, "", "", ["feeding_profiles", "grounds"]),
    (Outcome.ADMIT, Profiles(frozenset("C")), "Motif.", "", ["feeding_profiles"]),
    (Outcome.ADMIT, Profiles(frozenset("A"), 2), "Motif.", "", ["access_profile"]),
    (Outcome.ADMIT, A, "", "Une réserve.", ["reservations"]),
    (Outcome.ADMIT_WITH_RESERVATIONS, A, "", "Mettre à jour la liste avant la production.", []),
    (Outcome.ADMIT_WITH_RESERVATIONS, A, "", " ", ["reservations"]),
    (Outcome.DEFER, NONE, "Pièce attendue : mandat.", "", []),
    (Outcome.DEFER, NONE, "", "", ["grounds"]),
    (Outcome.DEFER, A, "Motif.", "", ["outcome"]),
    (Outcome.REFUSE, NONE, "Hors périmètre.", "", []),
    (Outcome.REFUSE, NONE, "", "", ["grounds"]),
    (Outcome.REFUSE, NONE, "Hors périmètre.", "Une réserve.", ["reservations"]),
]


@pytest.mark.parametrize(("outcome", "granted", "grounds", "reservations", "expected"), FEEDING_CASES)
def test_problems_of_a_feeding_ruling(outcome, granted, grounds, reservations, expected) -> None:
    """Every outcome with and without what it asks for."""
    kept = (Reserve(reservations),) if reservations else ()
    motives = (Motive.PURPOSE,) if outcome is Outcome.REFUSE else ()
    assert fields(Ruling(outcome, granted, grounds, kept, motives)) == expected


CODED = [
    # what is added to a ruling -> fields at fault
    (Ruling(Outcome.REFUSE, NONE, "Hors périmètre."), ["motives"]),
    (Ruling(Outcome.ADMIT, A, motives=(Motive.PURPOSE,)), ["motives"]),
    (Ruling(Outcome.DEFER, NONE, "Mandat.", awaited=("purpose",), target="CS-2026-0002"), []),
    (Ruling(Outcome.ADMIT, A, awaited=("purpose",)), ["awaited"]),
    (Ruling(Outcome.ADMIT, A, target="CS-2026-0002"), ["awaited"]),
    (Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, reservations=(Reserve("Liste", Blocks.PROFILE, "A"),)), []),
    (
        Ruling(Outcome.ADMIT_WITH_RESERVATIONS, A, reservations=(Reserve("Liste", Blocks.PROFILE, "B"),)),
        ["reservations"],
    ),
]


@pytest.mark.parametrize(("ruling", "expected"), CODED)
def test_motives_and_what_is_awaited_accompany_their_own_outcome(ruling, expected) -> None:
    """A refusal is coded, a deferral says what it waits for, a blocked profile is one of those granted."""
    assert fields(ruling) == expected


CONSUMPTION_CASES = [
    (Profiles(access=2), "", []),
    (Profiles(access=1), "", ["grounds"]),
    (Profiles(access=0), "Données en libre accès suffisantes.", []),
    (Profiles(access=6), "Motif.", ["access_profile"]),
    (Profiles(), "Motif.", ["access_profile"]),
    (A, "Motif.", ["feeding_profiles", "access_profile"]),
]


@pytest.mark.parametrize(("granted", "grounds", "expected"), CONSUMPTION_CASES)
def test_problems_of_a_consumption_ruling(granted, grounds, expected) -> None:
    """A consuming service holds exactly one access profile."""
    ruling = Ruling(Outcome.ADMIT, granted, grounds)
    assert fields(ruling, requested=Profiles(access=2), direction=Direction.CONSUMPTION) == expected


CORRECTIONS = [
    # former, new outcome, grounds -> fields at fault
    (Outcome.ADMIT, Outcome.ADMIT, "Nom du profil corrigé.", []),
    (Outcome.ADMIT, Outcome.ADMIT, "", ["grounds"]),
    (Outcome.ADMIT_WITH_RESERVATIONS, Outcome.ADMIT, "Réserve levée en séance.", []),
    (Outcome.ADMIT, Outcome.REFUSE, "Erreur.", ["outcome"]),
    (Outcome.REFUSE, Outcome.ADMIT, "Erreur.", ["outcome"]),
    (Outcome.REFUSE, Outcome.DEFER, "Erreur.", ["outcome"]),
    (Outcome.REFUSE, Outcome.REFUSE, "Motif complété.", []),
]


@pytest.mark.parametrize(("former", "outcome", "grounds", "expected"), CORRECTIONS)
def test_problems_of_a_correction(former, outcome, grounds, expected) -> None:
    """A correction says why and keeps the course of the decision."""
    granted = A if outcome.admits else NONE
    kept = (Reserve("r"),) if former is Outcome.ADMIT_WITH_RESERVATIONS else ()
    written = Ruling(former, A if former.admits else NONE, "", kept)
    motives = (Motive.PURPOSE,) if outcome is Outcome.REFUSE else ()
    assert fields(Ruling(outcome, granted, grounds, motives=motives), former=written) == expected


@pytest.mark.parametrize(
    ("codes", "expected", "words"),
    [
        (["B", "A"], AB, "profils d’alimentation A et B"),
        (["A"], A, "profil d’alimentation A"),
        (["2"], Profiles(access=2), "profil d’accès 2"),
        (["0"], Profiles(access=0), "profil d’accès 0"),
        ([], NONE, "aucun profil"),
    ],
)
def test_profiles_of_codes(codes, expected, words) -> None:
    """Catalogue codes give profiles, with their French words; profile 0 is a profile."""
    profiles = Profiles.of(codes)
    assert profiles == expected
    assert profiles.words == words
    assert bool(profiles) is bool(codes)
