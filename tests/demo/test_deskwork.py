"""What agents of the demonstration keep: models that a dossier fills, a shared view, a note, a follow."""

import pytest

from onboarding.letters import queries as letters
from onboarding.workbench import queries as workbench
from portal.accounts.roles import StaffRole
from portal.demo import deskwork
from portal.demo.chronicle import Chronicle
from tests.factories.candidacies import CandidacyFactory, reviewer, secretary
from tests.factories.grants import agent
from tests.factories.parties import NOW

pytestmark = pytest.mark.django_db


def test_agents_keep_letters_a_view_a_note_and_a_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    people = {"instructrice": reviewer(), "secretaire": secretary()}
    people |= {"verificateur": agent(StaffRole.TEST_VERIFIER), "administrateur": agent(StaffRole.ADMINISTRATOR)}
    monkeypatch.setattr(deskwork, "account_of", people.__getitem__)
    candidacy = CandidacyFactory(direction="feeding", submitted=True)
    deskwork._write_letters(NOW)
    deskwork._work(NOW)
    models = letters.offered(people["instructrice"])
    assert [model.title for model in models] == sorted(deskwork.LETTERS)
    assert letters.draft(models[0], candidacy, now=NOW).text.startswith("Bonjour")
    (view,) = workbench.kept_for(people["secretaire"]).views
    assert view.is_shared
    assert [note.body for note in workbench.notes_on(candidacy, people["secretaire"])] == [deskwork.NOTE]
    assert list(workbench.followed_by(people["secretaire"])) == [candidacy.pk]


def test_it_all_happens_before_now() -> None:
    chronicle = Chronicle(NOW, None, [])  # type: ignore[arg-type]
    deskwork.keep(chronicle)
    assert len(chronicle.acts) == 2
    assert all(act.at < NOW for act in chronicle.acts)
