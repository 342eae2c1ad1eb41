"""What stays the vendor's own duty whatever the profile, and the note that somebody took of it in the request.

The ROR filters by the profile of the service; filtering for each user, after extractions and synchronous reads, is left
to the service (« Aide à la connexion d’une application tierce au ROR », « Mes étapes de connexion au ROR »). The texts
are those of the access policy. A note is kept as an object: `policy` (number of the version), `texts` as they were
shown, `by` (name) and `at` (ISO 8601); empty while nobody took note.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.web import wording


@dataclass(frozen=True, slots=True)
class Duties:
    """The duties that a version of the policy leaves to services of one direction; without texts when it has none."""

    policy: str = ""
    texts: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What a form sends back, so that nobody takes note of other texts than those he was shown."""
        return hashlib.sha256(json.dumps([self.policy, *self.texts]).encode()).hexdigest()[:16]

    @property
    def to_note(self) -> dict[str, Any]:
        """What is kept of them, before it is said who took note and when; nothing without texts."""
        return {"policy": self.policy, "texts": list(self.texts)} if self.texts else {}


def covers(note: Mapping[str, Any], texts: tuple[str, ...]) -> bool:
    """Whether a note was taken of exactly these texts."""
    return bool(note) and tuple(note.get("texts") or ()) == texts


def dated(note: Mapping[str, Any], *, by: str, at: datetime) -> dict[str, Any]:
    """The note with who took it and when; one that says so already is kept as it is."""
    return dict(note) if not note or "at" in note else {**note, "by": by, "at": at.isoformat()}


def words(note: Mapping[str, Any]) -> str:
    """« Pris acte par Camille Martin, vendredi 20 novembre 2026, 10 h, politique 1 : », then a text a line."""
    who = f" par {note['by']}" if note.get("by") else ""
    when = f", {wording.moment(datetime.fromisoformat(note['at']))}" if note.get("at") else ""
    return "\n".join([f"Pris acte{who}{when}, politique {note.get('policy', '')} :", *note.get("texts", ())])
