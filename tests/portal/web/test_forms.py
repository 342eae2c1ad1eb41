"""Forms in the design system: fields tied to their words, errors that lead to them, refusals said on them."""

import re
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from portal.lifecycle.errors import Incomplete, Missing, MoveNotAllowed, Refused
from portal.web.acting import refusals_in
from portal.web.forms import DayField, Form, groups


class Sheet(Form):
    """One field of each kind."""

    fieldsets = (("Identité", ("name", "kind")),)
    name = forms.CharField(label="Nom", help_text="Tel qu’au registre")
    kind = forms.ChoiceField(label="Type", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    uses = forms.MultipleChoiceField(
        label="Usages", choices=[("1", "Un"), ("2", "Deux")], widget=forms.CheckboxSelectMultiple, required=False
    )
    since = DayField(label="Depuis")
    proof = forms.FileField(label="Pièce")
    sworn = forms.BooleanField(label="Je certifie")
    region = forms.ChoiceField(label="Région", choices=[("", "Choisissez"), ("11", "Île-de-France")])
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def page(form: forms.Form, **more: Any) -> str:
    return render_to_string("web/form.html", {"form": form, "submit": "Déposer", **more})


def test_every_control_has_a_label_and_unique_ids() -> None:
    html = page(Sheet())
    ids = re.findall(r'\sid="([^"]+)"', html)
    controls = re.findall(r'<(?:input|select|textarea)[^>]*\sid="([^"]+)"', html)
    labelled = re.findall(r'<label[^>]*for="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert [one for one in controls if one not in labelled] == ["id_token"]


def test_a_form_with_a_file_is_sent_in_parts_with_its_keys_and_label() -> None:
    html = page(Sheet())
    assert 'enctype="multipart/form-data"' in html
    assert re.search(r'name="cle_envoi" value="[0-9a-f-]{36}"', html)
    assert ">Déposer</button>" in html


def test_each_rendering_has_its_own_key() -> None:
    keys = {re.search(r'name="cle_envoi" value="([^"]+)"', page(Sheet())).group(1) for _ in range(3)}  # type: ignore[union-attr]
    assert len(keys) == 3


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    html = page(Sheet())
    assert "Usages (facultatif)" in html
    assert "Nom (facultatif)" not in html


def test_an_untouched_form_shows_no_summary() -> None:
    assert "erreurs" not in page(Sheet())


def test_the_summary_takes_the_focus_and_leads_to_each_field() -> None:
    html = page(Sheet({}))
    assert re.search(r'id="erreurs" role="alert" tabindex="-1" autofocus', html)
    targets = re.findall(r'<li><a href="#([^"]+)">', html)
    assert targets == ["id_name", "id_kind_0", "id_since", "id_proof", "id_sworn", "id_region"]
    assert all(f'id="{target}"' in html for target in targets)


def test_an_error_says_what_to_do_beside_its_field_and_is_tied_to_it() -> None:
    html = page(Sheet({}))
    assert "Renseignez ce champ." in html
    assert "Choisissez une réponse." in html
    assert "Joignez un fichier." in html
    assert "Cochez cette case pour continuer." in html
    name = re.search(r'<input[^>]*id="id_name"[^>]*>', html).group(0)  # type: ignore[union-attr]
    assert 'aria-describedby="id_name_helptext id_name_error"' in name
    assert 'aria-invalid="true"' in name
    assert 'id="id_name_error"' in html


def test_nothing_typed_is_lost_when_another_field_is_wrong() -> None:
    html = page(Sheet({"name": "Service d’été", "kind": "b", "since": "2026-03-03"}))
    assert 'value="Service d’été"' in html
    assert re.search(r'value="b"[^>]*checked', html)
    assert 'value="2026-03-03"' in html


def test_what_was_typed_is_escaped() -> None:
    assert "<script>" not in page(Sheet({"name": '"><script>alert(1)</script>'}))


def test_fields_come_by_group_and_the_others_last() -> None:
    shown = [(legend, [field.name for field in fields]) for legend, fields in groups(Sheet())]
    assert shown == [("Identité", ["name", "kind"]), ("", ["uses", "since", "proof", "sworn", "region"])]


def test_a_valid_form_gives_clean_values() -> None:
    proof = SimpleUploadedFile("extrait.pdf", b"%PDF-")
    form = Sheet(
        {"name": "Un", "kind": "a", "since": "2026-03-03", "sworn": "on", "region": "11"}, files={"proof": proof}
    )
    assert form.is_valid(), form.errors


def bound() -> Sheet:
    form = Sheet({"name": "Un"})
    form.is_valid()
    form.errors.clear()
    return form


def test_a_refusal_is_said_at_its_field() -> None:
    form = bound()
    with refusals_in(form):
        raise Refused("Ce nom est déjà pris.", field="name")
    assert form.errors["name"] == ["Ce nom est déjà pris."]


def test_a_refusal_without_field_of_the_form_is_said_above() -> None:
    form = bound()
    with refusals_in(form):
        raise Refused("Trop tard.", field="elsewhere")
    assert form.non_field_errors() == ["Trop tard."]


def test_missing_things_are_said_one_by_one() -> None:
    form = bound()
    with refusals_in(form):
        raise Incomplete([Missing("name", "le nom du service"), Missing("charter", "la charte signée")])
    assert form.errors["name"] == ["le nom du service"]
    assert form.non_field_errors() == ["la charte signée"]


def test_a_broken_constraint_is_said_at_its_field_or_above() -> None:
    form = bound()
    with refusals_in(form):
        raise ValidationError({"name": ["Déjà pris."], "__all__": ["Dates croisées."]})
    assert form.errors["name"] == ["Déjà pris."]
    assert form.non_field_errors() == ["Dates croisées."]


def test_a_wrong_state_is_no_error_of_input() -> None:
    with pytest.raises(MoveNotAllowed), refusals_in(bound()):
        raise MoveNotAllowed("Quelqu’un a agi avant vous.")


def test_a_field_added_by_a_form_looks_like_the_others() -> None:
    class Points(Form):
        def __init__(self) -> None:
            super().__init__()
            self.fields["point_1"] = forms.CharField(label="Point 1", widget=forms.Textarea)

    html = Points()["point_1"].as_field_group()
    assert "fr-input-group" in html
    assert 'class="fr-input"' in html
