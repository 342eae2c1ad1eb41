"""The next version of the access policy of the demonstration: drafted, checked, waiting for a second person."""

from datetime import datetime, timedelta

from policy.profiles import operations as policies
from policy.profiles import queries
from policy.profiles.models import PolicyVersion
from portal.calendar.deadlines import paris_date

from .cast import account_of
from .chronicle import Chronicle

NUMBER = "2"
TITLE = "Politique d’accès aux données du ROR"
SUMMARY = (
    "Les lits installés sont ouverts au grand public ; le médico-social lit les coordonnées en accès libre, "
    "et un contact dont l’unité n’est pas sensible."
)
CHOICES = {  # option that the agency takes, where the sources leave it the choice
    "profil-0-lits": "texte-2023",
    "profil-3-coordonnees": "libre-acces",
    "profil-3-repli": "complete",
}


def tell(chronicle: Chronicle) -> None:
    """Puts these days on the calendar."""
    chronicle.on(chronicle.now - timedelta(days=6), _draft)
    chronicle.on(chronicle.now - timedelta(days=5), _check)


def _draft(at: datetime) -> None:
    """A draft that starts from the version in force, and settles three choices."""
    author, effective_on = account_of("politique"), paris_date(at) + timedelta(days=60)
    former = queries.in_force(at)
    assert former is not None  # installed with the portal
    draft = policies.draft_from(former, number=NUMBER, effective_on=effective_on, by=author, at=at)
    for code, option in CHOICES.items():
        policies.settle_choice(draft, code, option, confirmed=True, by=author, at=at)
    policies.describe(
        draft,
        title="Politique d’accès aux données du ROR",
        summary=SUMMARY,
        effective_on=effective_on,
        by=author,
        at=at,
    )


def _check(at: datetime) -> None:
    policies.check(PolicyVersion.objects.get(number=NUMBER), by=account_of("politique"), at=at)
