"""Form keys are forgotten after two days, not before."""

import uuid
from datetime import datetime, timedelta

import pytest

from portal.web.jobs import forget_submissions
from portal.web.models import Submission


@pytest.mark.django_db
def test_old_form_keys_are_forgotten(now: datetime) -> None:
    ages = [timedelta(hours=1), timedelta(days=1, hours=23), timedelta(days=2, minutes=1)]
    keys = [Submission.objects.create(pk=uuid.uuid4(), at=now - age).pk for age in ages]
    assert forget_submissions(now) == 1
    assert set(Submission.objects.values_list("pk", flat=True)) == set(keys[:2])
