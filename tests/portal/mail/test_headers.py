"""What may stand in the headers of a mail."""

import pytest

from portal.mail import headers


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Déposée – Lits – C-2026-0042", "Déposée – Lits – C-2026-0042"),
        ("  Déposée\n\n", "Déposée"),
        ("Déposée\r\nBcc: voleur@exemple.fr", "Déposée Bcc: voleur@exemple.fr"),
        ("a\x00b\u2028c\u202ed\u2067e", "a b c d e"),
        ("deux   espaces", "deux espaces"),
        ("14\u00a0h", "14\u00a0h"),
    ],
)
def test_subject_is_one_visible_line(text: str, line: str) -> None:
    assert headers.subject(text) == line


def test_subject_is_cut_when_too_long() -> None:
    assert len(headers.subject("mot " * 500)) <= headers.MAX_SUBJECT


@pytest.mark.parametrize(
    "address",
    [
        "",
        "sans-arobase",
        "a@b",
        "a@exemple.fr\r\nBcc: voleur@exemple.fr",
        "a@exemple.fr\n",
        "a@exemple.fr, voleur@exemple.fr",
        "a@exemple.fr;voleur@exemple.fr",
        "Nom <a@exemple.fr>",
        '"a\r\n"@exemple.fr',
        "a b@exemple.fr",
        "a\u202e@exemple.fr",
        "a@exemple.fr\x00",
        "a" * 65 + "@exemple.fr",
    ],
)
def test_address_is_refused_when_it_is_more_than_an_address(address: str) -> None:
    with pytest.raises(headers.Unaddressable):
        headers.recipients(["bon@exemple.fr", address])


def test_recipients_are_listed_once_in_their_order() -> None:
    assert headers.recipients(["b@exemple.fr", "a@exemple.fr", "B@exemple.fr"]) == ["B@exemple.fr", "a@exemple.fr"]
    assert headers.digest(["b@exemple.fr", "a@exemple.fr"]) == headers.digest(["A@exemple.fr", "b@exemple.fr"])


def test_message_id_depends_on_the_message_the_template_and_the_recipients_only() -> None:
    first = headers.message_id("id", "t", "d", "portail.fr")
    assert first == headers.message_id("id", "t", "d", "portail.fr")
    others = [headers.message_id("id", "u", "d", "portail.fr"), headers.message_id("id", "t", "e", "portail.fr")]
    assert len({first, *others}) == 3


@pytest.mark.parametrize(("name", "kept"), [("a/b.pdf", "a_b.pdf"), ('x"\r\n.pdf', "x_ .pdf"), ("", "document")])
def test_name_of_an_attachment_is_made_harmless(name: str, kept: str) -> None:
    assert headers.file_name(name) == kept
