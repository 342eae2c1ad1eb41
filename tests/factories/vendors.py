"""Claims of legal entities."""

from datetime import date

import factory

from onboarding.vendors.lifecycle import State
from onboarding.vendors.models import EntityClaim, ServiceSheet
from onboarding.vendors.proofs import ProofKind, Quality
from tests.factories.accounts import AgentFactory, PersonFactory
from tests.factories.documents import DepositedFileFactory
from tests.factories.parties import NOW, DigitalServiceFactory, LegalEntityFactory, luhn


class EntityClaimFactory(factory.django.DjangoModelFactory):
    """A claim filed at NOW on a recent register extract. Traits: `verified`, `refused`."""

    class Meta:
        model = EntityClaim

    class Params:
        verified = factory.Trait(
            state=State.VERIFIED,
            decided_at=NOW,
            decided_by=factory.SubFactory(AgentFactory),
            examined_piece="Extrait d’un registre (Kbis, RNE, Sirene), du 20/02/2026",
            legal_entity=factory.SubFactory(LegalEntityFactory),
        )
        refused = factory.Trait(
            state=State.REFUSED,
            decided_at=NOW,
            decided_by=factory.SubFactory(AgentFactory),
            grounds="L’extrait est illisible.",
        )

    reference = factory.Sequence(lambda n: f"R-2026-{n + 1000}")
    claimant = factory.SubFactory(PersonFactory)
    siren = factory.Sequence(lambda n: luhn(f"{82000000 + n}"))
    name = factory.Sequence(lambda n: f"Hôpitaux Réunis {n}")
    address = "3 place de la Mairie"
    postcode = "69001"
    city = "Lyon"
    quality = Quality.CHAIR
    proof = factory.SubFactory(DepositedFileFactory, uploaded_by=factory.SelfAttribute("..claimant"))
    proof_kind = ProofKind.REGISTER_EXTRACT
    proof_date = date(2026, 2, 20)
    filed_at = NOW


class ServiceSheetFactory(factory.django.DjangoModelFactory):
    """A filled sheet."""

    class Meta:
        model = ServiceSheet

    service = factory.SubFactory(DigitalServiceFactory)
    software_version = "4.2"
    hosting = "Hébergeur HDS, Roubaix"
    description = "Gestion des lits."
