"""What is typed: private keys are kept and shown nowhere, lines hold only what can be seen."""

import pytest
from django import forms

from portal.web import typed
from portal.web.forms import Form

KEY = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----"


class Letter(Form):
    """A line, a text and what the form judges itself."""

    title = forms.CharField(max_length=40)
    text = forms.CharField(widget=forms.Textarea)
    pasted = forms.CharField(widget=forms.Textarea, required=False)

    judges_keys = ("pasted",)


@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "openssh private key"])
def test_private_key_is_seen_wherever_it_stands(label: str) -> None:
    assert typed.holds_private_key(f"texte\n-----BEGIN {label}-----\nMIIE\n".encode())
    assert not typed.holds_private_key(b"-----BEGIN PUBLIC KEY-----\nMIIE\n")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Lits en direct", "Lits en direct"),
        ("x\u202egnp.exe\u200b\u2066 y", "xgnp.exe y"),
        ("deux\tmots\nici", "deux mots ici"),
        ("Hôpital d’Étampes n°\u00a01", "Hôpital d’Étampes n° 1"),
        ("\ue000\x07", ""),
    ],
)
def test_a_line_holds_what_can_be_seen(text: str, line: str) -> None:
    assert typed.line(text) == line


def test_a_key_typed_anywhere_is_refused_and_not_shown_again() -> None:
    form = Letter({"title": "Mon titre", "text": f"voici\n{KEY}", "pasted": KEY})
    assert not form.is_valid()
    assert form.errors == {"text": [typed.PRIVATE_KEY]}
    assert form["title"].value() == "Mon titre"
    assert form["text"].value() == ""
    assert form["pasted"].value() == KEY  # its own form says what to do


def test_hidden_characters_leave_a_line_and_stay_out_of_what_is_required() -> None:
    assert Letter({"title": "a\u202eb", "text": "ligne\u200d une\nligne deux"}).is_valid()
    form = Letter({"title": "a\u202eb", "text": "t"}, prefix="")
    assert form.is_valid()
    assert form.cleaned_data["title"] == "ab"
    assert Letter({"title": "\u202e", "text": "t"}).errors.keys() == {"title"}
