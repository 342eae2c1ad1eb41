"""What a vendor accepts to show of a service."""

from django.db import models

from portal.parties.models import DigitalService

from .lifecycle import State


class Listing(models.Model):
    """The vendor's word on the public list; a service shows there only while it is also in production."""

    service = models.OneToOneField(DigitalService, on_delete=models.PROTECT, related_name="listing", primary_key=True)
    presentation = models.CharField("présentation", max_length=300, blank=True)
    state = models.CharField("état", max_length=10, choices=State.choices(), default=State.LISTED)
    since = models.DateTimeField("depuis le")

    def __str__(self) -> str:
        return f"liste publique : {self.service.reference}"
