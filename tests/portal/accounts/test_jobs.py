"""Ended sessions and old attempts are forgotten; the others stay."""

from datetime import datetime, timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session

from portal.accounts.jobs import forget_attempts, forget_sessions

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_forgotten(now: datetime) -> None:
    Session.objects.create(session_key="a", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="b", session_data="", expire_date=now + timedelta(seconds=1))
    assert forget_sessions(now) == 1
    assert Session.objects.get().session_key == "b"


def test_attempts_are_kept_for_a_year(now: datetime) -> None:
    for days in (1, 364, 366):
        log = AccessLog.objects.create(username="quelquun@exemple.fr", ip_address="127.0.0.1")
        AccessLog.objects.filter(pk=log.pk).update(attempt_time=now - timedelta(days=days))
    assert forget_attempts(now) == 1
    assert AccessLog.objects.count() == 2
