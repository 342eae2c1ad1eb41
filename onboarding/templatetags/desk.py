"""Template tags and filters of the desk: `{% load desk %}`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from onboarding.candidacies.lifecycle import State
from onboarding.desk.columns import TEXTS, Column
from portal.lifecycle.table import LabelledEnum
from portal.web import wording

register = template.Library()


@register.filter
def href(target: Any) -> str:
    """The address of anything that names its page: a proof, an act, an alert, a check (`url_name` and `args`)."""
    return reverse(target.url_name, args=target.args)


@register.simple_tag
def options(choices: Iterable[LabelledEnum], chosen: LabelledEnum | None, blank: str) -> SafeString:
    """The options of a drop-down list, the blank one first where it has a word."""
    return _options(tuple((one.value, one.label) for one in choices), chosen.value if chosen else "", blank)


@lru_cache(maxsize=256)
def _options(choices: tuple[tuple[str, str], ...], chosen: str, blank: str) -> SafeString:
    """A given list is written once."""
    known = (("", blank), *choices) if blank else choices
    marked = ((value, SafeString(" selected") if value and value == chosen else "", label) for value, label in known)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


@register.simple_tag
def state_boxes(states: Iterable[tuple[State, int, bool]]) -> SafeString:
    """The boxes by which states are chosen, each with the number of its dossiers."""
    return mark_safe("".join(_state_box(state, checked) % count for state, count, checked in states))


@cache
def _state_box(state: State, checked: bool) -> str:
    """A box with a place for its number."""
    box = (
        '<div class="fr-fieldset__element fr-fieldset__element--inline"><div class="fr-checkbox-group '
        'fr-checkbox-group--sm"><input type="checkbox" id="etat-{0}" name="etat" value="{0}"{2}>'
        '<label class="fr-label" for="etat-{0}">{1} (%d)</label></div></div>'
    )
    return format_html(box, state.value, state.label, SafeString(" checked") if checked else "")


@register.simple_tag
def dossier_rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], ticked: bool) -> SafeString:
    """The lines of the list of dossiers, their cells written beforehand: a template would be ten times slower.

    `ticked` gives each line the box by which it is chosen for an act on many.
    """
    root = reverse("candidacies")
    return mark_safe("".join(_row(row, columns, root, ticked) for row in rows))


def _row(row: Mapping[str, Any], columns: Sequence[Column], root: str, ticked: bool) -> str:
    reference = conditional_escape(row["reference"])
    box = _BOX.format(reference) if ticked else ""
    cells = "".join(f"<td>{CELLS.get(column, _plain(column))(row)}</td>" for column in columns)
    link = f'<a class="fr-link portal-reference" href="{root}{reference}/">{reference}</a>'
    return f'<tr>{box}<th scope="row">{link}</th>{cells}</tr>'


_BOX = (
    '<td class="desk-tick"><div class="fr-checkbox-group fr-checkbox-group--sm"><input type="checkbox" name="dossier" '
    'value="{0}" id="choix-{0}"><label class="fr-label" for="choix-{0}"><span class="fr-sr-only">Choisir {0}</span>'
    "</label></div></td>"
)


def _plain(column: Column) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: conditional_escape(TEXTS[column](row))


def _time(name: str) -> Callable[[Mapping[str, Any]], str]:
    def cell(row: Mapping[str, Any]) -> str:
        at: datetime | None = row[name]
        if at is None:
            return ""
        exact = wording.exact(at)
        return f'<time datetime="{at.isoformat(timespec="seconds")}" title="{exact}">{wording.short_moment(at)}</time>'

    return cell


@cache
def _badge(state: str) -> str:
    tone, icon = wording.badge(state)
    return render_to_string("web/badge.html", {"label": State(state).label, "tone": tone, "icon": icon}).strip()


def _committee(row: Mapping[str, Any]) -> str:
    for name, page in (("decision_reference", "decision"), ("session_reference", "session")):
        if reference := row[name]:
            return format_html(
                '<a class="fr-link portal-reference" href="{}">{}</a>', reverse(page, args=[reference]), reference
            )
    return "Aucune séance"


CELLS: Mapping[Column, Callable[[Mapping[str, Any]], str]] = {
    Column.STATE: lambda row: _badge(row["state"]),
    Column.RECEIVED: _time("received_at"),
    Column.COMPLETED: _time("completed_at"),
    Column.COMMITTEE: _committee,
    Column.REVIEWER: lambda row: conditional_escape(TEXTS[Column.REVIEWER](row) or "Personne"),
}
