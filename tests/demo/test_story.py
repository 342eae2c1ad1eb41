"""One dossier in each direction, lived through the operations to production, and the verdicts that follow."""

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.candidacies import eligibility
from onboarding.candidacies import operations as candidacies
from onboarding.candidacies.blocks import Block
from onboarding.candidacies.comments import CommentKind
from onboarding.candidacies.lifecycle import State
from policy.certificates.environments import Environment
from policy.grants.direction import Direction
from policy.grants.models import ConnectionData
from policy.profiles.engine import Effect
from policy.verdicts import decision
from policy.verdicts import queries as verdicts
from policy.verdicts.question import Question
from policy.whitelist import operations as whitelist
from policy.whitelist.models import WhitelistEntry
from portal import installation
from portal.audit import queries as audit
from portal.audit.models import AuditEvent
from portal.demo import cast, stage
from portal.demo.pki import Pki
from portal.demo.story import Dossier, establishment_numbers
from portal.demo.tale import Step, Tale
from portal.lifecycle.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
AT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
OFFER = "HealthcareService.description"


@pytest.fixture
def authorities() -> Pki:
    """The scene of the demonstration, before anybody asked for anything."""
    installation.install(AT)
    return stage.set_scene(AT)


def lived(authorities: Pki, until: Step = Step.APPROVE, *, at: datetime = AT, **changes: object) -> Dossier:
    tale = Tale(**{"company": cast.EDITEUR, **changes})  # type: ignore[arg-type]
    return Dossier(tale, authorities, at).walk(until)


def answer(at: datetime, **asked: object) -> Effect:
    index = verdicts.index_at(Environment.PRODUCTION, at)
    return decision.effect(index, Question(**{"operation": "read", "at": at, **asked}))  # type: ignore[arg-type]


def reads(at: datetime, element: str = OFFER, **asked: object) -> Effect:
    return answer(at, element=element, **{"facts": {"sensitive_unit": "non"}, **asked})


def test_profile_2_reads_by_certificate_and_by_client_id(authorities: Pki) -> None:
    dossier = lived(authorities, direction=Direction.CONSUMPTION)
    entry, later = WhitelistEntry.objects.get(), dossier.now + timedelta(minutes=1)
    assert (entry.state, entry.access_profile, entry.published_version) == ("approved", 2, 1)
    fingerprint = entry.certificates.get().fingerprint
    for caller in ({"fingerprint": fingerprint}, {"client_id": entry.client_id}):
        assert reads(later, **caller) is Effect.PERMIT
        assert reads(later, facts={"sensitive_unit": "oui"}, **caller) is Effect.DENY
        assert answer(later, operation="patch", element="Location.supported-capacity", **caller) is Effect.DENY
    assert reads(later, client_id="inconnu") is Effect.DENY
    assert set(ConnectionData.objects.values_list("headers__Ror-Profil-Utilisateur-Code", flat=True)) == {"CU20"}


def test_profile_0_reads_by_client_id_without_certificate(authorities: Pki) -> None:
    dossier = lived(authorities, direction=Direction.CONSUMPTION, access_profile=0)
    entry, later = WhitelistEntry.objects.get(), dossier.now + timedelta(minutes=1)
    assert not entry.certificates.exists()
    assert reads(later, client_id=entry.client_id) is Effect.PERMIT
    assert reads(later, "Location.supported-capacity", client_id=entry.client_id) is Effect.DENY
    assert set(ConnectionData.objects.values_list("secret_sealed", "secret_number")) == {("", 1)}


def test_one_service_holds_a_right_in_each_direction_with_names_of_its_own(authorities: Pki) -> None:
    feeding = lived(authorities, host="deux.exemple.fr")
    reading = lived(
        authorities, Step.PRODUCTION_CONNECTION, at=feeding.now, host="deux.exemple.fr", direction=Direction.CONSUMPTION
    )
    assert reading.service == feeding.service
    assert reading.entity == feeding.entity
    reading.walk()
    first, second = WhitelistEntry.objects.order_by("pk")
    assert first.client_id != second.client_id
    subjects = {entry.certificates.get().subject for entry in (first, second)}
    assert len(subjects) == 2
    later = reading.now + timedelta(minutes=1)
    establishment = establishment_numbers(feeding.tale)[0]
    written = {"operation": "patch", "element": "Location.supported-capacity", "establishment": establishment}
    assert answer(later, client_id=first.client_id, **written) is Effect.PERMIT
    assert answer(later, client_id=second.client_id, **written) is Effect.DENY
    assert reads(later, client_id=second.client_id) is Effect.PERMIT
    assert reads(later, client_id=first.client_id) is Effect.DENY


def test_certificates_of_two_directions_are_chosen_never_mixed(authorities: Pki) -> None:
    feeding = lived(authorities, Step.PRODUCTION_CONNECTION, host="deux.exemple.fr")
    reading = lived(
        authorities, Step.PRODUCTION_CONNECTION, at=feeding.now, host="deux.exemple.fr", direction=Direction.CONSUMPTION
    )
    manager = cast.account_of("gestionnaire_1")
    with pytest.raises(Refused, match="choisissez les certificats de ce sens"):
        whitelist.propose(reading.grant, environment=Environment.PRODUCTION, by=manager, at=reading.now)
    reading.walk(Step.PROPOSE)
    assert reading.certificate is not None
    with pytest.raises(Refused, match="ne peut pas être inscrit"):
        whitelist.propose(
            feeding.grant,
            environment=Environment.PRODUCTION,
            certificates=[reading.certificate.reference],
            by=manager,
            at=reading.now,
        )


@pytest.mark.parametrize("direction", list(Direction))
def test_a_correction_round_is_walked_in_both_directions(authorities: Pki, direction: Direction) -> None:
    dossier = lived(authorities, Step.TAKE, direction=direction)
    candidacy, vendor, reviewer = dossier.candidacy, dossier.vendor, cast.account_of("instructrice")
    at = dossier.now
    field = "region_routes" if direction is Direction.FEEDING else "user_roles"
    block = Block.SOLUTION if direction is Direction.FEEDING else Block.ACCESS
    candidacies.comment(
        candidacy, block=block, field=field, kind=CommentKind.INCOMPLETE, text="Précisez.", by=reviewer, at=at
    )
    candidacies.return_to_vendor(candidacy, by=reviewer, at=at)
    with pytest.raises(Refused, match="n’a pas demandé de corriger"):
        candidacies.edit(candidacy, Block.CONTACTS, {"technical_name": "Autre"}, by=vendor, at=at)
    route = {"84": "direct", "93": "direct"}
    corrected = {"region_routes": route} if direction is Direction.FEEDING else {"user_roles": ["CU20", "CU18"]}
    candidacies.edit(candidacy, block, corrected, by=vendor, at=at)
    candidacies.answer(candidacy, 1, "C’est précisé.", by=vendor, at=at)
    version = candidacies.submit(candidacy, by=vendor, at=at)
    assert (version.number, candidacy.state) == (2, State.SUBMITTED)
    candidacies.take(candidacy, by=reviewer, at=at)
    grid = {criterion.code: ("yes", "") for criterion in eligibility.criteria(direction)}
    candidacies.assess(candidacy, grid, by=reviewer, at=at)
    candidacies.declare_complete(candidacy, by=reviewer, at=at)
    dossier.reached = Step.COMPLETE
    assert dossier.walk().grant.direction == direction


def test_the_journal_tells_the_charters_with_their_numbers(authorities: Pki) -> None:
    published = AuditEvent.objects.filter(action="legaltexts.publish").select_related("detail")
    told = [one.sentence for one in audit.sentences(published)]
    assert len(told) == 2
    assert all("», version 1 (à signer)" in sentence for sentence in told)
