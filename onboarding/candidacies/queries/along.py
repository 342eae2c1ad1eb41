"""Candidacies read together with what stands around them."""

from collections.abc import Sequence

from django.db.models import OuterRef, Prefetch, Subquery, prefetch_related_objects

from onboarding.candidacies.models import Candidacy, CandidacyQuerySet
from onboarding.candidacies.queries import contents
from onboarding.establishments import queries as establishments
from onboarding.legaltexts import queries as legaltexts
from portal.documents.kinds import Kind
from portal.documents.models import StoredDocument


def in_full() -> CandidacyQuerySet:
    """Candidacies with what their pages show."""
    return Candidacy.objects.select_related(
        "service__owner",
        "service__sheet",
        "reviewer",
        "opened_by",
        "follows",
        "mandate",
        "sponsor_letter",
        "paper__scan",
    ).prefetch_related(Prefetch("pieces", queryset=contents.joined(), to_attr=contents.JOINED))


def read_along(candidacies: Sequence[Candidacy]) -> None:
    """Reads, in three queries for all of them, the pieces, lists and signatures that several readings look at."""
    prefetch_related_objects(candidacies, Prefetch("pieces", queryset=contents.joined(), to_attr=contents.JOINED))
    services = [candidacy.service for candidacy in candidacies]
    establishments.read_lists(services)
    legaltexts.read_signatures(services)


def with_receipt(candidacies: CandidacyQuerySet) -> CandidacyQuerySet:
    """Adds `receipt_reference`: the receipt of the last deposit, None until it is issued."""
    issued = StoredDocument.objects.filter(kind=Kind.RECEIPT, subject_reference=OuterRef("reference"))
    return candidacies.annotate(receipt_reference=Subquery(issued.order_by("-issued_at").values("reference")[:1]))
