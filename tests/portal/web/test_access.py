"""`@public`, `@reads` and `@writes`: who is let in, what may be written, once per form."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from portal.accounts.models import StaffAssignment, User
from portal.accounts.roles import StaffRole
from portal.audit.models import AccessTrace
from portal.lifecycle.models import ReferenceCounter
from portal.web import access
from portal.web.access import STAFF, VENDOR, public, reads, writes
from portal.web.middleware import DeclaredAccess
from portal.web.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def vendor() -> User:
    return User.objects.create_user("vendeur@exemple.fr")


@pytest.fixture
def agent(now: Any) -> User:
    user = User.objects.create_user("agent@exemple.fr")
    StaffAssignment.objects.create(user=user, role=StaffRole.REVIEWER, since=now)
    return user


def ask(
    view: Callable[..., HttpResponse], user: Any, *, post: dict[str, str] | None = None, **kwargs: Any
) -> HttpResponse:
    request = RequestFactory().post("/page", post) if post is not None else RequestFactory().get("/page?a=1")
    request.user = user
    request.session = {}  # type: ignore[assignment]
    return view(request, **kwargs)


def answering(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return HttpResponse("lu")


def writing(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    ReferenceCounter.objects.create(prefix=request.POST.get("prefix", "X"))
    return HttpResponseRedirect("/fait") if request.POST.get("ok", "1") == "1" else HttpResponse("erreur", status=422)


@pytest.mark.parametrize("declare", [reads, writes])
def test_a_stranger_is_sent_to_sign_in_and_back(declare: Any) -> None:
    response = ask(declare(answering), AnonymousUser())
    assert response.status_code == 302
    assert response["Location"].endswith("?next=%2Fpage%3Fa%3D1")


def test_a_public_page_is_open_to_anyone() -> None:
    assert ask(public(answering), AnonymousUser()).content == b"lu"


@pytest.mark.parametrize("declare", [public, reads])
def test_a_reading_page_cannot_write(declare: Any, vendor: User) -> None:
    with pytest.raises(PermissionDenied), transaction.atomic():
        ask(declare(writing), vendor)
    assert not ReferenceCounter.objects.exists()


def test_the_form_of_a_writing_page_cannot_write(vendor: User) -> None:
    with pytest.raises(PermissionDenied), transaction.atomic():
        ask(writes(writing), vendor)


def test_a_page_for_agents_does_not_exist_for_vendors(vendor: User, agent: User) -> None:
    page = reads(answering, audience=STAFF)
    assert ask(page, agent).status_code == 200
    with pytest.raises(Http404):
        ask(page, vendor)


def test_a_page_for_vendors_does_not_exist_for_agents(vendor: User, agent: User) -> None:
    page = reads(answering, audience=VENDOR)
    assert ask(page, vendor).status_code == 200
    with pytest.raises(Http404):
        ask(page, agent)


def test_a_traced_reading_leaves_one_trace(vendor: User) -> None:
    ask(reads(answering, trace="Consultation du dossier {reference}"), vendor, reference="C-2026-0001")
    trace = AccessTrace.objects.get()
    assert (trace.actor_id, trace.sentence, trace.path) == (vendor.pk, "Consultation du dossier C-2026-0001", "/page")


def test_the_same_form_sent_twice_has_one_effect_and_the_same_answer(vendor: User) -> None:
    post = {access.KEY: str(uuid.uuid4())}
    answers = [ask(writes(writing), vendor, post=post)["Location"] for _ in range(3)]
    assert answers == ["/fait"] * 3
    assert ReferenceCounter.objects.count() == 1


def test_a_form_refused_leaves_nothing_and_may_be_sent_again(vendor: User) -> None:
    key = str(uuid.uuid4())
    assert ask(writes(writing), vendor, post={access.KEY: key, "ok": "0"}).status_code == 422
    assert not ReferenceCounter.objects.exists()
    assert not Submission.objects.exists()
    assert ask(writes(writing), vendor, post={access.KEY: key})["Location"] == "/fait"


def test_the_key_of_another_person_shows_nothing_of_his(vendor: User, agent: User) -> None:
    post = {access.KEY: str(uuid.uuid4())}
    ask(writes(writing), vendor, post=post)
    assert ask(writes(writing), agent, post=post)["Location"] == "/page"


@pytest.mark.parametrize("key", ["", "abc", "é" * 50])
def test_a_missing_or_strange_key_does_not_prevent_writing(vendor: User, key: str) -> None:
    assert ask(writes(writing), vendor, post={access.KEY: key}).status_code == 302


def test_a_page_with_step_up_asks_for_it_first(vendor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "has_stepped_up", lambda request: False)
    response = ask(writes(writing, step_up=True), vendor, post={})
    assert "next=" in response["Location"]
    assert not ReferenceCounter.objects.exists()


def test_a_view_that_declares_nothing_is_not_served() -> None:
    with pytest.raises(ImproperlyConfigured):
        DeclaredAccess(answering).process_view(RequestFactory().get("/page"), answering, (), {})
