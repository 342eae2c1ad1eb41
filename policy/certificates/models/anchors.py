"""The authorities that certificates are verified with."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ..environments import Hierarchy
from ..lifecycle import AnchorState
from ..revocation import Standing
from ..trust import Anchor, AnchorKind


class TrustAnchorQuerySet(models.QuerySet["TrustAnchor"]):
    """Readings of trusted authorities."""

    def demonstration(self) -> "TrustAnchorQuerySet":
        """Those of the demonstration, which no production portal may trust."""
        return self.filter(is_demo=True)

    def trusted(self) -> "TrustAnchorQuerySet":
        """Those that certificates are verified with: recognised, even when their withdrawal is proposed."""
        return self.filter(state__in=[AnchorState.TRUSTED, AnchorState.LEAVING])


class TrustAnchor(models.Model):
    """A certification authority whose certificates the portal accepts, in one hierarchy.

    `subject_digest` is what certificates name as their issuer. Revocation is asked at `crl_url` and `ocsp_url` only.
    """

    reference = models.CharField("référence", max_length=20)
    name = models.CharField("nom", max_length=200)
    hierarchy = models.CharField("hiérarchie", max_length=10, choices=Hierarchy.choices())
    kind = models.CharField("rang", max_length=20, choices=AnchorKind.choices())
    pem = models.TextField("certificat")
    fingerprint = models.CharField("empreinte SHA-256", max_length=64)
    subject = models.TextField("titulaire", default="")
    subject_digest = models.CharField(max_length=64, default="")
    not_after = models.DateTimeField("valable jusqu’au")
    is_demo = models.BooleanField("démonstration", default=False)
    crl_url = models.CharField("adresse de la liste de révocation", max_length=300, blank=True)
    ocsp_url = models.CharField("adresse du répondeur OCSP", max_length=300, blank=True)
    revocation = models.CharField("révocation", max_length=12, choices=Standing.choices(), default=Standing.NOT_ASKED)
    revocation_sentence = models.CharField(max_length=400, blank=True)
    revocation_at = models.DateTimeField("révocation consultée le", null=True, blank=True)
    state = models.CharField(max_length=10, choices=AnchorState.choices(), default=AnchorState.TRUSTED)
    installed_at = models.DateTimeField("reconnue le", null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField("proposée le", null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)

    objects = TrustAnchorQuerySet.as_manager()

    UNAUDITED = frozenset({"pem"})

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                condition=~Q(state__in=[AnchorState.REJECTED, AnchorState.WITHDRAWN]),
                name="trust_anchor_once",
                violation_error_message="Cette autorité est déjà installée ou proposée.",
            ),
            models.UniqueConstraint(fields=["reference"], name="trust_anchor_reference_once"),
            models.CheckConstraint(
                condition=~Q(state__in=[AnchorState.TRUSTED, AnchorState.WITHDRAWN], decided_by=F("proposed_by")),
                name="trust_anchor_four_eyes",
                violation_error_message="La personne qui propose une autorité ou son retrait ne peut pas en décider.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def as_anchor(self) -> Anchor:
        """The authority as the verification takes it."""
        return Anchor(
            self.name,
            Hierarchy(self.hierarchy),
            AnchorKind(self.kind),
            self.pem,
            self.is_demo,
            self.crl_url,
            self.ocsp_url,
        )

    @property
    def is_trusted(self) -> bool:
        """True while certificates are verified with it."""
        return self.state in (AnchorState.TRUSTED, AnchorState.LEAVING)
