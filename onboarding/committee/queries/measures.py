"""What the measures in force do to a right about to be granted or amended, in the words of who decides."""

from datetime import datetime

from onboarding.candidacies.models import Candidacy
from onboarding.committee.models import AgendaItem, Decision
from onboarding.committee.rules import Profiles
from onboarding.establishments import queries as establishments
from policy.grants.direction import Direction
from policy.grants.models import Grant
from policy.sanctions import queries as sanctions
from policy.sanctions.models import Sanction


def establishments_decided(candidacy: Candidacy) -> list[str]:
    """The establishments of the list that a request to change a right is decided on; none for a consumption."""
    held = establishments.current_list(candidacy.service) if candidacy.direction == Direction.FEEDING else None
    return establishments.numbers(held) if held else []


def first_recorded_at(decision: Decision) -> datetime:
    """When what a decision grants was first decided: a correction does not know more of measures than the former."""
    while decision.corrects:
        decision = decision.corrects
    return decision.recorded_at


def overtaken(decision: Decision) -> bool:
    """True when an admission that waits under embargo can no longer be carried out.

    A withdrawal decided since it was recorded took the right that it changes, or closed the direction that it opens.
    """
    candidacy = decision.item.candidacy
    if not decision.ruling.outcome.admits:
        return False
    if candidacy.amends and not Grant.objects.living().filter(pk=candidacy.amends.pk).exists():
        return True
    return sanctions.withdrawn_since(candidacy.service_id, candidacy.direction, first_recorded_at(decision))


def met(item: AgendaItem, granted: Profiles, *, corrects: Decision | None = None) -> list[str]:
    """One sentence for each measure that the decision ends, passes by, or that keeps closed what it grants."""
    candidacy = item.candidacy
    standing = sanctions.met_by(
        candidacy.service_id,
        candidacy.direction,
        amended=candidacy.amends,
        profiles=[*sorted(granted.feeding), *([] if granted.access is None else [str(granted.access)])],
        establishments=establishments_decided(candidacy) if candidacy.amends else [],
        until=first_recorded_at(corrects) if corrects else None,
    )
    ends = [_ends(one, candidacy.get_direction_display()) for one in standing.ending]
    return [*ends, *map(_passed_by, standing.passed_by), *map(_stays, standing.closing)]


def _passed_by(one: Sanction) -> str:
    return f"Le retrait {one} a fermé tout le service ; cette décision ouvre un sens qu’il n’avait pas encore."


def _ends(one: Sanction, direction: str) -> str:
    told = f"Le retrait {one} avait fermé {one.part_of(direction)} : cette décision l’accorde de nouveau"
    return f"{told}, et met fin à cette partie du retrait."


def _stays(one: Sanction) -> str:
    return (
        f"La mesure {one} ({one.in_words}) demeure : ce qu’elle ferme reste fermé en production jusqu’à ce qu’elle "
        "soit levée."
    )
