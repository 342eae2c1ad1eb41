"""Template filters of the committee: `{% load committee %}`."""

from collections.abc import Iterable

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def filled(fields: Iterable[BoundField]) -> bool:
    """Whether one of these fields holds something, or is at fault: its group is then shown open."""
    return any(field.errors or (field.value() and not field.name.endswith("_blocks")) for field in fields)
