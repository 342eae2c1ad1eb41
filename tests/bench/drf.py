"""The peer of the HTTP bench: the same index behind an APIView of Django REST framework, served by gunicorn."""

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="mesure",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    DATABASES={},
    USE_TZ=True,
    LOGGING_CONFIG=None,
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_PERMISSION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from policy.verdicts import gate, index  # noqa: E402
from tests.bench import sample  # noqa: E402

OPENED = gate.over(index.build(sample.document(sample.entries("lean")), sample.rulebook()))
NOW = sample.AT.timestamp()


class Decide(APIView):
    """Answers from the headers, without token."""

    def get(self, request: Request) -> Response:
        """Effect, code and entry."""
        asked = request.headers
        outcome, entry = OPENED.by_fingerprint(
            asked.get("X-Fp", ""), asked.get("X-Op", ""), asked.get("X-El"), asked.get("X-Eg"), NOW
        )
        return Response({"effect": outcome.effect, "code": outcome.code, "entry": entry})


urlpatterns = [path("decide", Decide.as_view())]
application = get_wsgi_application()
