"""Whatever a vendor's people do, in whatever order, nothing that was saved is lost, and a deposit freezes it whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onboarding.candidacies import operations as candidacies
from onboarding.candidacies import queries
from onboarding.candidacies.blocks import FIELDS, LABEL_OF, Block
from onboarding.candidacies.models import Candidacy
from onboarding.candidacies.operations import drafts, pieces
from portal.accounts.models import User
from portal.lifecycle.errors import Refusal, Stale
from portal.parties.roles import MembershipRole
from tests.factories.candidacies import fillable, representative, reviewer
from tests.factories.documents import DepositedFileFactory
from tests.factories.parties import member

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
START = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=40)
TYPED = (Block.PURPOSE, Block.CONFORMITY, Block.CONTACTS)
TEXT_FIELDS = {
    Block.PURPOSE: ("purpose_details",),
    Block.CONFORMITY: ("nomenclatures", "local_additions"),
    Block.CONTACTS: ("technical_name", "privacy_name"),
}
EDITS = st.sampled_from(TYPED).flatmap(
    lambda block: st.tuples(
        st.just("edit"), st.just(block), st.fixed_dictionaries(dict.fromkeys(TEXT_FIELDS[block], TEXTS)), st.booleans()
    )
)
ACTS = st.one_of(
    EDITS,
    st.tuples(
        st.sampled_from(
            ["submit", "take", "comment", "return", "answer", "join", "take_away", "keep", "warn", "withdraw"]
        )
    ),
)


class Model:
    """What must be there: the last saved value of each answer, and what each deposit froze."""

    def __init__(self, candidacy: Candidacy) -> None:
        self.answers = {name: getattr(candidacy, name) for name in LABEL_OF}
        self.frozen: list[dict[str, Any]] = []
        self.joined: set[int] = set()


class Play:
    """The persons of one candidacy, who act on fresh copies as real requests do."""

    def __init__(self) -> None:
        self.candidacy = fillable()
        self.boss, self.agent = representative(self.candidacy), reviewer()
        self.helper = member(self.candidacy.service.owner, MembershipRole.CONTRIBUTOR)
        self.model, self.now = Model(self.candidacy), START

    def fresh(self) -> Candidacy:
        return queries.in_full().get(pk=self.candidacy.pk)

    def act(self, name: str, *given: Any) -> None:
        self.now += timedelta(minutes=1)
        try:
            with transaction.atomic():
                getattr(self, name.replace("return", "send_back"))(*given)
        except Refusal:
            return

    def edit(self, block: Block, values: dict[str, str], stale: bool) -> None:
        seen = "un autre contenu" if stale else queries.seen(self.fresh(), block)
        by: User = self.helper if len(values) % 2 else self.boss
        try:
            candidacies.edit(self.fresh(), block, values, by=by, at=self.now, seen=seen)
        except Stale as stale_page:
            self._shows_what_is_saved(stale_page.current, block)
            raise
        assert not stale
        self.model.answers |= values

    def _shows_what_is_saved(self, current: Candidacy, block: Block) -> None:
        saved = {field.name: self.model.answers[field.name] for field in FIELDS[block]}
        assert queries.values_of(current, block) == saved

    def submit(self) -> None:
        version = candidacies.submit(self.fresh(), by=self.boss, at=self.now)
        self.model.frozen.append(version.data["answers"])

    def take(self) -> None:
        candidacies.take(self.fresh(), by=self.agent, at=self.now)

    def comment(self) -> None:
        candidacies.comment(
            self.fresh(), block=Block.CONTACTS, kind="incorrect", text="À revoir.", by=self.agent, at=self.now
        )

    def send_back(self) -> None:
        candidacies.return_to_vendor(self.fresh(), by=self.agent, at=self.now)

    def answer(self) -> None:
        last = self.fresh().comments.order_by("-number").values_list("number", flat=True).first() or 0
        candidacies.answer(self.fresh(), last, "Fait.", by=self.helper, at=self.now)

    def join(self) -> None:
        file = DepositedFileFactory(uploaded_by=self.boss)
        self.model.joined.add(pieces.join(self.fresh(), "Pièce", file, by=self.boss, at=self.now).number)

    def take_away(self) -> None:
        number = max(self.model.joined, default=0)
        pieces.take_away(self.fresh(), number, by=self.boss, at=self.now)
        self.model.joined.discard(number)

    def keep(self) -> None:
        pieces.keep_confidential(self.fresh(), ["nomenclatures"], by=self.boss, at=self.now)

    def warn(self) -> None:
        drafts.warn(self.fresh(), closing=self.now.date(), at=self.now)

    def withdraw(self) -> None:
        candidacies.withdraw(self.fresh(), by=self.boss, at=self.now)

    def check(self) -> None:
        held = self.fresh()
        assert {name: getattr(held, name) for name in LABEL_OF} == self.model.answers
        assert [version.data["answers"] for version in held.versions.order_by("number")] == self.model.frozen
        assert set(held.pieces.filter(removed_at=None).values_list("number", flat=True)) == self.model.joined


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, min_size=1, max_size=14))
def test_no_sequence_of_acts_loses_what_was_typed(acts: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        play = Play()
        for name, *given_values in acts:
            play.act(name, *given_values)
            play.check()
        transaction.set_rollback(True)
