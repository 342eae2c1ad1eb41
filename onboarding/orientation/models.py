"""Published versions of the orientation questionnaire, kept as the text of their file; frozen (trigger)."""

from django.conf import settings
from django.db import models

from .lifecycle import State


class OrientationVersion(models.Model):
    """One version. The one delivered with the portal is number 1 and has no row; the last number is in force."""

    number = models.PositiveSmallIntegerField("numéro")
    title = models.CharField("titre", max_length=160)
    source = models.TextField("texte")
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    reason = models.CharField("ce qui change et pourquoi", max_length=300)
    state = models.CharField(max_length=12, choices=State.choices(), default=State.PUBLISHED)
    published_at = models.DateTimeField("publiée le")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    UNAUDITED = frozenset({"source"})  # `sha256` stands for it

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                name="orientation_number_once",
                violation_error_message="Quelqu’un vient de publier une version : rechargez la page.",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gt=1),
                name="orientation_first_is_delivered",
                violation_error_message="La version 1 est celle livrée avec le portail.",
            ),
        ]

    def __str__(self) -> str:
        return f"questionnaire d’orientation {self.number}"
