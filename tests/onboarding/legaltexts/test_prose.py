"""Legal texts as prose, and the exact bytes signed."""

import pytest

from onboarding.legaltexts import demonstration, prose
from onboarding.legaltexts.kinds import Kind, Step, of_slug
from onboarding.legaltexts.prose import HEADING, LIST, PARAGRAPH, SUBHEADING, Block


def test_body_is_read_block_by_block() -> None:
    body = "Avant-propos\nsuite.\n\n# Objet\n\n## Détail\n\n- un\n- deux\n\n- pas\nune liste"
    assert prose.blocks(body) == [
        Block(PARAGRAPH, "Avant-propos suite."),
        Block(HEADING, "Objet"),
        Block(SUBHEADING, "Détail"),
        Block(LIST, items=("un", "deux")),
        Block(PARAGRAPH, "- pas une liste"),
    ]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("a   \n\n\n\nb", "a\n\nb"),
        ("\n a \n", "a"),
        ("e\u0301", "é"),
        ("a\x00b\u202ec", "abc"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_text_is_tidied_when_kept(typed: str, kept: str) -> None:
    assert prose.tidy(typed) == kept
    assert prose.tidy(prose.tidy(typed)) == prose.tidy(typed)


def test_canonical_bytes_hold_everything_that_is_shown() -> None:
    content = prose.canonical(title="Charte", number=2, commitments="tenir\n\ndire", body="# Objet\n\nTexte.")
    assert content.decode() == "Charte\nVersion 2\n\nSigner engage à :\n- tenir\n- dire\n\n# Objet\n\nTexte.\n"
    assert (
        prose.canonical(title="Avis", number=1, commitments="", body="Texte.").decode() == "Avis\nVersion 1\n\nTexte.\n"
    )


def test_kinds_are_found_by_their_address() -> None:
    assert all(of_slug(kind.slug) is kind for kind in Kind)
    assert len({kind.slug for kind in Kind}) == len(Kind)
    assert of_slug("inconnu") is None


def test_steps_know_those_before() -> None:
    assert Step.TESTS.and_before == [Step.DEPOSIT, Step.TESTS]


def test_demonstration_charter_says_what_it_is_and_states_the_facts() -> None:
    draft = demonstration.feeding_charter()
    assert "démonstration" in draft.title
    assert draft.body.startswith("Ce texte est une démonstration")
    assert prose.tidy(draft.body) == draft.body
    for fact in ("100 appels par seconde", "10 appels par seconde", "429", "Profil A", "Profil B", "cinq ans"):
        assert fact in draft.body
    assert len(prose.lines(draft.commitments)) == 4
