"""Template filters of the desk: `{% load desk %}`."""

from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.filter
def href(target: Any) -> str:
    """The address of anything that names its page: a proof, an act, an alert, a check (`url_name` and `args`)."""
    return reverse(target.url_name, args=target.args)
