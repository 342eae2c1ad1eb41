"""What a candidacy lacks before it may be deposited, block by block, in French sentences.

Sources: feeding charter, « Prérequis » and « Conditions d’alimentation » (purpose, exhaustive list, profiles
by purpose); settled questions 5 (space), 8 (at least one valid establishment), 12 (charter), 13 (third party), 15
(conformity). A draft may hold anything; only a deposit asks for all this.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from onboarding.candidacies import duties
from onboarding.candidacies.blocks import ELSEWHERE, OPTIONAL, Block, BlockState, of_direction
from onboarding.candidacies.conformity import Progress
from policy.certificates.identity import is_number
from policy.grants.direction import Direction
from policy.profiles import catalogue
from portal.reference import purposes, retrieval, territory, user_roles
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import FeedingRoute, SpaceKind

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


LISTS = (  # answers that are lists of codes
    "requested_profiles",
    "user_roles",
    "data_wanted",
    "retrieval_cases",
    "nomenclatures_followed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that completeness looks at: the answers, and what the neighbouring slices know.

    `closed` are the blocks of an amendment that were not reopened: they say what was granted, and lack nothing.
    """

    direction: str
    closed: frozenset[Block] = frozenset()
    space: str = SpaceKind.NATIONAL
    purpose: str = ""
    purpose_details: str = ""
    region_routes: Mapping[str, str] = field(default_factory=dict)
    requested_profiles: tuple[str, ...] = ()
    justifications: Mapping[str, str] = field(default_factory=dict)
    acknowledged_duties: Mapping[str, Any] = field(default_factory=dict)
    own_duties: tuple[str, ...] = ()
    user_roles: tuple[str, ...] = ()
    newer_roles: tuple[str, ...] = ()  # of the nomenclature in force, which the portal was delivered without
    newer_regions: tuple[str, ...] = ()  # likewise
    withdrawn_regions: tuple[str, ...] = ()  # chosen, and in the nomenclature no more
    data_wanted: tuple[str, ...] = ()
    data_reasons: Mapping[str, str] = field(default_factory=dict)
    exchange_format: str = ""
    retrieval_cases: tuple[str, ...] = ()
    exposure_model: str = ""
    analysis: str = ""
    feasibility: str = ""
    development: str = ""
    nomenclatures_followed: tuple[str, ...] = ()
    nomenclatures: str = ""
    local_additions: str = ""
    technical_name: str = ""
    technical_email: str = ""
    technical_phone: str = ""
    privacy_name: str = ""
    privacy_email: str = ""
    privacy_phone: str = ""
    for_third_party: bool | None = None
    third_party_name: str = ""
    third_party_number: str = ""
    mandate_id: int | None = None
    sponsor_region: str = ""
    sponsor_name: str = ""
    sponsor_email: str = ""
    sponsor_letter_id: int | None = None
    sponsor_required: bool = False
    entity_address: str = ""
    service_url: str = ""
    hosting: str = ""
    pieces: int = 0
    valid_establishments: int = 0
    reachable_contacts: int = 2
    texts_to_sign: tuple["TextToSign", ...] = ()
    unanswered: tuple["Unanswered", ...] = ()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A comment of the agency that waits for an answer, by its number."""

    block: Block
    label: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class TextToSign:
    """A legal text that the representative must sign, or acknowledge, before the deposit; `slug` is for addresses."""

    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing missing: where it is mended (block and field, or the comment to answer), and the sentence to show."""

    block: Block
    field: str
    sentence: str
    comment: int = 0


def is_address(text: str) -> bool:
    """Whether a mail can be written to it (what the header of a mail can carry)."""
    return bool(_ADDRESS.fullmatch(text))


def lacking_fields(facts: Facts) -> frozenset[str]:
    """The fields where something is missing."""
    return frozenset(lack.field for lack in lacks(facts))


def lacks(facts: Facts) -> list[Lack]:
    """Everything missing, in the order of the page; empty when the candidacy may be deposited."""
    found = [
        Lack(block, name, sentence)
        for block in of_direction(facts.direction)
        for name, sentence in _lacking(block, facts)
    ]
    return found + [
        Lack(item.block, "", f"Répondez au commentaire sur « {item.label} »", item.number) for item in facts.unanswered
    ]


def _lacking(block: Block, facts: Facts) -> Iterable[tuple[str, str]]:
    return () if block in facts.closed else _JUDGES[block](facts)


def closed(reopened: Collection[str]) -> frozenset[Block]:
    """The blocks of the form that an amendment leaves as they were granted; none for another candidacy."""
    return frozenset(Block) - ELSEWHERE - frozenset(map(Block, reopened)) if reopened else frozenset()


def state_of(block: Block, facts: Facts) -> BlockState:
    """How far a block is, from its own answers only."""
    if any(item.block is block for item in facts.unanswered):
        return BlockState.TO_CORRECT
    if not any(_lacking(block, facts)):
        empty = block in OPTIONAL and not _STARTED[block](facts)
        return BlockState.OPTIONAL if empty else BlockState.DONE
    return BlockState.IN_PROGRESS if _STARTED[block](facts) else BlockState.NOT_STARTED


Found = Iterator[tuple[str, str]]


def _entity(facts: Facts) -> Found:
    if not facts.entity_address.strip():
        yield "entity_address", "Indiquez l’adresse de la personne morale"


def _service(facts: Facts) -> Found:
    if not facts.service_url:
        yield "service_url", "Indiquez l’adresse du service dans sa fiche"
    if not facts.hosting.strip():
        yield "hosting", "Indiquez l’hébergeur et le lieu d’hébergement dans la fiche du service"


def _purpose(facts: Facts) -> Found:
    known = purposes.purposes().get(facts.purpose)
    if known is None or facts.direction not in known.directions:
        yield "purpose", "Choisissez la finalité principale du service"
    elif known.needs_text and not facts.purpose_details.strip():
        yield "purpose_details", "Décrivez la finalité du service"


def _solution(facts: Facts) -> Found:
    if not facts.region_routes:
        yield "region_routes", "Choisissez au moins une région"
    elif facts.space == SpaceKind.REGIONAL and len(facts.region_routes) > 1:
        yield (
            "region_routes",
            "Un espace régional couvre une seule région ; plusieurs régions relèvent de l’espace national",
        )
    if facts.direction == Direction.FEEDING:
        for code, route in facts.region_routes.items():
            if route not in (FeedingRoute.DIRECT, FeedingRoute.EAI):
                name = territory.region_names().get(code, code)
                yield (
                    "region_routes",
                    f"Indiquez comment le service alimente le ROR en {name} : directement ou par l’EAI",
                )


_ASKED: Mapping[str, tuple[Callable[[], Mapping[str, object]], str]] = {
    "user_roles": (user_roles.user_roles, "Choisissez au moins un rôle d’utilisateur"),
    "data_wanted": (retrieval.data_wanted, "Choisissez les données dont le service a besoin"),
    "retrieval_cases": (retrieval.cases, "Choisissez au moins un cas de récupération"),
}


def _access(facts: Facts) -> Found:
    for name, (known, sentence) in _ASKED.items():
        if not set(getattr(facts, name)) & {*known(), *facts.newer_roles}:
            yield name, sentence
    if facts.exchange_format not in set(ExchangeFormat):
        yield "exchange_format", "Choisissez le format d’échange"
    else:
        yield from retrieval.objections(facts.exchange_format, facts.data_wanted, facts.retrieval_cases)
    for code in facts.data_wanted:
        if code in retrieval.data_wanted() and not facts.data_reasons.get(code, "").strip():
            yield "data_reasons", f"Dites pourquoi le service a besoin de « {retrieval.data_label(code)} »"


def _profiles(facts: Facts) -> Found:
    offered = catalogue.FeedingProfile if facts.direction == Direction.FEEDING else catalogue.AccessProfile
    asked = [code for code in facts.requested_profiles if code in set(offered)]
    if not asked:
        yield "requested_profiles", "Choisissez au moins un profil"
    if facts.direction == Direction.CONSUMPTION and len(asked) > 1:
        yield "requested_profiles", "Un service qui consomme le ROR demande un seul profil d’accès"
    for code in asked:
        if not facts.justifications.get(code, "").strip():
            yield "justifications", f"Justifiez la demande du profil {code}"
    if facts.own_duties and not duties.covers(facts.acknowledged_duties, facts.own_duties):
        yield "acknowledged_duties", "Prenez acte des devoirs qui restent ceux du service"


_STEPS = {"analysis": "l’analyse", "feasibility": "la faisabilité", "development": "le développement"}


def _conformity(facts: Facts) -> Found:
    if not facts.exposure_model:
        yield "exposure_model", "Choisissez la version du modèle d’exposition suivie"
    for name, words in _STEPS.items():
        if getattr(facts, name) not in set(Progress):
            yield name, f"Indiquez où en est {words}"


REACHABLE_AT_LEAST = 2  # nothing stops with a departure, or with one bouncing address
_CONTACTS = {"technical": "technique", "privacy": "pour la protection des données"}


def _contacts(facts: Facts) -> Found:
    if facts.reachable_contacts < REACHABLE_AT_LEAST:
        yield (
            "reachable",
            "Donnez à votre organisme au moins deux contacts joignables "
            f"({facts.reachable_contacts} aujourd’hui) : personnes, ou boîte générique confirmée",
        )
    for prefix, words in _CONTACTS.items():
        if not getattr(facts, f"{prefix}_name").strip():
            yield f"{prefix}_name", f"Indiquez le nom du contact {words}"
        address = getattr(facts, f"{prefix}_email").strip()
        if not address:
            yield f"{prefix}_email", f"Indiquez l’adresse électronique du contact {words}"
        elif not is_address(address):
            yield f"{prefix}_email", f"L’adresse électronique du contact {words} n’est pas valide"


def _third_party(facts: Facts) -> Found:
    if facts.for_third_party is None:
        yield "for_third_party", "Indiquez si le service agit pour le compte d’un tiers"
    elif facts.for_third_party:
        if not facts.third_party_name.strip():
            yield "third_party_name", "Indiquez le nom du tiers pour le compte duquel le service agit"
        number = "".join(facts.third_party_number.split()).upper()
        if number and not is_number(number):
            yield "third_party_number", "L’identifiant du tiers n’est pas un numéro FINESS, SIREN ou SIRET valable"
        if facts.mandate_id is None:
            yield "mandate_id", "Joignez le mandat du tiers"


def _sponsor(facts: Facts) -> Found:
    begun = facts.sponsor_region or facts.sponsor_name or facts.sponsor_email or facts.sponsor_letter_id
    if not begun and not facts.sponsor_required:
        return
    if facts.sponsor_region not in {*territory.region_names(), *facts.newer_regions}:
        yield "sponsor_region", "Choisissez la région qui soutient la demande"
    elif facts.sponsor_region in facts.withdrawn_regions:
        yield (
            "sponsor_region",
            "La région choisie est retirée de la nomenclature : choisissez celle qui soutient la demande",
        )
    elif facts.space == SpaceKind.REGIONAL and facts.region_routes and facts.sponsor_region not in facts.region_routes:
        yield "sponsor_region", "La région qui soutient une demande régionale est celle de la demande"
    if not facts.sponsor_name.strip():
        yield "sponsor_name", "Indiquez votre interlocuteur dans la région qui soutient la demande"
    if facts.sponsor_email.strip() and not is_address(facts.sponsor_email.strip()):
        yield "sponsor_email", "L’adresse électronique de l’interlocuteur régional n’est pas valide"


def _pieces(facts: Facts) -> Found:
    """Pieces are joined as the vendor wishes: nothing asks for one."""
    yield from ()


def _establishments(facts: Facts) -> Found:
    if facts.valid_establishments < 1:
        yield "establishments", "Chargez la liste des établissements, avec au moins un établissement valide"


def _charter(facts: Facts) -> Found:
    for text in facts.texts_to_sign:
        yield "charter", f"Le représentant légal signe « {text.title} »"


_JUDGES: Mapping[Block, Callable[[Facts], Found]] = {
    Block.ENTITY: _entity,
    Block.SERVICE: _service,
    Block.PURPOSE: _purpose,
    Block.SOLUTION: _solution,
    Block.ACCESS: _access,
    Block.PROFILES: _profiles,
    Block.CONFORMITY: _conformity,
    Block.CONTACTS: _contacts,
    Block.THIRD_PARTY: _third_party,
    Block.ESTABLISHMENTS: _establishments,
    Block.SPONSOR: _sponsor,
    Block.PIECES: _pieces,
    Block.CHARTER: _charter,
}
_STARTED: Mapping[Block, Callable[[Facts], bool]] = {
    Block.ENTITY: lambda facts: True,
    Block.SERVICE: lambda facts: bool(facts.service_url or facts.hosting),
    Block.PURPOSE: lambda facts: bool(facts.purpose or facts.purpose_details),
    Block.SOLUTION: lambda facts: bool(facts.region_routes),
    Block.ACCESS: lambda facts: bool(
        facts.user_roles or facts.data_wanted or facts.exchange_format or facts.retrieval_cases
    ),
    Block.PROFILES: lambda facts: bool(facts.requested_profiles),
    Block.CONFORMITY: lambda facts: bool(facts.exposure_model or facts.analysis or facts.nomenclatures),
    Block.CONTACTS: lambda facts: bool(
        facts.technical_name or facts.technical_email or facts.privacy_name or facts.privacy_email
    ),
    Block.THIRD_PARTY: lambda facts: facts.for_third_party is not None,
    Block.ESTABLISHMENTS: lambda facts: facts.valid_establishments > 0,
    Block.SPONSOR: lambda facts: bool(facts.sponsor_region or facts.sponsor_name or facts.sponsor_email),
    Block.PIECES: lambda facts: facts.pieces > 0,
    Block.CHARTER: lambda facts: not facts.texts_to_sign,
}
