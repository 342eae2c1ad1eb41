"""Files that the vendor joins to a candidacy, taken in before the operation that names them."""

from typing import Any

from onboarding.candidacies.models import Candidacy
from portal.documents import operations as documents
from portal.documents.filetypes import SCANS

JOINED = {"mandate": "mandate_id", "sponsor_letter": "sponsor_letter_id"}  # field of a form -> answer of the candidacy


def deposited(form: Any, found: Candidacy, *, by: Any) -> dict[str, Any]:
    """The files joined in a form, kept as files of the entity: answer -> key; nothing when none was joined."""
    kept: dict[str, Any] = {}
    for field, answer in JOINED.items():
        if upload := form.cleaned_data.get(field):
            owner = found.service.owner
            file = documents.deposit(upload.name, upload.read(), by=by, allowed=SCANS, owner=owner, field=field)
            kept[answer] = file.pk
    return kept
