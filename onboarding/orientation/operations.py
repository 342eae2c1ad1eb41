"""Publishing a version of the questionnaire; opening a candidacy with the answers given to it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.models import Candidacy
from portal.accounts.models import User
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving
from portal.parties.models import DigitalService
from portal.reference import queries as reference
from portal.reference import territory

from . import coverage, prefill, queries, questionnaire_file
from .answer import in_place
from .lifecycle import Move
from .models import OrientationVersion
from .questionnaire import Questionnaire, Situation, walk

SHOWN = 12


def publish(source: str, *, reason: str, by: Any, at: datetime | None = None) -> OrientationVersion:
    """A new version answers visitors from now on. Raises Refused (field ``source``) with each mistake.

    A text is accepted when it reads, and when every path through it ends in a whole answer.
    """
    text = source.replace("\r\n", "\n").strip() + "\n"
    book = _book(text, reference.regions_at(paris_date(at or timezone.now())))
    paths = _followed(book)
    version = OrientationVersion(title=book.title[:160], source=text, reason=reason[:300], published_by=by)
    with moving(version, Move.PUBLISH, by=by, at=at) as (current, event):
        current.number = queries.in_force().number + 1
        current.sha256 = hashlib.sha256(text.encode()).hexdigest()
        current.published_at = event.at
        event.note(reason=reason, paths=str(paths), sha256=current.sha256[:12])
    return version


def _book(text: str, regions: Mapping[str, str]) -> Questionnaire:
    """The text read: it may name the regions of the nomenclature in force, and those delivered with the portal."""
    try:
        return questionnaire_file.read(text, regions={**territory.region_names(), **regions})
    except questionnaire_file.QuestionnaireRefused as refusal:
        raise Refused(_listed(refusal.mistakes), field="source") from refusal


def _followed(book: Questionnaire) -> int:
    found = coverage.coverage(book)
    if found.faults:
        raise Refused(_listed(found.faults), field="source")
    return found.paths


def _listed(sentences: Any) -> str:
    said = [str(sentence)[:400] for sentence in sentences]
    more = len(said) - SHOWN
    return "\n".join(said[:SHOWN] + ([f"Et {more} autres."] if more > 0 else []))


def take_over(
    service: DigitalService, direction: str, given: Situation, *, by: User, at: datetime | None = None
) -> Candidacy:
    """Opens a candidacy filled with what the orientation asked. Raises Refused when the answers call for none there."""
    candidacy = candidacies.open(service, direction=direction, by=by, at=at)
    book, around = queries.in_force().book, queries.surroundings(at=candidacy.opened_at)
    situation = walk(book, given).situation
    said = in_place(book, situation, around)
    if direction not in said.directions:
        raise Refused("Vos réponses n’appellent pas de candidature dans ce sens : reprenez le questionnaire.")
    for block, values in prefill.values(direction, situation, said, dict(around.routes)).items():
        candidacies.edit(candidacy, block, values, by=by, at=candidacy.opened_at)
    return candidacy
