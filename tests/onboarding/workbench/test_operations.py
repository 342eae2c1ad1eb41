"""What agents keep for themselves: views, columns, dossiers followed, notes."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from onboarding.workbench import operations, queries
from onboarding.workbench.models import SavedView
from portal.accounts.roles import StaffRole
from portal.audit.queries import about, sentences
from portal.lifecycle.errors import NotPermitted, Refused
from tests.factories.candidacies import CandidacyFactory, representative, reviewer
from tests.factories.grants import agent
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db


def saved(by, **more):
    """A view of submitted dossiers."""
    values = {"name": "À prendre", "query": "etat=submitted", "columns": ["service"], "is_shared": False}
    return operations.save_view(**(values | more), by=by, at=NOW)


def test_a_view_is_kept_for_its_owner_and_for_colleagues_when_shared() -> None:
    owner, colleague = reviewer(), reviewer()
    own, shared = saved(owner), saved(owner, name="Équipe", is_shared=True)
    assert [view.name for view in queries.kept_for(owner).views] == ["À prendre", "Équipe"]
    assert queries.kept_for(colleague).views == (shared,)
    assert queries.view_of(colleague, own.reference) is None
    assert sentences(about(shared.reference))[0].sentence == f"{owner} a enregistré la vue {shared} (partagée)"


def test_a_view_has_a_name_once_and_changes_by_its_owner_alone() -> None:
    owner, colleague = reviewer(), reviewer()
    view = saved(owner, is_shared=True)
    with pytest.raises(Refused, match="déjà une vue de ce nom"):
        saved(owner)
    with pytest.raises(Refused, match="Donnez un nom"):
        saved(owner, name="  ")
    with pytest.raises(NotPermitted, match="à un collègue"):
        operations.drop_view(view, by=colleague, at=NOW)
    operations.change_view(view, name="Autre", query="", columns=[], is_shared=False, by=owner, at=NOW)
    assert queries.kept_for(colleague).views == ()
    operations.drop_view(view, by=owner, at=NOW)
    assert queries.kept_for(owner).views == ()
    assert saved(owner, name="Autre"), "the name is free again"


def test_filters_too_long_to_be_kept_are_refused_in_words() -> None:
    with pytest.raises(Refused, match="raccourcissez la recherche"):
        saved(reviewer(), query=urlencode({"q": "é" * 400}))
    assert not SavedView.objects.exists()


def test_columns_are_chosen_then_changed() -> None:
    owner = reviewer()
    for chosen in (["service"], ["etat", "siren"]):
        operations.choose_columns(chosen, by=owner, at=NOW)
        assert queries.kept_for(owner).columns == tuple(chosen)
    assert queries.kept_for(reviewer()).columns == ()
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("role", [StaffRole.AUDITOR, StaffRole.RAPPORTEUR])
def test_those_who_only_read_keep_nothing(role) -> None:
    with pytest.raises(NotPermitted):
        saved(agent(role))


def test_a_dossier_is_followed_once_and_no_longer() -> None:
    candidacy, one = CandidacyFactory(direction="feeding", submitted=True), reviewer()
    follow = operations.follow(candidacy, by=one, at=NOW)
    assert list(queries.followed_by(one)) == [candidacy.pk]
    with pytest.raises(Refused, match="suivez déjà"):
        operations.follow(candidacy, by=one, at=NOW)
    operations.stop_following(follow, by=one, at=NOW + timedelta(days=1))
    assert queries.follow_of(one, candidacy) is None
    assert operations.follow(candidacy, by=one, at=NOW + timedelta(days=2))


def test_notes_are_numbered_withdrawn_by_their_author_and_never_seen_by_the_vendor() -> None:
    candidacy, author = CandidacyFactory(direction="feeding", submitted=True), reviewer()
    first = operations.write_note(candidacy, " Rappeler l’éditeur. ", by=author, at=NOW)
    operations.write_note(candidacy, "C’est fait.", by=reviewer(), at=NOW)
    assert [(note.number, note.body) for note in queries.notes_on(candidacy, author)] == [
        (1, "Rappeler l’éditeur."),
        (2, "C’est fait."),
    ]
    assert queries.notes_on(candidacy, representative(candidacy)) == []
    with pytest.raises(NotPermitted, match="Seul son auteur"):
        operations.withdraw_note(first, by=reviewer(), at=NOW)
    operations.withdraw_note(first, by=author, at=NOW)
    assert [note.number for note in queries.notes_on(candidacy, author)] == [2]
    with pytest.raises(Refused, match="Écrivez votre note"):
        operations.write_note(candidacy, " ", by=author, at=NOW)
