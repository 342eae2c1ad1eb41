"""What the pages of a version share: finding it, refusing early, the trail, the context."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from portal.lifecycle.errors import NotPermitted
from portal.lifecycle.registry import of

from .. import queries
from ..models import PolicyVersion
from ..rulebook import Rulebook

TITLE = "Politique d’accès"


def version_of(request: HttpRequest, number: str) -> tuple[PolicyVersion, Rulebook]:
    """The version that the person may see, and its rulebook. Raises Http404."""
    visible = PolicyVersion.objects.visible_to(request.user).select_related("prepared_by", "approved_by")
    found = get_object_or_404(visible, number=number)
    return found, queries.rulebook_of(found)


def require(user: Any, move: str, version: PolicyVersion) -> None:
    """Refuses early what `moving` would refuse. Raises NotPermitted."""
    if sentence := of(PolicyVersion).refusal(user, move, version):
        raise NotPermitted(sentence)


def trail(number: str = "", *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumb: the policy, the version, then these pages."""
    steps = [(TITLE, reverse("policy"))]
    if number:
        steps.append((f"Version {number}", reverse("policy_version", args=[number])))
    return [*steps, *more]
