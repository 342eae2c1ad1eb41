"""The Celery application of the grown-up run: workers by queue, and the clock. Absent without REDIS_URL.

`celery -A portal.celery worker -Q default,pdf,mail` and `celery -A portal.celery beat`.
Redis only rings and carries names of queues: the outbox table is the queue of record.
"""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.broker_url = settings.REDIS_URL
app.autodiscover_tasks(["portal"])
