"""Template tag of the committee's calendar: `{% load sessions %}`."""

from django import template
from django.utils import timezone

from onboarding.committee import queries as committee
from onboarding.committee.models import CommitteeSession
from portal.calendar.deadlines import paris_date

register = template.Library()


@register.simple_tag
def next_session() -> CommitteeSession | None:
    """The next session of the committee, with its cut-off; None when none is planned."""
    return committee.next_session(paris_date(timezone.now()))
