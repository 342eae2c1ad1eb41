"""The pieces that every slice includes: tables, figures, steps, pages of a list, bands, empty states."""

import re
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string

from policy.certificates.environments import Environment


def shown(source: str, **context: Any) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


def test_a_table_has_a_caption_and_headers_of_columns_and_rows() -> None:
    context = {"caption": "Dossiers", "headers": ["Référence", "État"], "rows": [["C-2026-0001", "<b>Déposé</b>"]]}
    html = render_to_string("web/table.html", context)
    assert "<caption>Dossiers</caption>" in html
    assert html.count('scope="col"') == 2
    assert '<th scope="row">C-2026-0001</th>' in html
    assert "&lt;b&gt;" in html


def test_an_empty_table_says_so_on_its_whole_width() -> None:
    html = render_to_string("web/table.html", {"caption": "Dossiers", "headers": ["A", "B"], "rows": []})
    assert '<td colspan="2">Rien à afficher' in html


def test_a_figure_leads_to_what_it_counts() -> None:
    html = shown('{% figure 12 "dossiers à instruire" "/dossiers/" "le plus ancien date de mars" %}')
    assert re.search(r'<a href="/dossiers/">\s*<span class="portal-figure__value">12</span> dossiers à instruire', html)
    assert "le plus ancien date de mars" in html


@pytest.mark.parametrize(("current", "following"), [(1, "Dépôt"), (2, "")])
def test_a_stepper_tells_the_step_and_the_next_one(current: int, following: str) -> None:
    html = shown("{% stepper current titles %}", current=current, titles=["Charte", "Dépôt"])
    assert f"Étape {current} sur 2" in html
    assert ("Étape suivante" in html) is bool(following)


def test_pages_of_a_list_keep_the_filters() -> None:
    page = Paginator(range(30), 10).page(2)
    html = render_to_string("web/pagination.html", {"page": page, "query": "etat=depose"})
    assert 'href="?etat=depose&amp;page=1"' in html
    assert 'href="?etat=depose&amp;page=3"' in html
    assert "Page 2 sur 3" in html


def test_a_list_on_one_page_shows_no_pagination() -> None:
    assert render_to_string("web/pagination.html", {"page": Paginator(range(3), 10).page(1)}).strip() == ""


@pytest.mark.parametrize("environment", list(Environment))
def test_test_and_production_differ_by_word_and_shape(environment: Environment) -> None:
    html = render_to_string("web/environment.html", {"environment": environment})
    kind = "production" if environment == Environment.PRODUCTION else "sandbox"
    assert f"portal-band--{kind}" in html
    assert ("Production" if kind == "production" else "environnement de test") in html


def test_an_empty_state_says_what_to_do() -> None:
    html = render_to_string("web/empty.html", {"title": "Aucun service", "url": "/s/", "label": "En déclarer un"})
    assert 'href="/s/">En déclarer un</a>' in html


def test_the_address_of_a_page_that_does_not_exist_is_empty() -> None:
    assert shown("{% address 'nowhere' as url %}[{{ url }}]") == "[]"


def test_a_breadcrumb_marks_the_page_itself() -> None:
    html = render_to_string("web/breadcrumb.html", {"breadcrumb": [("Dossiers", "/dossiers/"), ("C-2026-0001", "")]})
    assert 'href="/dossiers/">Dossiers</a>' in html
    assert re.search(r'<a class="fr-breadcrumb__link" aria-current="page">C-2026-0001</a>', html)
