"""One dossier in each direction, lived through the operations to production."""

from datetime import UTC, datetime

import pytest

from policy.grants.direction import Direction
from policy.whitelist.models import WhitelistEntry
from portal import installation
from portal.demo import cast, stage
from portal.demo.pki import Pki
from portal.demo.story import Dossier
from portal.demo.tale import Step, Tale

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def authorities() -> Pki:
    """The scene of the demonstration, before anybody asked for anything."""
    installation.install(AT)
    return stage.set_scene(AT)


def lived(authorities: Pki, *, until: Step = Step.APPROVE, **changes: object) -> Dossier:
    tale = Tale(**{"company": cast.EDITEUR, **changes})  # type: ignore[arg-type]
    return Dossier(tale, authorities, AT).walk(until)


@pytest.mark.parametrize("profile", [0, 2])
def test_consumption_reaches_the_whitelist_with_or_without_certificate(authorities: Pki, profile: int) -> None:
    dossier = lived(authorities, direction=Direction.CONSUMPTION, access_profile=profile)
    entry = WhitelistEntry.objects.get(pk=dossier.entry.pk)
    assert (entry.state, entry.access_profile, entry.published_version) == ("approved", profile, 1)
    assert entry.certificates.count() == (0 if profile == 0 else 1)
