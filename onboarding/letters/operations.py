"""Verbs on models of letters, and sending a letter."""

from datetime import datetime

from onboarding.candidacies.models import Candidacy
from onboarding.letters import effects, wording
from onboarding.letters.lifecycle import LetterMove, Move
from onboarding.letters.models import Letter, LetterModel, LetterModelVersion
from portal.accounts.models import User
from portal.lifecycle.errors import Refused
from portal.lifecycle.operations import moving, next_reference, save
from portal.outbox.operations import enqueue


def write(title: str, body: str, *, by: User, at: datetime | None = None) -> LetterModel:
    """Writes a model. Refused for a variable that no dossier can fill."""
    model = LetterModel()
    with moving(model, Move.WRITE, by=by, at=at) as (current, event):
        current.reference, current.number = next_reference("ML", event.at), 1
        _fill(current, title, body)
        save(current)  # before its version, which names it
        _keep(current, "", by=by, at=event.at)
        event.note(title=current.title)
    return model


def rewrite(
    model: LetterModel,
    title: str,
    body: str,
    *,
    reason: str,
    by: User,
    at: datetime | None = None,
    version: int | None = None,
) -> None:
    """Gives a model another text, as a new version. Stale when somebody rewrote it since it was read."""
    with moving(model, Move.REWRITE, by=by, at=at, version=version) as (current, event):
        if (title.strip(), body.strip()) == (current.title, current.body):
            raise Refused("Rien ne change.", field="body")
        _fill(current, title, body)
        current.number += 1
        _keep(current, reason.strip(), by=by, at=event.at)
        event.note(title=current.title, number=current.number)


def retire(model: LetterModel, *, by: User, at: datetime | None = None) -> None:
    """The model is offered no more; its versions stay."""
    with moving(model, Move.RETIRE, by=by, at=at):
        pass


def send(
    candidacy: Candidacy,
    *,
    title: str,
    body: str,
    model: LetterModel | None = None,
    by: User,
    at: datetime | None = None,
) -> Letter:
    """Sends a letter about a request: sealed as a document that stays, and told to the vendor by a mail with its link.

    Refused without title or text, or while a variable of the model is left to complete.
    """
    letter = Letter(candidacy=candidacy, model=model, sent_by=by, title=title.strip(), body=body.strip())
    with moving(letter, LetterMove.SEND, by=by, at=at) as (current, event):
        if not current.title:
            raise Refused("Donnez un objet au courrier.", field="title")
        if not current.body:
            raise Refused("Écrivez le texte du courrier.", field="body")
        if wording.is_unfinished(current.body):
            raise Refused("Il reste une partie « [à compléter : …] » dans le texte : complétez-la.", field="body")
        current.reference, current.sent_at = next_reference("CR", event.at), event.at
        current.model_number = model.number if model else 0
        save(current)  # before its effect, which names it
        event.note(title=current.title, candidacy=candidacy.reference)
        enqueue(effects.issue_letter, event=event, reference=current.reference)
    return letter


def _fill(model: LetterModel, title: str, body: str) -> None:
    if not title.strip():
        raise Refused("Donnez un titre au modèle.", field="title")
    if not body.strip():
        raise Refused("Écrivez le texte du modèle.", field="body")
    if strange := wording.unknown(body):
        raise Refused(f"Variable inconnue : {', '.join(strange)}. Prenez-les dans la liste.", field="body")
    model.title, model.body = title.strip(), body.strip()


def _keep(model: LetterModel, reason: str, *, by: User, at: datetime) -> None:
    save(
        LetterModelVersion(
            model=model,
            number=model.number,
            title=model.title,
            body=model.body,
            reason=reason,
            written_by=by,
            written_at=at,
        )
    )
