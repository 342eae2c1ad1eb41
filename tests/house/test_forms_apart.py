"""The forms that nobody finds open amid the world, each on a row of its own: bad input, strangers, a second sending."""

import uuid
from datetime import datetime
from typing import Any

import pytest

from policy.servers import authorities
from tests.factories.accounts import PersonFactory
from tests.factories.apart import SCENES, Scene
from tests.factories.parties import proved
from tests.factories.servers import public
from tests.factories.world import undone
from tests.house.spoilt import Fields, kept, read, saved, spoil_all

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(params=SCENES)
def scene(request: pytest.FixtureRequest, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The row and its form."""
    monkeypatch.setattr(authorities, "store", lambda: public().store())
    return SCENES[request.param](now)


@pytest.fixture
def fields(scene: Scene) -> Fields:
    """The form as its page shows it."""
    found = read(scene.client, scene.path, scene.home or scene.path)
    assert found is not None, "its page shows it to who may send it"
    return found


def test_bad_input_is_answered_and_has_no_half_effect(scene: Scene, fields: Fields) -> None:
    spoil_all(scene.client, scene.path, fields)


def test_a_form_sent_twice_has_one_effect_and_a_second_one_finds_it_done(scene: Scene, fields: Fields) -> None:
    form, before = _read_first(scene, kept(fields) | scene.typed), saved()
    first, once = scene.client.post(scene.path, form), saved()
    assert first.status_code == 302
    assert once > before
    second = scene.client.post(scene.path, form)
    assert (second.status_code, second["Location"], saved()) == (302, first["Location"], once)
    late = scene.client.post(scene.path, form | {"cle_envoi": str(uuid.uuid4())})
    assert late.status_code < 500
    assert scene.again or saved() == once


def test_a_stranger_changes_nothing(scene: Scene) -> None:
    before = saved()
    answer = proved(PersonFactory()).post(scene.path, {"cle_envoi": str(uuid.uuid4())} | dict(scene.typed))
    assert answer.status_code in (403, 404) or answer["Location"] == "/orientation/"
    assert saved() == before


def _read_first(scene: Scene, form: dict[str, Any]) -> dict[str, Any]:
    """The form with the mark of what is shown before it is recorded, where something is."""
    before, shown = saved(), None
    if "vu" not in form:
        with undone():
            shown = scene.client.post(scene.path, form)
    if shown is None or shown.status_code != 200:
        return form
    assert saved() == before
    return form | {"vu": shown.context["form"].fingerprint}
