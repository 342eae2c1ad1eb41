"""What a candidacy holds and lacks, what was deposited, what the agency asked: readings only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from onboarding.candidacies import completeness, eligibility, filing
from onboarding.candidacies.blocks import ELSEWHERE, FIELDS, LABEL_OF, SLUGS, Block, BlockState, of_direction
from onboarding.candidacies.completeness import Facts, Lack, TextToSign, Unanswered
from onboarding.candidacies.eligibility import Criterion, Suggestion
from onboarding.candidacies.filing import Difference
from onboarding.candidacies.lifecycle import State
from onboarding.candidacies.models import (
    Candidacy,
    CandidacyQuerySet,
    CandidacyVersion,
    EligibilityAnswer,
    FieldComment,
)
from onboarding.establishments import queries as establishments
from onboarding.legaltexts import queries as legaltexts
from onboarding.legaltexts.kinds import Step
from onboarding.vendors import queries as vendors
from portal.documents.models import DepositedFile
from portal.lifecycle.errors import Missing
from portal.reference.models import Region
from portal.reference.spaces import FeedingRoute


def facts_of(candidacy: Candidacy, *, at: datetime | None = None) -> Facts:
    """All that completeness looks at, of the candidacy and its neighbours; settings as they stand at `at` (now)."""
    answers = {name: getattr(candidacy, name) for name in LABEL_OF}
    answers |= {name: tuple(answers[name]) for name in completeness.LISTS}
    held = establishments.current_list(candidacy.service)
    return Facts(
        direction=candidacy.direction,
        **answers,
        service_url=candidacy.service.url,
        valid_establishments=held.valid_count if held else 0,
        texts_to_sign=tuple(
            TextToSign(version.title, version.kind.slug)
            for version in legaltexts.must_sign(
                candidacy.service,
                Step.DEPOSIT,
                direction=candidacy.direction,
                for_third_party=candidacy.for_third_party,
                at=at or timezone.now(),
            )
        ),
        unanswered=tuple(
            Unanswered(Block(comment.block), comment.label, comment.number)
            for comment in FieldComment.objects.unanswered().filter(candidacy=candidacy)
        ),
    )


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
    if field == "service_url":
        return reverse("service_edit", args=[service])
    if block is Block.ESTABLISHMENTS:
        return reverse("establishments", args=[service])
    if block is Block.CHARTER:
        due = facts.texts_to_sign
        return reverse("legal_text_sign", args=[due[0].slug, service]) if due else reverse("signatures")
    anchor = f"#id_{field.removesuffix('_id')}" if field else ""
    return reverse("candidacy_block", args=[candidacy.reference, SLUGS[block]]) + anchor


@dataclass(frozen=True, slots=True)
class Line:
    """An answer as a person reads it."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block of the summary page: its state, its answers, what it lacks, where it is filled, the comments it bears."""

    block: Block
    state: BlockState
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    comments: tuple[FieldComment, ...]
    url: str
    is_open: bool

    @property
    def title(self) -> str:
        """The title of the block."""
        return self.block.label

    @property
    def is_elsewhere(self) -> bool:
        """Whether the block is filled on the pages of another slice."""
        return self.block in ELSEWHERE


def blocks(candidacy: Candidacy, facts: Facts | None = None) -> list[BlockView]:
    """The blocks in order, as they stand; `facts` spares reading them again."""
    facts = facts or facts_of(candidacy)
    lacks = completeness.lacks(facts)
    comments = list(FieldComment.objects.of_this_round(candidacy).select_related("author", "answered_by"))
    open_blocks = open_fields(candidacy, facts, comments)
    return [
        BlockView(
            block=block,
            state=completeness.state_of(block, facts),
            lines=tuple(_lines(candidacy, block, facts)),
            missing=tuple(_missing(candidacy, lack, facts) for lack in lacks if lack.block is block),
            comments=tuple(comment for comment in comments if comment.block == block),
            url=page_of(candidacy, block, facts),
            is_open=candidacy.is_editable and (block in ELSEWHERE or bool(open_blocks[block])),
        )
        for block in of_direction(candidacy.direction)
    ]


def _lines(candidacy: Candidacy, block: Block, facts: Facts) -> list[Line]:
    if block is Block.ESTABLISHMENTS:
        return [Line("Établissements valides", str(facts.valid_establishments))]
    if block is Block.CHARTER:
        return [Line("À signer", ", ".join(text.title for text in facts.texts_to_sign) or "tout est signé")]
    return [Line(field.label, filing.words(field.name, getattr(candidacy, field.name))) for field in FIELDS[block]]


def open_fields(
    candidacy: Candidacy, facts: Facts | None = None, comments: list[FieldComment] | None = None
) -> dict[Block, frozenset[str]]:
    """The fields that may be changed now, by block: all in the vendor's hands, none in the agency's.

    After a return, only those that the agency commented, and those where something is missing.
    """
    names = {block: frozenset(field.name for field in fields) for block, fields in FIELDS.items()}
    if candidacy.state != State.RETURNED:
        return names if candidacy.is_editable else dict.fromkeys(names, frozenset())
    lacking = completeness.lacking_fields(facts or facts_of(candidacy))
    if comments is None:
        comments = list(FieldComment.objects.of_this_round(candidacy))
    return {block: _commented(block, every, comments) | (every & lacking) for block, every in names.items()}


def _commented(block: Block, every: frozenset[str], comments: list[FieldComment]) -> frozenset[str]:
    named = {comment.field for comment in comments if comment.block == block}
    return every if named - every else frozenset(named)


def values_of(candidacy: Candidacy, block: Block) -> dict[str, Any]:
    """The answers of a block, by field name."""
    return {field.name: getattr(candidacy, field.name) for field in FIELDS[block]}


def seen(candidacy: Candidacy, block: Block) -> str:
    """What identifies the content of a block: carried by the form, so that a stale page overwrites nobody's work."""
    return filing.digest(filing.canonical(values_of(candidacy, block)))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """What differs between two sets of answers of one block."""
    return filing.differences({"answers": before}, {"answers": after})


def content_of(candidacy: Candidacy) -> dict[str, Any]:
    """The whole request as it stands now: what a deposit freezes."""
    service, owner = candidacy.service, candidacy.service.owner
    sheet = vendors.sheet_of(service)
    return {
        "schema": filing.SCHEMA,
        "reference": candidacy.reference,
        "direction": candidacy.direction,
        "space": candidacy.space,
        "legal_entity": {
            "name": owner.name,
            "siren": owner.siren,
            "siret": owner.siret,
            "finess_ej": owner.finess_ej,
            "address": f"{owner.address}, {owner.postcode} {owner.city}",
        },
        "service": {
            "reference": service.reference,
            "name": service.name,
            "kind": service.get_kind_display(),
            "url": service.url,
            "software_version": sheet.software_version,
            "hosting": sheet.hosting,
            "description": sheet.description,
        },
        "answers": {name: getattr(candidacy, name) for name in LABEL_OF} | {"mandate_id": _mandate(candidacy.mandate)},
        "establishments": _list(candidacy),
        "charter": _charter(candidacy),
    }


def _mandate(mandate: DepositedFile | None) -> str | None:
    return f"{mandate.name} (SHA-256 {mandate.sha256})" if mandate else None


def _list(candidacy: Candidacy) -> dict[str, Any]:
    held = establishments.current_list(candidacy.service)
    return {"reference": held.reference, "digest": held.digest, "count": held.valid_count} if held else {}


def _charter(candidacy: Candidacy) -> dict[str, Any]:
    signature = legaltexts.charter_signature(candidacy.service, candidacy.direction)
    if signature is None:
        return {}
    return {
        "reference": signature.reference,
        "version": str(signature.text_version),
        "sha256": signature.sha256,
        "signed_at": signature.signed_at.isoformat(),
        "signer": signature.signer_name,
    }


def sections(candidacy: Candidacy) -> list[filing.Section]:
    """The whole request as it stands now, as a person reads it before the deposit."""
    return filing.sections(content_of(candidacy))


def last_version(candidacy: Candidacy) -> CandidacyVersion | None:
    """What was last deposited."""
    return candidacy.versions.select_related("deposited_by").order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposited version, and what it changed to the one before."""

    version: CandidacyVersion
    differences: tuple[Difference, ...]


def deposits(candidacy: Candidacy) -> list[Deposit]:
    """Every deposit, the latest first, each with its differences from the former."""
    versions = list(candidacy.versions.select_related("deposited_by").order_by("number"))
    former: list[CandidacyVersion | None] = [None, *versions]
    told = [
        Deposit(version, tuple(filing.differences(before.data, version.data)) if before else ())
        for before, version in zip(former, versions, strict=False)
    ]
    return told[::-1]


def changed_since_deposit(candidacy: Candidacy) -> list[Difference]:
    """What is no longer as it was last deposited: answers, service, entity, list or charter."""
    version = last_version(candidacy)
    return filing.differences(version.data, content_of(candidacy)) if version else []


@dataclass(frozen=True, slots=True)
class GridLine:
    """A criterion, what the portal suggests, and the answer given, if any."""

    criterion: Criterion
    suggestion: Suggestion
    answer: EligibilityAnswer | None


def grid(candidacy: Candidacy, facts: Facts | None = None) -> list[GridLine]:
    """The eligibility grid of the candidacy, with suggestions and answers."""
    facts = facts or facts_of(candidacy)
    given = {row.criterion: row for row in candidacy.eligibility_answers.select_related("answered_by")}
    return [
        GridLine(criterion, eligibility.suggestion(criterion, facts), given.get(criterion.code))
        for criterion in eligibility.criteria(candidacy.direction)
    ]


def known_routes() -> dict[str, str]:
    """How the regions that said so are fed, in words, by code."""
    regions = Region.objects.exclude(feeding_route=FeedingRoute.UNKNOWN)
    return {region.code: region.get_feeding_route_display().lower() for region in regions}


def grid_initial(lines: Iterable[GridLine]) -> dict[str, str]:
    """What the form of the grid shows: the answers given, else those suggested with their evidence."""
    shown: dict[str, str] = {}
    for line in lines:
        code, given = line.criterion.code, line.answer
        shown[code] = given.answer if given else line.suggestion.answer
        shown[f"{code}_comment"] = given.comment if given else line.suggestion.evidence
    return shown


def before_completeness(candidacy: Candidacy) -> list[str]:
    """What keeps an agent from declaring the candidacy complete, in French sentences."""
    answered = set(candidacy.eligibility_answers.values_list("criterion", flat=True))
    found = [
        f"Répondez au critère d’éligibilité « {criterion.question} »"
        for criterion in eligibility.criteria(candidacy.direction)
        if criterion.code not in answered
    ]
    if candidacy.comments.prepared().exists():
        found.append("Envoyez ou retirez les commentaires préparés.")
    return found


def in_full() -> CandidacyQuerySet:
    """Candidacies with what their pages show."""
    return Candidacy.objects.select_related(
        "service__owner", "service__sheet", "reviewer", "opened_by", "follows", "mandate"
    )


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

    @property
    def round(self) -> list[FieldComment]:
        """The comments sent since the last deposit: those the vendor must handle."""
        return [comment for comment in self.comments if comment.sent_at and not comment.closed_at]

    @property
    def prepared(self) -> list[FieldComment]:
        """The comments that the vendor does not read yet."""
        return [comment for comment in self.comments if not comment.sent_at]


def for_dossier(reference: str, user: Any) -> Dossier | None:
    """The candidacy of that reference with everything around it; None when `user` may not see it."""
    candidacy = in_full().visible_to(user).filter(reference=reference).first()
    return dossier(candidacy) if candidacy else None


def dossier(candidacy: Candidacy) -> Dossier:
    """Everything around a candidacy, in a constant number of queries."""
    facts = facts_of(candidacy)
    told = deposits(candidacy)
    return Dossier(
        candidacy=candidacy,
        facts=facts,
        blocks=blocks(candidacy, facts),
        missing=[_missing(candidacy, lack, facts) for lack in completeness.lacks(facts)],
        grid=grid(candidacy, facts),
        comments=list(candidacy.comments.select_related("author", "answered_by")),
        messages=list(candidacy.messages.select_related("author")),
        deposits=told,
        changed_since_deposit=filing.differences(told[0].version.data, content_of(candidacy)) if told else [],
    )
