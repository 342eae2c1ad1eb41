"""What the agents of the demonstration keep for themselves: models of letters, a shared view, a note, a follow; and a
role that one administrator has proposed and another may confirm."""

from datetime import datetime, timedelta

from onboarding.candidacies.lifecycle import OPEN
from onboarding.candidacies.models import Candidacy
from onboarding.letters import operations as letters
from onboarding.workbench import operations as workbench
from portal.accounts import operations as accounts
from portal.accounts.roles import StaffRole

from .cast import account_of
from .chronicle import Chronicle

LETTERS = {
    "Rappel : compléments attendus": (
        "Bonjour,\n\nLa candidature {{ reference }} du service « {{ service }} » attend vos compléments. Sans eux, "
        "elle ne pourra pas être examinée à la prochaine séance.\n\nBien cordialement,\n{{ instructeur }}"
    ),
    "Inscription à une séance": (
        "Bonjour,\n\nLe comité examinera la candidature {{ reference }} de {{ titulaire }} ({{ sens }}) le "
        "{{ seance }}. Vous n’avez rien à faire d’ici là.\n\nBien cordialement,\n{{ instructeur }}"
    ),
}
NOTE = "Appelé le responsable technique : la liste d’établissements arrive cette semaine."


def keep(chronicle: Chronicle) -> None:
    """Notes it all on the chronicle, in the last weeks."""
    chronicle.on(chronicle.now - timedelta(days=30), _write_letters)
    chronicle.on(chronicle.now - timedelta(days=4), _work)


def _write_letters(at: datetime) -> None:
    for title, body in LETTERS.items():
        letters.write(title, body, by=account_of("secretaire"), at=at)


def _work(at: datetime) -> None:
    """A proposed role; and, on the oldest request under way when there is one, a note and a follow."""
    reviewer, secretary = account_of("instructrice"), account_of("secretaire")
    accounts.propose_role(account_of("verificateur"), StaffRole.RAPPORTEUR, by=account_of("administrateur"), at=at)
    workbench.save_view(
        name="À l’agence, les plus anciens",
        query="attente=agence&tri=ancien",
        columns=[],
        is_shared=True,
        by=reviewer,
        at=at,
    )
    running = Candidacy.objects.filter(state__in=sorted(OPEN)).order_by("opened_at", "pk").first()
    if running:
        workbench.write_note(running, NOTE, by=reviewer, at=at)
        workbench.follow(running, by=secretary, at=at)
