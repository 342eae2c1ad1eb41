"""The secretary, the policy manager and the administrator write models; those who review a request send letters."""

from typing import Any

from onboarding.candidacies import permissions as candidacies
from onboarding.letters.lifecycle import LETTERS, SENT_LETTERS
from onboarding.letters.models import Letter, LetterModel
from portal.lifecycle import registry


def roles_on(user: Any, model: LetterModel) -> frozenset[str]:
    """The staff roles."""
    return frozenset(user.staff_roles)


def roles_on_letter(user: Any, letter: Letter) -> frozenset[str]:
    """Those held on the request."""
    return candidacies.roles_on(user, letter.candidacy)


registry.register(Letter, SENT_LETTERS, roles_on=roles_on_letter)
registry.register(LetterModel, LETTERS, roles_on=roles_on)
