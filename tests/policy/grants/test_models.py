"""What the database itself refuses of a right, and who sees it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from policy.grants.lifecycle import State
from policy.grants.models import Grant
from portal.accounts.roles import StaffRole
from tests.factories.accounts import PersonFactory
from tests.factories.grants import ConnectionFactory, GrantFactory, agent
from tests.factories.parties import member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"region": "53"}, "national"),
        ({"feeding_profiles": ""}, "profil A"),
        ({"feeding_profiles": "BA"}, "profil A"),
        ({"access_profile": 1}, "aucun profil d’accès"),
        ({"direction": Direction.CONSUMPTION}, "un seul profil d’accès"),
        ({"direction": Direction.CONSUMPTION, "feeding_profiles": "", "access_profile": 6}, "un seul profil d’accès"),
        (
            {"direction": Direction.CONSUMPTION, "feeding_profiles": "", "access_profile": None},
            "un seul profil d’accès",
        ),
        ({"direction": "both"}, "consommation ou sur"),
        ({"production_url": "http://a.fr"}, "https://"),
    ],
)
def test_a_right_that_contradicts_itself_is_refused_by_the_database_with_a_sentence(given: dict, word: str) -> None:
    service = GrantFactory(state=State.WITHDRAWN).service
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantFactory(service=service, **given)
    wrong = GrantFactory.build(service=service, holder=service.owner, **given)
    with pytest.raises(ValidationError) as refused:
        wrong.validate_constraints()
    assert any(word in sentence for sentence in refused.value.messages)


@pytest.mark.parametrize(
    "given", [{}, {"feeding_profiles": "AB"}, {"consumption": True}, {"consumption": True, "region": "53"}]
)
def test_a_right_that_holds_together_is_kept(given: dict) -> None:
    grant = GrantFactory(**given)
    grant.validate_constraints()


def test_a_service_has_one_living_right_per_direction() -> None:
    first = GrantFactory()
    GrantFactory(service=first.service, consumption=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantFactory(service=first.service)
    Grant.objects.filter(pk=first.pk).update(state=State.WITHDRAWN)
    GrantFactory(service=first.service)


def test_a_client_id_names_one_right_in_each_environment() -> None:
    first = ConnectionFactory(client_id="lits")
    ConnectionFactory(client_id="lits", environment=Environment.SANDBOX)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConnectionFactory(client_id="lits", environment=first.environment)


def test_agents_see_all_rights_members_theirs_and_others_none() -> None:
    mine, other = GrantFactory(), GrantFactory()
    seen = Grant.objects.visible_to
    assert set(seen(agent(StaffRole.RAPPORTEUR))) == {mine, other}
    assert list(seen(member(mine.holder))) == [mine]
    assert list(seen(PersonFactory())) == []
    with pytest.raises(AttributeError):
        list(seen(AnonymousUser()))  # pages ask for a sign-in before
