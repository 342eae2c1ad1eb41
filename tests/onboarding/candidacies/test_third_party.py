"""A deposited request writes down for whom the service acts; certificates may then name that party."""

import pytest

from onboarding.candidacies import operations
from onboarding.candidacies.models import Candidacy
from policy.certificates import queries as certificates
from policy.certificates.models import ThirdParty
from portal.lifecycle.errors import Incomplete
from tests.factories.accounts import PersonFactory
from tests.factories.candidacies import fillable, representative, reviewer, secretary
from tests.factories.documents import DepositedFileFactory

pytestmark = pytest.mark.django_db
NUMBER = "200 053 767 00014"


def acting(number: str) -> Candidacy:
    """A request that lacks nothing, of a service that acts for a third party under a mandate."""
    return fillable(
        for_third_party=True,
        third_party_name="Région d’essai",
        third_party_number=number,
        mandate=DepositedFileFactory(uploaded_by=PersonFactory()),
    )


def test_the_deposit_writes_the_third_party_down_and_a_correction_takes_it_back() -> None:
    candidacy = acting(NUMBER)
    boss = representative(candidacy)
    assert not ThirdParty.objects.exists()  # a draft says nothing
    operations.submit(candidacy, by=boss)
    held = ThirdParty.objects.get()
    assert (held.service, held.source, held.number) == (candidacy.service, candidacy.reference, "20005376700014")
    labels = [holder.label for holder in certificates.holders(candidacy.service)]
    assert labels == [
        candidacy.service.owner.name,
        f"Région d’essai, tiers déclaré dans la demande {candidacy.reference}",
    ]
    operations.take(candidacy, by=reviewer())
    Candidacy.objects.filter(pk=candidacy.pk).update(state="returned", for_third_party=False)
    operations.submit(Candidacy.objects.get(pk=candidacy.pk), by=boss)
    assert not ThirdParty.objects.exists()


@pytest.mark.parametrize("ended", ["withdrawn", "refused"])
def test_the_third_party_ends_with_a_request_that_comes_to_nothing(ended: str) -> None:
    candidacy = acting(NUMBER)
    boss = representative(candidacy)
    operations.submit(candidacy, by=boss)
    if ended == "withdrawn":
        operations.withdraw(candidacy, by=boss)
    else:
        Candidacy.objects.filter(pk=candidacy.pk).update(state="complete")
        operations.refuse(Candidacy.objects.get(pk=candidacy.pk), by=secretary())
    assert Candidacy.objects.get(pk=candidacy.pk).state == ended
    assert not ThirdParty.objects.exists()
    assert [holder.label for holder in certificates.holders(candidacy.service)] == [candidacy.service.owner.name]


def test_a_false_number_is_asked_again_and_none_is_needed() -> None:
    wrong = acting("200 053 767 00015")
    with pytest.raises(Incomplete) as refused:
        operations.submit(wrong, by=representative(wrong))
    assert [one.field for one in refused.value.missing] == ["third_party_number"]
    unnamed = acting("")
    operations.submit(unnamed, by=representative(unnamed))
    assert not ThirdParty.objects.exists()
