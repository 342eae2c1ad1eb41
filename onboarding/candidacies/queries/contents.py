"""The whole request as it stands now: what a deposit freezes, and what it would change."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from onboarding.candidacies import filing
from onboarding.candidacies.blocks import LABEL_OF, Block
from onboarding.candidacies.filing import Difference
from onboarding.candidacies.models import Candidacy, SupportingPiece
from onboarding.candidacies.queries.versions import last_version
from onboarding.establishments import queries as establishments
from onboarding.legaltexts import queries as legaltexts
from onboarding.vendors import queries as vendors
from policy.profiles import queries as profiles
from portal.documents.models import DepositedFile
from portal.parties.models import LegalEntity
from portal.reference import queries as reference


def address_of(owner: LegalEntity) -> str:
    """« 12 rue des Écoles, 75005 Paris »; empty when no street is known."""
    return f"{owner.address}, {owner.postcode} {owner.city}" if owner.address else ""


def pieces_of(candidacy: Candidacy) -> list[SupportingPiece]:
    """The pieces joined and not taken away, in order: those read along with the candidacy, if they were."""
    read: list[SupportingPiece] | None = getattr(candidacy, JOINED, None)
    return list(joined().filter(candidacy=candidacy)) if read is None else read


def joined() -> QuerySet[SupportingPiece]:
    """The pieces not taken away, with their files."""
    return SupportingPiece.objects.filter(removed_at=None).select_related("file")


JOINED = "joined_pieces"  # where `in_full` puts the pieces that it reads along


def to_freeze(candidacy: Candidacy) -> dict[str, Any]:
    """What a deposit freezes: the whole request as it stands now, with the words of its codes."""
    return content_of(candidacy) | {"labels": labels_of(candidacy)}


def content_of(candidacy: Candidacy) -> dict[str, Any]:
    """The whole request as it stands now."""
    told = parties(candidacy)
    return {
        "schema": filing.SCHEMA,
        "reference": candidacy.reference,
        "direction": candidacy.direction,
        "space": candidacy.space,
        "legal_entity": told[Block.ENTITY],
        "service": told[Block.SERVICE],
        "answers": {name: getattr(candidacy, name) for name in LABEL_OF}
        | {
            "mandate_id": _file(candidacy.mandate),
            "sponsor_letter_id": _file(candidacy.sponsor_letter),
            "confidential": sorted(candidacy.confidential),
        },
        "establishments": _list(candidacy),
        "pieces": {"joined": [_joined(piece) for piece in pieces_of(candidacy)]},
        "charter": _charter(candidacy),
    }


def labels_of(candidacy: Candidacy) -> dict[str, dict[str, str]]:
    """The words of the codes chosen: roles as the nomenclature and the policy in force name them, regions likewise.

    Nothing is read for codes that were not chosen.
    """
    return _named(*_codes(candidacy.user_roles, candidacy.region_routes, candidacy.sponsor_region))


def labels_beside(candidacy: Candidacy, deposited: Mapping[str, Any]) -> filing.Labels:
    """The words of the codes chosen now: those of a deposit, and today's for the codes that it did not name.

    Nothing is read while it named them all.
    """
    roles, regions = _codes(candidacy.user_roles, candidacy.region_routes, candidacy.sponsor_region)
    told, kept = deposited.get("answers") or {}, deposited.get("labels") or {}
    former = _codes(told.get("user_roles"), told.get("region_routes"), told.get("sponsor_region"))
    named = _named(roles - former[0], regions - former[1])
    return {kind: {**words, **kept.get(kind, {})} for kind, words in named.items()}


def _codes(
    roles: Iterable[str] | None, routes: Iterable[str] | None, sponsor: str | None
) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of roles and those of regions that answers name; a deposit may hold none."""
    return frozenset(roles or ()), frozenset({*(routes or ()), sponsor or ""}) - {""}


def _named(roles: frozenset[str], regions: frozenset[str]) -> dict[str, dict[str, str]]:
    known = profiles.named_roles(timezone.now()) if roles else {}
    names = reference.region_names() if regions else {}
    return {"roles": _told(known, roles), "regions": _told(names, regions)}


def _told(known: Mapping[str, str], codes: frozenset[str]) -> dict[str, str]:
    return {code: known[code] for code in sorted(codes) if code in known}


def parties(candidacy: Candidacy) -> dict[str, dict[str, Any]]:
    """The legal entity and the service, as their own pages describe them."""
    service, owner = candidacy.service, candidacy.service.owner
    sheet = vendors.sheet_of(service)
    return {
        Block.ENTITY: {
            "name": owner.name,
            "siren": owner.siren,
            "siret": owner.siret,
            "finess_ej": owner.finess_ej,
            "address": address_of(owner),
        },
        Block.SERVICE: {
            "reference": service.reference,
            "name": service.name,
            "kind": service.get_kind_display(),
            "url": service.url,
            "software_version": sheet.software_version,
            "hosting": sheet.hosting,
            "description": sheet.description,
        },
    }


def _joined(piece: SupportingPiece) -> str:
    kept = ", confidentielle" if piece.is_confidential else ""
    return f"{piece.number}. {piece.title}{kept} : {_file(piece.file)}"


def _file(file: DepositedFile | None) -> str | None:
    return f"{file.name} (SHA-256 {file.sha256})" if file else None


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
    return filing.sections(to_freeze(candidacy))


def changed_since_deposit(candidacy: Candidacy) -> list[Difference]:
    """What is no longer as it was last deposited: answers, service, entity, list or charter."""
    version = last_version(candidacy)
    return differences_to(version.data, candidacy, labels_beside(candidacy, version.data)) if version else []


def differences_to(
    deposited: Mapping[str, Any], candidacy: Candidacy, labels: filing.Labels, *, hidden: Collection[str] = ()
) -> list[Difference]:
    """What is no longer as in that deposit, with the words of `labels` for what is chosen now."""
    return filing.differences(deposited, content_of(candidacy) | {"labels": labels}, hidden=hidden)
