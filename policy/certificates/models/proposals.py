"""Certificates proposed by a tool, which a person of the vendor declares or sets aside."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.parties.models import DigitalService, LegalEntity

from ..environments import Environment
from ..lifecycle import ProposalState
from .certificates import Certificate


class CertificateProposalQuerySet(models.QuerySet["CertificateProposal"]):
    """Readings of what tools proposed."""

    def visible_to(self, user: Any) -> "CertificateProposalQuerySet":
        """Agents see all; members see those of their legal entities' services; others nothing."""
        if user.is_agent:
            return self.exclude(service__owner__in=LegalEntity.objects.closed_to(user))
        return self.filter(service__in=DigitalService.objects.visible_to(user))

    def waiting(self) -> "CertificateProposalQuerySet":
        """Those that nobody decided."""
        return self.filter(state=ProposalState.PROPOSED)


class CertificateProposal(models.Model):
    """A public certificate that a tool of the agency proposed for a service: a token never declares (settled 36).

    `checks` are those of the proposal; they are judged again when a person declares it.
    """

    reference = models.CharField("référence", max_length=20)
    service = models.ForeignKey(DigitalService, on_delete=models.PROTECT, related_name="certificate_proposals")
    environment = models.CharField("environnement", max_length=12, choices=Environment.choices())
    state = models.CharField(max_length=10, choices=ProposalState.choices(), default=ProposalState.PROPOSED)
    pem = models.TextField("certificat")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    subject = models.TextField("titulaire")
    not_after = models.DateTimeField("valable jusqu’au")
    checks = models.JSONField("contrôles", default=list)
    token = models.CharField("jeton", max_length=40)
    proposed_at = models.DateTimeField("proposé le")
    decided_at = models.DateTimeField("décidé le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )

    objects = CertificateProposalQuerySet.as_manager()

    UNAUDITED = frozenset({"pem", "checks"})

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference"], name="certificate_proposal_reference_once"),
            models.UniqueConstraint(
                fields=["service", "environment", "fingerprint"],
                condition=Q(state=ProposalState.PROPOSED),
                name="certificate_proposal_once",
                violation_error_message="Ce certificat est déjà proposé pour ce service et cet environnement.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference
