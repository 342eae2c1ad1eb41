"""Forms already sent: what makes a double click have one effect."""

from django.db import models


class Submission(models.Model):
    """A form key that was used, and where its answer sent the person."""

    key = models.UUIDField(primary_key=True)
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    location = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="submission_at")]

    def __str__(self) -> str:
        return str(self.key)
