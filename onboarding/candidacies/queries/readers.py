"""Who reads what is confidential in a candidacy, which ordinary pages hide from agents."""

from typing import Any

from onboarding.candidacies import confidence
from onboarding.candidacies.models import Candidacy


def may_read_confidential(user: Any, candidacy: Candidacy) -> bool:
    """Whether this person may open what is confidential, on the page where each opening is traced."""
    if not user.is_staff_member:
        return Candidacy.objects.visible_to(user).filter(pk=candidacy.pk).exists()
    return confidence.may_read(
        user.staff_roles,
        is_reviewer=candidacy.reviewer_id == user.pk,
        is_reader=candidacy.readers.filter(user_id=user.pk, until=None).exists(),
        is_member=False,
    )
