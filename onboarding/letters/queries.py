"""Models offered, and what their variables are worth for a dossier."""

from datetime import datetime
from typing import Any

from onboarding.candidacies.models import Candidacy
from onboarding.committee import queries as committee
from onboarding.committee.models import AgendaItem
from onboarding.letters import wording as letters
from onboarding.letters.models import Letter, LetterModel, LetterModelVersion
from onboarding.letters.wording import Filled
from portal.calendar.deadlines import paris_date
from portal.web import wording


def offered(user: Any) -> list[LetterModel]:
    """The models that this person may use, by title."""
    return list(LetterModel.objects.visible_to(user).active())


def model_of(user: Any, reference: str) -> LetterModel | None:
    """The model of that reference, retired or not."""
    return LetterModel.objects.visible_to(user).filter(reference=reference).first()


def versions_of(model: LetterModel) -> list[LetterModelVersion]:
    """Every version, the last first."""
    return list(model.versions.select_related("written_by"))


def sent_on(candidacy: Candidacy) -> list[Letter]:
    """The letters sent about a request, the last first."""
    return list(candidacy.letters.select_related("sent_by", "model"))


def authority_of(candidacy: Candidacy, sender: Any) -> str:
    """The regional authority in whose name this person writes; empty for the agency's own people."""
    if sender.is_agent or not candidacy.regions:
        return ""
    return committee.authority_of(AgendaItem(candidacy=candidacy, region=candidacy.regions[0]))


def values_for(candidacy: Candidacy, *, now: datetime) -> dict[str, str]:
    """What the variables are worth for this dossier; one query. The candidacy is read with its parties."""
    item = committee.item_waiting(candidacy)
    session = item.session if item else None
    return {
        "reference": candidacy.reference,
        "service": candidacy.service.name,
        "titulaire": candidacy.service.owner.name,
        "sens": candidacy.get_direction_display().lower(),
        "profils": ", ".join(candidacy.requested_profiles),
        "etat": candidacy.get_state_display().lower(),
        "date_depot": wording.day(paris_date(candidacy.submitted_at)) if candidacy.submitted_at else "",
        "instructeur": candidacy.reviewer.full_name if candidacy.reviewer else "",
        "seance": wording.day(session.held_on) if session else "",
        "jour": wording.day(paris_date(now)),
    }


def draft(model: LetterModel, candidacy: Candidacy, *, now: datetime) -> Filled:
    """The letter that the model gives for a dossier."""
    return letters.fill(model.body, values_for(candidacy, now=now))
