"""Template tags and filters of every page: `{% load portal %}`.

Filters: `moment`, `short_moment` (instants), `day`, `short_day`, `said_day` (dates), `uncapped`, `groups`,
`field_errors`, `plural`.
Tags: `state_badge`, `once`, `dress`, `menu`, `frozen`, `address`, `stepper`, `figure`.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.web import context, forms, wording
from portal.web.context import Link

register = template.Library()


def _time(instant: datetime, text: str) -> SafeString:
    local = instant.astimezone(wording.PARIS)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        wording.exact(instant),
        text,
    )


@register.filter
def moment(instant: datetime | None) -> SafeString | str:
    """« mardi 24 novembre 2026, 14 h 30 », with the exact instant on hover; nothing for no instant."""
    return _time(instant, wording.moment(instant)) if instant else ""


@register.filter
def short_moment(instant: datetime | None) -> SafeString | str:
    """« 24/11/2026 à 14 h 30 », for tables."""
    return _time(instant, wording.short_moment(instant)) if instant else ""


def _date(value: date | datetime) -> date:
    return value.astimezone(wording.PARIS).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> SafeString | str:
    """« mardi 24 novembre 2026 »; of an instant, its day in Paris."""
    if not value:
        return ""
    return format_html(
        '<time datetime="{}">{}</time>',
        _date(value).isoformat(),
        wording.day(_date(value)),
    )


@register.filter
def short_day(value: date | datetime | None) -> SafeString | str:
    """« 24/11/2026 », for tables."""
    if not value:
        return ""
    return format_html(
        '<time datetime="{}">{}</time>',
        _date(value).isoformat(),
        wording.short_day(_date(value)),
    )


@register.filter
def said_day(value: date | datetime | None) -> str:
    """« mardi 24 novembre 2026 » as plain words: for mails and their subjects, which hold no `<time>`."""
    return wording.day(_date(value)) if value else ""


@register.filter
def plural(count: int, words: str) -> str:
    """`{{ 3|plural:"dossier,dossiers" }}` -> « 3 dossiers »; in French, zero is singular, thousands apart."""
    one, many = words.split(",")
    return f"{count:,}".replace(",", wording.SPACE) + wording.SPACE + (many if abs(count) > 1 else one)


@register.filter
def thousands(number: int) -> str:
    """« 12 977 »: figures by threes, with spaces that do not break."""
    return f"{number:,}".replace(",", "\u202f")


@register.filter
def uncapped(text: str) -> str:
    """A label within a sentence: its first letter small, its acronyms kept."""
    return wording.uncapped(str(text))


@register.filter
def groups(form: BaseForm) -> list[tuple[str, list[BoundField]]]:
    """The visible fields of a form by legend."""
    return forms.groups(form)


@register.filter
def field_errors(form: BaseForm) -> list[tuple[BoundField, str]]:
    """(field, sentence) pairs in the order of the page, for the summary of errors."""
    return [(field, str(error)) for field in form.visible_fields() for error in field.errors]


@register.simple_tag
def dress(form: BaseForm) -> str:
    """Give a form the look of the design system; needed only by forms that are not ours."""
    if not isinstance(form, forms.Form):
        forms.dress(form)
    return ""


@register.simple_tag
def once() -> SafeString:
    """The hidden key which makes two submissions of one form one effect."""
    return format_html('<input type="hidden" name="cle_envoi" value="{}">', uuid4())


@register.simple_tag
def address(name: str, *args: Any) -> str:
    """The address of a page by its name, empty when the page does not exist."""
    if not args:
        return context.address(name)
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag
def menu(links: tuple[Link, ...]) -> SafeString:
    """The menu of `navigation`; a given menu is written once."""
    return _menu(links)


@lru_cache(maxsize=512)
def _menu(links: tuple[Link, ...]) -> SafeString:
    return render_to_string("web/menu.html", {"navigation": links})


@register.simple_tag
def frozen(name: str) -> SafeString:
    """An include that depends on nothing but the portal's settings, written once: `{% frozen "web/footer.html" %}`."""
    return _frozen(name, settings.ROOT_URLCONF, settings.STATIC_URL, *context.bare().items())


@lru_cache(maxsize=64)
def _frozen(name: str, urlconf: str, static: str, *shown: tuple[str, Any]) -> SafeString:
    return render_to_string(name, dict(shown))


@register.simple_tag
def state_badge(subject: Any, field: str = "state") -> SafeString:
    """The state of a row (or a state itself) as word, colour and icon: `{% state_badge candidacy %}`."""
    value = subject if isinstance(subject, str) else getattr(subject, field)
    return _badge(_label(subject, field), str(value))


@lru_cache(maxsize=512)
def _badge(label: str, state: str) -> SafeString:
    """The badge of a state under this word; a given badge is written once."""
    tone, icon = wording.badge(state)
    return render_to_string("web/badge.html", {"label": label, "tone": tone, "icon": icon})


def _label(subject: Any, field: str) -> str:
    if isinstance(subject, str):
        return str(getattr(subject, "label", subject))
    return str(getattr(subject, f"get_{field}_display")())


@register.inclusion_tag("web/stepper.html")
def stepper(current: int, titles: Sequence[str]) -> dict[str, Any]:
    """The step we are at: `{% stepper 2 titles %}`, counted from one."""
    following = titles[current] if current < len(titles) else ""
    return {
        "current": current,
        "total": len(titles),
        "title": titles[current - 1],
        "following": following,
    }


@register.inclusion_tag("web/figure.html")
def figure(value: Any, label: str, url: str = "", detail: str = "") -> dict[str, Any]:
    """A key figure: `{% figure 12 "dossiers à instruire" url "le plus ancien date du 3 mars" %}`."""
    return {"value": value, "label": label, "url": url, "detail": detail}
