"""Finding what a page of campaigns is about, and saying no before a form is filled."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from policy.grants.models import Grant
from portal.lifecycle import registry
from portal.lifecycle.errors import MoveNotAllowed, NotPermitted

from .models import ScenarioResult, TestCampaign

NUMBER_MAX = 2**31 - 1
RELATED = ("grant__holder", "grant__service", "platform", "opened_by", "declared_by", "answered_by")


def campaign_of(user: Any, reference: str) -> TestCampaign:
    """The campaign of that reference, if this person may see it; otherwise 404."""
    rows = TestCampaign.objects.visible_to(user).select_related(*RELATED)
    return get_object_or_404(rows, reference=reference)


def grant_of(user: Any, reference: str) -> Grant:
    """The right of that reference, if this person may see it; otherwise 404."""
    rows = Grant.objects.visible_to(user).select_related("service", "holder")
    return get_object_or_404(rows, reference=reference)


def result_of(campaign: TestCampaign, number: int) -> ScenarioResult:
    """The result of a visible campaign; otherwise 404."""
    if number > NUMBER_MAX:
        raise Http404
    result = get_object_or_404(ScenarioResult.objects.select_related("run"), campaign=campaign, number=number)
    result.campaign = campaign
    return result


def refuse_early(user: Any, move: str, campaign: TestCampaign) -> None:
    """Says now what the operation would say on the locked row. Raises NotPermitted or MoveNotAllowed."""
    entry = registry.of(TestCampaign)
    if sentence := entry.refusal(user, move, campaign):
        raise NotPermitted(sentence)
    edge = entry.edge(move)
    if not edge.creates and not edge.leaves(campaign.state):
        raise MoveNotAllowed(
            f"« {edge.label} » n’est pas possible : la campagne {campaign} est à l’état "
            f"« {campaign.get_state_display()} »."
        )


def trail(campaign: TestCampaign, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    """The way down to a page of a campaign."""
    return [
        ("Tests", reverse("campaigns")),
        (f"Campagne {campaign}", reverse("campaign", args=[campaign.reference])),
        *steps,
    ]
