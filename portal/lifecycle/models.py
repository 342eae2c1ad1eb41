"""Counters behind public references."""

from django.db import models


class ReferenceCounter(models.Model):
    """Last number given for a prefix and a year (year 0: numbering without year)."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField(default=0)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="reference_counter_once")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.year} {self.last}"
