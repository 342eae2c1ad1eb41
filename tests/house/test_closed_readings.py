"""Whatever leads to a legal entity and says who sees it leaves out what is closed to an agent (decision 23)."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from portal.parties.models import ClosedReading, LegalEntity
from tests.factories.accounts import AgentFactory

pytestmark = pytest.mark.django_db
OURS = ("portal", "policy", "onboarding")
OPEN = {
    "onboarding.note": "read through its dossier only",
    "onboarding.batch": "the references that a colleague ticked",
}


def kept() -> list[Any]:
    """The models that say who sees their rows and have a foreign key leading to a legal entity."""
    found = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return [model for model in found if hasattr(model._default_manager, "visible_to") and leads(model, set())]


def leads(model: Any, seen: set[Any]) -> bool:
    """Whether one foreign key after the other comes to a legal entity, persons left aside."""
    if model is LegalEntity:
        return True
    seen.add(model)
    keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    targets = [key.related_model for key in keys]
    return any(leads(one, seen) for one in targets if one not in seen and one._meta.label != "portal.User")


@pytest.mark.parametrize("model", kept(), ids=lambda model: model._meta.label_lower)
def test_rows_of_a_closed_entity_are_left_out(model: Any) -> None:
    statement = str(model._default_manager.visible_to(AgentFactory()).query)
    expected = model._meta.label_lower not in OPEN
    assert (ClosedReading._meta.db_table in statement) is expected


def test_the_table_above_is_not_empty_and_names_what_exists() -> None:
    assert len(kept()) > 20
    assert OPEN.keys() <= {model._meta.label_lower for model in apps.get_models()}
