"""P2: the published list made from its rows, served, and said to be unchanged, beside bare serialisation."""

import hashlib
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import path
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from policy.whitelist import publication
from policy.whitelist.publication import CertificateRow, EntryRow
from tests.bench import p1_http, sample
from tests.bench.rounds import Row, apart, compare

COUNT = 600
WHITELIST = "/api/v1/whitelist"


def bare(request: HttpRequest) -> HttpResponse:
    """The view that does nothing."""
    return HttpResponse(b"")


urlpatterns = [path("", bare)]


def rows() -> Iterator[Row]:
    """Making the document, then saying that it did not change."""
    listed = sample.entries("real", COUNT)
    given = [_row(entry) for entry in listed]
    said = publication.content(given, environment="production", policy_version="1")
    dates = {"issued_at": sample.AT, "expires_at": sample.AT + timedelta(days=1)}
    body = publication.document(said, version=1, **dates)
    yield from apart(_written(given, said, dates, body), _unchanged(body))


def _written(
    given: list[EntryRow], said: publication.Content, dates: dict[str, datetime], body: bytes
) -> Iterator[Row]:
    """The document beside a serialiser of ready dictionaries, and beside the one written first."""
    ready = orjson.loads(body)
    yield compare(
        "P2.1-snapshot",
        "instantané écrit / orjson de dictionnaires prêts",
        subject=lambda: publication.document(said, version=1, **dates),
        floor=lambda: orjson.dumps(ready),
        target=0.3,
    )
    yield compare(
        "P2.1-making",
        "instantané jugé, écrit et empreint depuis les lignes / le même orjson",
        subject=lambda: publication.document(
            publication.content(given, environment="production", policy_version="1"), version=1, **dates
        ),
        floor=lambda: orjson.dumps(ready),
        target=0.3,
        seconds=0,
    )
    yield compare(
        "P2.1-drf",
        "instantané, contre un sérialiseur DRF",
        subject=lambda: publication.document(said, version=1, **dates),
        floor=lambda: JSONRenderer().render(EntryItem(given, many=True).data),
        target=100,
        better="higher",
        seconds=0,
    )


def _row(entry: dict[str, Any]) -> EntryRow:
    """An entry as the database holds it."""
    certificates = [
        CertificateRow(one["sha256"], one["subject"], datetime.fromisoformat(one["not_after"]))
        for one in entry["certificates"]
    ]
    return EntryRow(
        reference=entry["reference"],
        environment=entry["environment"],
        service=entry["service"],
        service_name=entry["service_name"],
        client_id=entry["client_id"],
        url=entry["url"],
        certificates=certificates,
        feeding_profiles="".join(entry["feeding_profiles"]),
        access_profile=entry["access_profile"],
        region="",
        establishments=entry["establishments"],
        state=entry["state"],
        effective_at=datetime.fromisoformat(entry["effective_at"]),
    )


class CertificateItem(serializers.Serializer[Any]):
    """A certificate, as one would first write it."""

    sha256 = serializers.CharField()
    subject = serializers.CharField()
    not_after = serializers.DateTimeField()
    establishments = serializers.ListField(child=serializers.CharField(), allow_null=True)


class EntryItem(serializers.Serializer[Any]):
    """An entry, as one would first write it."""

    reference = serializers.CharField()
    environment = serializers.CharField()
    service = serializers.CharField()
    service_name = serializers.CharField()
    client_id = serializers.CharField()
    url = serializers.CharField()
    certificates = CertificateItem(many=True)
    feeding_profiles = serializers.CharField()
    access_profile = serializers.IntegerField(allow_null=True)
    region = serializers.CharField()
    establishments = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    effective_at = serializers.DateTimeField()


class Bare(WSGIHandler):
    """A handler that serves the view that does nothing, behind no middleware."""

    def get_response(self, request: Any) -> Any:
        """The answer, under our one route."""
        request.urlconf = __name__
        return super().get_response(request)


def _unchanged(body: bytes) -> Iterator[Row]:
    """A gateway asks again for what it holds: through the portal's door, which learnt the answer within a second."""
    from django.core.wsgi import get_wsgi_application

    from portal.express import Express
    from portal.tokens.scopes import Scope

    token = p1_http.filled(Scope.WHITELIST_READ)
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF=__name__):
        nothing = _call(Bare(), "/", {})
    door = Express(get_wsgi_application())
    headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IF_NONE_MATCH": '"production-1"'}
    asked = _call(door, WHITELIST, headers)
    yield compare(
        "P2.2-304",
        "liste inchangée (304) / vue qui ne fait rien",
        subject=asked,
        floor=nothing,
        target=1.5,
        seconds=0.2,
    )
    yield compare(
        "P2.2-hash",
        "liste inchangée, contre une étiquette calculée sur le corps",
        subject=asked,
        floor=lambda: hashlib.sha256(body).hexdigest(),
        target=100,
        better="higher",
    )


def _call(application: Any, address: str, headers: dict[str, str]) -> Callable[[], None]:
    def run() -> None:
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost:8000",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(b""),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            **headers,
        }
        said: list[str] = []
        answer = application(environ, lambda status, headers, *more: said.append(status))
        b"".join(answer)
        getattr(answer, "close", lambda: None)()
        assert said[0][:3] in ("200", "304"), said

    return run
