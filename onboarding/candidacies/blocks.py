"""The blocks of a candidacy and the fields each holds: the vocabulary of forms, comments, differences and documents.

Every block is filled and saved on its own. The legal entity, the service's sheet, the list of establishments and the
charter have their own slices, the pieces their own page: those blocks only say where they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum


class Block(LabelledEnum):
    """A part of the candidacy, in the order of the page."""

    ENTITY = "entity", "Personne morale"
    SERVICE = "service", "Service numérique"
    PURPOSE = "purpose", "Finalité"
    SOLUTION = "solution", "Solution et régions"
    ACCESS = "access", "Utilisateurs et données"
    PROFILES = "profiles", "Profils demandés"
    CONFORMITY = "conformity", "Conformité au modèle d’exposition"
    CONTACTS = "contacts", "Contacts"
    THIRD_PARTY = "third_party", "Pour le compte d’un tiers"
    ESTABLISHMENTS = "establishments", "Établissements"
    SPONSOR = "sponsor", "Région sponsor"
    PIECES = "pieces", "Pièces jointes"
    CHARTER = "charter", "Charte et textes à signer"


class BlockState(LabelledEnum):
    """How far a block is; `TO_CORRECT` when the agency commented it and waits for an answer."""

    NOT_STARTED = "not_started", "À commencer"
    IN_PROGRESS = "in_progress", "En cours"
    TO_CORRECT = "to_correct", "À corriger"
    DONE = "done", "Terminé"
    OPTIONAL = "optional", "Facultatif"


@dataclass(frozen=True, slots=True)
class Field:
    """A stored answer: its name on the model and its French label."""

    name: str
    label: str


FIELDS: Mapping[Block, tuple[Field, ...]] = {
    Block.ENTITY: (),
    Block.SERVICE: (),
    Block.PURPOSE: (
        Field("purpose", "Finalité principale"),
        Field("purpose_details", "Précisions sur la finalité"),
    ),
    Block.SOLUTION: (
        Field("space", "Espace de confiance"),
        Field("region_routes", "Régions concernées"),
    ),
    Block.ACCESS: (
        Field("user_roles", "Rôles des utilisateurs"),
        Field("data_wanted", "Données nécessaires"),
        Field("data_reasons", "Pourquoi ces données"),
        Field("exchange_format", "Format d’échange"),
        Field("retrieval_cases", "Cas de récupération"),
    ),
    Block.PROFILES: (
        Field("requested_profiles", "Profils demandés"),
        Field("justifications", "Justifications"),
        Field("acknowledged_duties", "Devoirs propres au service"),
    ),
    Block.CONFORMITY: (
        Field("exposure_model", "Version du modèle d’exposition"),
        Field("analysis", "Analyse"),
        Field("feasibility", "Faisabilité"),
        Field("development", "Développement"),
        Field("nomenclatures_followed", "Nomenclatures suivies"),
        Field("nomenclatures", "Autres nomenclatures suivies"),
        Field("local_additions", "Ajouts locaux"),
    ),
    Block.CONTACTS: (
        Field("technical_name", "Contact technique : nom"),
        Field("technical_email", "Contact technique : adresse électronique"),
        Field("technical_phone", "Contact technique : téléphone"),
        Field("privacy_name", "Contact protection des données : nom"),
        Field("privacy_email", "Contact protection des données : adresse électronique"),
        Field("privacy_phone", "Contact protection des données : téléphone"),
    ),
    Block.THIRD_PARTY: (
        Field("for_third_party", "Pour le compte d’un tiers"),
        Field("third_party_name", "Nom du tiers"),
        Field("third_party_number", "SIREN, SIRET ou FINESS du tiers"),
        Field("mandate_id", "Mandat"),
    ),
    Block.ESTABLISHMENTS: (),
    Block.SPONSOR: (
        Field("sponsor_region", "Région qui soutient la demande"),
        Field("sponsor_name", "Interlocuteur dans la région"),
        Field("sponsor_email", "Adresse électronique de cet interlocuteur"),
        Field("sponsor_letter_id", "Lettre de soutien"),
    ),
    Block.PIECES: (),
    Block.CHARTER: (),
}
SLUGS: Mapping[Block, str] = {
    Block.ENTITY: "personne-morale",
    Block.SERVICE: "service",
    Block.PURPOSE: "finalite",
    Block.SOLUTION: "solution",
    Block.ACCESS: "usages",
    Block.PROFILES: "profils",
    Block.CONFORMITY: "conformite",
    Block.CONTACTS: "contacts",
    Block.THIRD_PARTY: "tiers",
    Block.ESTABLISHMENTS: "etablissements",
    Block.SPONSOR: "region-sponsor",
    Block.PIECES: "pieces",
    Block.CHARTER: "charte",
}
OF_SLUG: Mapping[str, Block] = {slug: block for block, slug in SLUGS.items()}
BLOCK_OF: Mapping[str, Block] = {field.name: block for block, fields in FIELDS.items() for field in fields}
LABEL_OF: Mapping[str, str] = {field.name: field.label for fields in FIELDS.values() for field in fields}
ELSEWHERE = frozenset({Block.ENTITY, Block.SERVICE, Block.ESTABLISHMENTS, Block.PIECES, Block.CHARTER})  # own pages
OPTIONAL = frozenset({Block.SPONSOR, Block.PIECES})  # the first one unless a setting asks for it
MAY_BE_CONFIDENTIAL = (  # settled question 17: what a vendor may keep from all but those who handle his request
    "purpose_details",
    "data_reasons",
    "justifications",
    "nomenclatures",
    "local_additions",
    "third_party_name",
    "third_party_number",
)


def of_direction(direction: str) -> list[Block]:
    """The blocks that a candidacy of that direction has: no establishments for reads, no reads for feeding."""
    absent = Block.ACCESS if direction == Direction.FEEDING else Block.ESTABLISHMENTS
    return [block for block in Block if block is not absent]


def field_label(block: Block, name: str) -> str:
    """The label of a field, or of the whole block when the name is empty or unknown."""
    return LABEL_OF.get(name, block.label)
