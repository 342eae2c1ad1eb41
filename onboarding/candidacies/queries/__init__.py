"""What a candidacy holds and lacks, what was deposited, what the agency asked: readings only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from onboarding.candidacies import completeness, filing
from onboarding.candidacies.blocks import ELSEWHERE, FIELDS, LABEL_OF, SLUGS, Block, of_direction
from onboarding.candidacies.completeness import Facts, Lack, TextToSign, Unanswered
from onboarding.candidacies.confidence import HIDDEN
from onboarding.candidacies.duties import Duties
from onboarding.candidacies.filing import Difference
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import (
    Candidacy,
    CandidacyVersion,
    FieldComment,
    SupportingPiece,
)
from onboarding.candidacies.queries import contents, grids
from onboarding.candidacies.queries import readers as readers
from onboarding.candidacies.queries.along import in_full as in_full
from onboarding.candidacies.queries.along import read_along as read_along
from onboarding.candidacies.queries.along import with_receipt as with_receipt
from onboarding.candidacies.queries.grids import GridLine as GridLine
from onboarding.candidacies.queries.summary import BlockView as BlockView
from onboarding.candidacies.queries.summary import Line as Line
from onboarding.candidacies.queries.threads import Thread, by_thread
from onboarding.candidacies.queries.versions import Deposit, kept
from onboarding.candidacies.queries.versions import deposits as deposits
from onboarding.establishments import queries as establishments
from onboarding.legaltexts import queries as legaltexts
from onboarding.legaltexts.kinds import Step
from onboarding.vendors import queries as vendors
from policy.profiles import queries as profiles
from portal.calendar.deadlines import paris_date
from portal.lifecycle.errors import Missing
from portal.parameters import queries as parameters
from portal.parties import queries as parties
from portal.reference import queries as reference
from portal.reference import territory, user_roles


def facts_of(
    candidacy: Candidacy, *, at: datetime | None = None, comments: Sequence[FieldComment] | None = None
) -> Facts:
    """All that completeness looks at, of the candidacy and its neighbours; settings as they stand at `at` (now).

    `comments` are all those of the candidacy, when they were read. What only a deposit asks (contacts, duties,
    sponsor) is not read again once it was made.
    """
    answers = {name: getattr(candidacy, name) for name in LABEL_OF}
    answers |= {name: tuple(answers[name]) for name in completeness.LISTS}
    held, service = establishments.current_list(candidacy.service), candidacy.service
    moment, asked = at or timezone.now(), candidacy.is_editable
    newer_regions, withdrawn_regions = _regions(candidacy, at=moment)
    return Facts(
        direction=candidacy.direction,
        closed=completeness.closed(candidacy.reopened),
        **answers,
        newer_roles=_newer_roles(candidacy, at=moment),
        newer_regions=newer_regions,
        withdrawn_regions=withdrawn_regions,
        own_duties=own_duties(candidacy.direction, at=moment).texts if asked else (),
        sponsor_required=asked and parameters.is_on("request.regional_sponsorship", at=moment),
        entity_address=contents.address_of(service.owner),
        service_url=service.url,
        hosting=vendors.sheet_of(service).hosting,
        pieces=len(contents.pieces_of(candidacy)),
        valid_establishments=held.valid_count if held else 0,
        reachable_contacts=parties.reachable_contacts(service.owner) if asked else completeness.REACHABLE_AT_LEAST,
        texts_to_sign=tuple(
            TextToSign(version.title, version.kind.slug)
            for version in legaltexts.must_sign(
                candidacy.service,
                Step.DEPOSIT,
                direction=candidacy.direction,
                for_third_party=candidacy.for_third_party,
                at=moment,
            )
        ),
        unanswered=tuple(
            Unanswered(Block(comment.block), comment.label, comment.number)
            for comment in _unanswered(candidacy, comments)
        ),
    )


def _newer_roles(candidacy: Candidacy, *, at: datetime) -> tuple[str, ...]:
    """The roles chosen that a later nomenclature brought; nothing is read while all are those delivered."""
    strange = set(candidacy.user_roles) - user_roles.user_roles().keys()
    return tuple(sorted(strange & profiles.named_roles(at).keys())) if strange else ()


def _regions(candidacy: Candidacy, *, at: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The region that sponsors it, among those that a later nomenclature brought, or among those that one withdrew."""
    chosen, delivered = {candidacy.sponsor_region} - {""}, territory.region_names().keys()
    if not chosen or (chosen <= delivered and not candidacy.is_editable):
        return (), ()
    held = reference.regions_at(paris_date(at)).keys()
    return tuple((chosen & held) - delivered), tuple((chosen & delivered) - held)


def _unanswered(candidacy: Candidacy, comments: Sequence[FieldComment] | None) -> Iterable[FieldComment]:
    if comments is None:
        return FieldComment.objects.unanswered().filter(candidacy=candidacy)
    return [one for one in comments if one.sent_at and not one.answered_at and not one.closed_at]


def own_duties(direction: str, *, at: datetime) -> Duties:
    """What the policy in force at `at` leaves to the services of a direction; none before the first policy."""
    version = profiles.in_force(at)
    texts = profiles.rulebook_of(version).duties.get(direction, ())
    return Duties(version.number, tuple(texts)) if version else Duties()


def missing(candidacy: Candidacy, *, at: datetime | None = None) -> list[Missing]:
    """Exactly what a deposit still waits for, each with the page where it is mended; empty when it may be deposited."""
    facts = facts_of(candidacy, at=at)
    return [_missing(candidacy, lack, facts) for lack in completeness.lacks(facts)]


def _missing(candidacy: Candidacy, lack: Lack, facts: Facts) -> Missing:
    if lack.comment:
        url = f"{reverse('candidacy', args=[candidacy.reference])}#commentaire-{lack.comment}"
    else:
        url = page_of(candidacy, lack.block, facts, lack.field)
    return Missing(lack.field or lack.block, lack.sentence, url)


def page_of(candidacy: Candidacy, block: Block, facts: Facts, field: str = "") -> str:
    """The address of the page where a block is filled (a field of the service is on the service's own)."""
    service = candidacy.service.reference
    if field == "reachable":
        return f"{reverse('entity', args=[candidacy.service.owner.reference])}#contacts"
    if block is Block.ENTITY:
        return reverse("entity_edit", args=[candidacy.service.owner.reference])
    if block is Block.SERVICE:
        return reverse("service_edit", args=[service]) + ("#id_hosting" if field == "hosting" else "")
    if block is Block.PIECES:
        return reverse("candidacy_pieces", args=[candidacy.reference])
    if block is Block.ESTABLISHMENTS:
        return reverse("establishments", args=[service])
    if block is Block.CHARTER:
        due = facts.texts_to_sign
        return reverse("legal_text_sign", args=[due[0].slug, service]) if due else reverse("signatures")
    anchor = f"#id_{field.removesuffix('_id')}" if field else ""
    return reverse("candidacy_block", args=[candidacy.reference, SLUGS[block]]) + anchor


def blocks(
    candidacy: Candidacy,
    facts: Facts | None = None,
    *,
    hidden: Collection[str] = (),
    comments: list[FieldComment] | None = None,
    labels: filing.Labels | None = None,
) -> list[BlockView]:
    """The blocks in order, as they stand; `hidden` answers are not told.

    `facts`, and the `comments` of this round, spare reading them again.
    """
    facts = facts or facts_of(candidacy)
    lacks = completeness.lacks(facts)
    if comments is None:
        comments = list(FieldComment.objects.of_this_round(candidacy).select_related("author", "answered_by"))
    open_blocks = open_fields(candidacy, facts, comments)
    return [
        BlockView(
            block=block,
            state=completeness.state_of(block, facts),
            lines=tuple(_lines(candidacy, block, facts, hidden, labels)),
            missing=tuple(_missing(candidacy, lack, facts) for lack in lacks if lack.block is block),
            comments=tuple(comment for comment in comments if comment.block == block),
            url=page_of(candidacy, block, facts),
            is_open=candidacy.is_editable and (block in ELSEWHERE or bool(open_blocks[block])),
        )
        for block in of_direction(candidacy.direction)
    ]


def _lines(
    candidacy: Candidacy, block: Block, facts: Facts, hidden: Collection[str], labels: filing.Labels | None
) -> list[Line]:
    if block in (Block.ENTITY, Block.SERVICE):
        return _identity(candidacy, block)
    if block is Block.PIECES:
        return [_piece(piece) for piece in contents.pieces_of(candidacy)] or [Line("Pièces", "aucune")]
    if block is Block.ESTABLISHMENTS:
        return [Line("Établissements valides", str(facts.valid_establishments))]
    if block is Block.CHARTER:
        return [Line("À signer", ", ".join(text.title for text in facts.texts_to_sign) or "tout est signé")]
    return _answers(candidacy, block, frozenset(field.name for field in FIELDS[block]), hidden, labels)


def _answers(
    candidacy: Candidacy,
    block: Block,
    names: frozenset[str],
    hidden: Collection[str] = (),
    labels: filing.Labels | None = None,
) -> list[Line]:
    shown = [field for field in FIELDS[block] if field.name in names]
    return [
        Line(
            field.label,
            HIDDEN if field.name in hidden else filing.words(field.name, getattr(candidacy, field.name), labels),
            field.name in candidacy.confidential,
        )
        for field in shown
    ]


def _identity(candidacy: Candidacy, block: Block) -> list[Line]:
    """What the pages of the entity and of the service say, as a deposit would freeze it."""
    section, labels = contents.parties(candidacy)[block.value], filing.SECTIONS[_SECTION_OF[block]]
    return [Line(label, filing.words(name, section.get(name))) for name, label in labels.items()]


_SECTION_OF = {Block.ENTITY: "legal_entity", Block.SERVICE: "service"}


def _piece(piece: SupportingPiece) -> Line:
    return Line(f"Pièce {piece.number}", f"{piece.title} ({piece.file.name})", piece.is_confidential)


def open_fields(
    candidacy: Candidacy, facts: Facts | None = None, comments: list[FieldComment] | None = None
) -> dict[Block, frozenset[str]]:
    """The fields that may be changed now, by block: all in the vendor's hands (an amendment reopens some blocks only).

    After a return or a deferral, only those that were commented, and those where something is missing.
    """
    names = {block: frozenset(field.name for field in fields) for block, fields in FIELDS.items()}
    if candidacy.reopened:  # an amendment: the other blocks are what was granted
        names = {block: every if block in candidacy.reopened else frozenset() for block, every in names.items()}
    if candidacy.state not in (State.RETURNED, State.DEFERRED):
        return names if candidacy.is_editable else dict.fromkeys(names, frozenset())
    if comments is None:
        comments = list(FieldComment.objects.of_this_round(candidacy))
    if candidacy.state == State.DEFERRED and not comments:
        return names
    lacking = completeness.lacking_fields(facts or facts_of(candidacy))
    return {block: _commented(block, every, comments) | (every & lacking) for block, every in names.items()}


def _commented(block: Block, every: frozenset[str], comments: list[FieldComment]) -> frozenset[str]:
    named = {comment.field for comment in comments if comment.block == block}
    return every if named - every else frozenset(named)


def commented_fields(candidacy: Candidacy, comment: FieldComment) -> frozenset[str]:
    """The fields that a comment opens: the one it names, or all those of its block."""
    every = frozenset(field.name for field in FIELDS[Block(comment.block)])
    return _commented(Block(comment.block), every, [comment])


def was_deposited(candidacy: Candidacy, comment: FieldComment) -> list["Line"]:
    """What the fields under a comment say now, as a person reads it."""
    opened = commented_fields(candidacy, comment)
    return _answers(candidacy, Block(comment.block), opened)


def page_elsewhere(candidacy: Candidacy, comment: FieldComment, facts: Facts) -> str:
    """The page where a block of another slice is corrected; empty for a block filled here."""
    block = Block(comment.block)
    return page_of(candidacy, block, facts) if block in ELSEWHERE else ""


def values_of(candidacy: Candidacy, block: Block) -> dict[str, Any]:
    """The answers of a block, by field name."""
    return {field.name: getattr(candidacy, field.name) for field in FIELDS[block]}


def seen(candidacy: Candidacy, block: Block) -> str:
    """What identifies the content of a block: carried by the form, so that a stale page overwrites nobody's work."""
    return filing.digest(filing.canonical(values_of(candidacy, block)))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two sets of answers of one block."""
    return filing.differences({"answers": before}, {"answers": after})


def confidential_lines(candidacy: Candidacy) -> list[Line]:
    """The confidential answers, in full."""
    names = frozenset(candidacy.confidential)
    return [line for block in FIELDS for line in _answers(candidacy, block, names)]


def grid(candidacy: Candidacy, facts: Facts | None = None) -> list[GridLine]:
    """The eligibility grid of the candidacy, with suggestions and answers."""
    return grids.lines(candidacy, facts or facts_of(candidacy))


@dataclass(frozen=True)
class Dossier:
    """All that the page of a dossier shows of its candidacy."""

    candidacy: Candidacy
    facts: Facts
    blocks: list[BlockView]
    missing: list[Missing]
    grid: list[GridLine]
    comments: list[FieldComment]
    messages: list[Any]
    deposits: list[Deposit]
    changed_since_deposit: list[Difference]
    pieces: list[SupportingPiece]

    @property
    def has_confidential(self) -> bool:
        """Whether the vendor keeps an answer or a piece confidential."""
        return bool(self.candidacy.confidential) or any(piece.is_confidential for piece in self.pieces)

    @property
    def round(self) -> list[FieldComment]:
        """The comments sent since the last deposit: those the vendor must handle."""
        return [comment for comment in self.comments if comment.sent_at and not comment.closed_at]

    @property
    def threads(self) -> list[Thread]:
        """The messages by thread."""
        return by_thread(self.messages)

    @property
    def before_completeness(self) -> list[str]:
        """What keeps an agent from declaring it complete, as `before_completeness` says, from what was read."""
        answered = {line.criterion.code for line in self.grid if line.answer}
        return grids.lacking(self.candidacy.direction, answered, are_prepared=bool(self.prepared))

    @property
    def prepared(self) -> list[FieldComment]:
        """The comments that the vendor does not read yet."""
        return [comment for comment in self.comments if not comment.sent_at]


def for_dossier(reference: str, user: Any, *, compared: bool = True, **also: Any) -> Dossier | None:
    """The candidacy of that reference with everything around it; None when `user` may not see it.

    Unless `compared`, what changed since the last deposit is not looked for. `also` names what else to read of the
    candidacy, as expressions.
    """
    found = with_receipt(in_full()).visible_to(user).filter(reference=reference)
    candidacy = found.annotate(**also).first()
    if candidacy is None:
        return None
    read_along([candidacy])
    return dossier(candidacy, agency=user.is_staff_member, compared=compared)


def dossier(candidacy: Candidacy, *, agency: bool = False, compared: bool = True) -> Dossier:
    """Everything around a candidacy, in a constant number of queries.

    To agents and regional actors (`agency`) what is confidential, or was when it was deposited, is not told.
    """
    hidden = frozenset(candidacy.confidential) if agency else frozenset()
    comments = list(candidacy.comments.select_related("author", "answered_by"))
    facts = facts_of(candidacy, comments=comments)
    told = deposits(candidacy, agency=agency)
    last = told[0].version if told else None
    labels = contents.labels_beside(candidacy, last.data) if last else {}
    asked = [comment for comment in comments if comment.sent_at and not comment.closed_at]
    return Dossier(
        candidacy=candidacy,
        facts=facts,
        blocks=blocks(candidacy, facts, hidden=hidden, comments=asked, labels=labels),
        missing=[_missing(candidacy, lack, facts) for lack in completeness.lacks(facts)],
        grid=grid(candidacy, facts),
        comments=comments,
        messages=list(candidacy.messages.select_related("author")),
        deposits=told,
        changed_since_deposit=_changed(candidacy, last, labels, agency=agency) if last and compared else [],
        pieces=contents.pieces_of(candidacy),
    )


def _changed(
    candidacy: Candidacy, version: CandidacyVersion, labels: filing.Labels, *, agency: bool
) -> list[Difference]:
    """What the candidacy says otherwise than its last deposit."""
    hidden = kept(candidacy, version) if agency else frozenset()
    return contents.differences_to(version.data, candidacy, labels, hidden=hidden)
