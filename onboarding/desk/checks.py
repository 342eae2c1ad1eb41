"""The strip of automatic checks at the head of a dossier: each with its verdict and the evidence it stands on.

The portal only states what it knows: a doubt is shown to the reviewer, who decides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from onboarding.desk.facts import Facts
from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum
from portal.web import wording

TOLD = 3  # things lacking that a check names


class Verdict(LabelledEnum):
    """What a check says."""

    GOOD = "good", "Conforme"
    DOUBT = "doubt", "À regarder"
    BAD = "bad", "Non conforme"
    NONE = "none", "Pas encore disponible"


@dataclass(frozen=True, slots=True)
class Check:
    """A named check: its verdict, its evidence, and the page that shows it (empty when there is none)."""

    title: str
    verdict: Verdict
    evidence: str
    url_name: str = ""
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """What the portal suggests on one criterion of eligibility: `answer` is yes, no, or empty when it cannot tell."""

    question: str
    answer: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Identity:
    """How the quality of the legal representative was verified; `others` counts other claims still to examine."""

    sentence: str
    others: int = 0


@dataclass(frozen=True, slots=True)
class Alike:
    """A request of another service that bears the same name, or leads to the same address."""

    reference: str
    owner: str
    is_other_owner: bool
    is_same_address: bool


def strip(
    facts: Facts,
    *,
    identity: Identity | None,
    criteria: tuple[Criterion, ...],
    lacking: tuple[str, ...] = (),
    alike: tuple[Alike, ...] = (),
    now: datetime,
) -> list[Check]:
    """The checks of a dossier, in the order in which a reviewer reads them."""
    found = [_identity(facts, identity), _pieces(lacking), _alike(alike), _charter(facts)]
    if facts.direction is Direction.FEEDING:
        found.append(_establishments(facts))
    found.append(_certificate(facts, now))
    return [*found, *_criteria(criteria)]


def _identity(facts: Facts, identity: Identity | None) -> Check:
    args = (facts.claim.reference,) if facts.claim else ()
    url_name = "claim" if args else ""
    if identity is None:
        return Check(
            "Identité", Verdict.DOUBT, "Aucune vérification n’est enregistrée dans le portail.", url_name, args
        )
    if identity.others:
        evidence = f"{identity.sentence} Une autre demande vise la même personne morale."
        return Check("Identité", Verdict.DOUBT, evidence, url_name, args)
    return Check("Identité", Verdict.GOOD, identity.sentence, url_name, args)


def _pieces(lacking: tuple[str, ...]) -> Check:
    if not lacking:
        return Check("Pièces et réponses", Verdict.GOOD, "Rien ne manque à la demande.")
    left = len(lacking) - TOLD
    more = f" Et {left} autre{'s' if left > 1 else ''}." if left > 0 else ""
    return Check("Pièces et réponses", Verdict.BAD, f"Reste à compléter : {' ; '.join(lacking[:TOLD])}.{more}")


def _alike(alike: tuple[Alike, ...]) -> Check:
    """Another vendor at the same address is a conflict; the same name may be a coincidence."""
    title = "Conflits et dossiers semblables"
    if not alike:
        return Check(title, Verdict.GOOD, "Aucun autre service ne porte ce nom ni cette adresse.")
    same = {True: "même adresse", False: "même nom"}
    told = ", ".join(f"{one.reference} ({one.owner}, {same[one.is_same_address]})" for one in alike)
    conflict = any(one.is_same_address and one.is_other_owner for one in alike)
    return Check(title, Verdict.BAD if conflict else Verdict.DOUBT, f"Voir {told}.", "dossier", (alike[0].reference,))


def _charter(facts: Facts) -> Check:
    if facts.charter_signed_at is None and facts.charter_waiver:
        return Check("Charte", Verdict.GOOD, f"{facts.charter_waiver}.")
    if facts.charter_signed_at is None:
        return Check("Charte", Verdict.BAD, "La version en vigueur n’est pas signée pour ce service.")
    evidence = f"Signée le {wording.moment(facts.charter_signed_at)}."
    document = (facts.charter_document,) if facts.charter_document else ()
    return Check("Charte", Verdict.GOOD, evidence, "document_download" if document else "", document)


def _establishments(facts: Facts) -> Check:
    held = facts.establishment_list
    if held is None:
        return Check("Liste d’établissements", Verdict.BAD, "Aucune liste n’est déposée.")
    count = f"{held.valid} établissement{'s' if held.valid > 1 else ''}"
    evidence = f"{count} sur {held.total} ligne{'s' if held.total > 1 else ''}."
    verdict = Verdict.GOOD if held.valid == held.total else Verdict.DOUBT
    return Check("Liste d’établissements", verdict if held.valid else Verdict.BAD, evidence, "list", (held.reference,))


def _certificate(facts: Facts, now: datetime) -> Check:
    held = facts.production_certificate or facts.test_certificate
    if facts.grant and not facts.grant.needs_certificate:
        return Check("Certificat", Verdict.GOOD, "Le profil 0 se connecte sans certificat.")
    if held is None:
        return Check("Certificat", Verdict.NONE, "Aucun certificat n’est déclaré : il vient après la décision.")
    until = f"valable jusqu’au {wording.moment(held.not_after)}"
    if held.not_after <= now:
        return Check("Certificat", Verdict.BAD, f"{held.reference} a expiré.", "certificate", (held.reference,))
    return Check("Certificat", Verdict.GOOD, f"{held.reference}, {until}.", "certificate", (held.reference,))


def _criteria(criteria: tuple[Criterion, ...]) -> Iterator[Check]:
    verdicts = {"yes": Verdict.GOOD, "no": Verdict.BAD}
    for criterion in criteria:
        verdict = verdicts.get(criterion.answer, Verdict.DOUBT)
        yield Check(criterion.question.rstrip("."), verdict, criterion.evidence)
