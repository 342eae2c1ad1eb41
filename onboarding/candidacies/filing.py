"""What is deposited: the frozen content of a version, its exact bytes, their SHA-256, and what changed between two.

The content is a JSON object written canonically (sorted keys, UTF-8, no space), so that its digest can be recomputed.
It carries the labels of its codes as they stood at the deposit: a later nomenclature rewords no request.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.candidacies import duties
from onboarding.candidacies.blocks import FIELDS, LABEL_OF, Block, of_direction
from onboarding.candidacies.confidence import HIDDEN
from onboarding.candidacies.conformity import Progress, label_of
from policy.grants.direction import Direction
from policy.profiles import catalogue
from portal.reference import purposes, retrieval, territory, user_roles
from portal.reference.retrieval import ExchangeFormat
from portal.reference.spaces import FeedingRoute, SpaceKind
from portal.web import wording

SCHEMA = "candidacy/1"
NOTHING = "non renseigné"
NONE: tuple[Any, ...] = (None, "", [], {})  # what an older version, which did not ask, may be compared with


@dataclass(frozen=True, slots=True)
class Difference:
    """An answer that is not what it was."""

    label: str
    before: str
    after: str
    is_hidden: bool = False

    @property
    def sentence(self) -> str:
        """« Finalité principale : « Autre » devient « Régulation ». »."""
        if self.is_hidden:
            return f"{self.label} : modifié ({HIDDEN})."
        return f"{self.label} : « {self.before} » devient « {self.after} »."


def canonical(content: Mapping[str, Any]) -> str:
    """The exact text of a content: the same content always gives the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


Labels = Mapping[str, Mapping[str, str]]  # of « roles » and « regions »: the words of their codes at the deposit


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any], *, hidden: Collection[str] = ()
) -> list[Difference]:
    """What changed between two contents, section by section, in the order of the page; `hidden` answers untold."""
    found: list[Difference] = []
    for section, labels in SECTIONS.items():
        old, new = before.get(section) or {}, after.get(section) or {}
        found += _changed(labels, old, new, hidden, (before.get("labels") or {}, after.get("labels") or {}))
    return found


def _changed(
    labels: Mapping[str, str],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    hidden: Collection[str],
    known: tuple[Labels, Labels],
) -> Iterator[Difference]:
    for name, label in labels.items():
        if (name in old and old[name] != new.get(name)) or (name not in old and new.get(name) not in NONE):
            if name in hidden:
                yield Difference(label, HIDDEN, HIDDEN, is_hidden=True)
            else:
                yield Difference(label, words(name, old.get(name), known[0]), words(name, new.get(name), known[1]))


SECTIONS: Mapping[str, Mapping[str, str]] = {
    "legal_entity": {
        "name": "Raison sociale",
        "siren": "SIREN",
        "siret": "SIRET",
        "finess_ej": "FINESS EJ",
        "address": "Adresse",
    },
    "service": {
        "name": "Nom du service",
        "kind": "Type de solution",
        "url": "Adresse du service",
        "software_version": "Version du logiciel",
        "hosting": "Hébergement",
        "description": "Description du service",
    },
    "answers": {**LABEL_OF, "confidential": "Réponses confidentielles"},
    "pieces": {"joined": "Pièces jointes"},
    "establishments": {
        "reference": "Liste d’établissements",
        "digest": "Contenu de la liste",
        "count": "Établissements",
    },
    "charter": {"version": "Charte signée", "signed_at": "Date de signature de la charte"},
}


def words(name: str, value: Any, labels: Labels | None = None) -> str:
    """An answer as a person reads it; codes by their `labels`, or by those delivered where it holds none."""
    if value is None or value == "" or value == [] or value == {}:
        return NOTHING
    if name in _CODED:
        return _CODED[name](value, labels or {})
    return _WORDS.get(name, _plain)(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(str(item) for item in value)
    return str(value)


def _roles(codes: Sequence[str], labels: Labels) -> str:
    known = labels.get("roles", {})
    return ", ".join(f"{code} – {known[code]}" if code in known else user_roles.label_of(code) for code in codes)


def _region(code: str, labels: Labels) -> str:
    return {**territory.region_names(), **labels.get("regions", {})}.get(code, code)


def _routes(value: Mapping[str, str], labels: Labels) -> str:
    names = {**territory.region_names(), **labels.get("regions", {})}
    routes = {route.value: route.label[0].lower() + route.label[1:] for route in FeedingRoute}
    shown = {code: f" ({routes.get(route, route)})" for code, route in value.items() if route != FeedingRoute.UNKNOWN}
    return ", ".join(names.get(code, code) + shown.get(code, "") for code in sorted(value))


def _justifications(value: Mapping[str, str]) -> str:
    return " ; ".join(f"profil {code} : {text.rstrip(' .')}" for code, text in sorted(value.items()))


def _progress(value: str) -> str:
    return Progress(value).label if value in set(Progress) else value


_CODED: Mapping[str, Callable[[Any, Labels], str]] = {
    "user_roles": _roles,
    "region_routes": _routes,
    "sponsor_region": _region,
}
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "purpose": purposes.label_of,
    "requested_profiles": lambda codes: ", ".join(catalogue.label(code) for code in codes),
    "space": lambda value: SpaceKind(value).label if value in set(SpaceKind) else value,
    "data_reasons": lambda reasons: " ; ".join(
        f"{retrieval.data_label(code)} : {text.rstrip(' .')}" for code, text in sorted(reasons.items())
    ),
    "sponsor_letter_id": lambda value: value if isinstance(value, str) else "jointe",
    "confidential": lambda names: ", ".join(LABEL_OF.get(name, name) for name in names),
    "joined": lambda pieces: " ; ".join(pieces),
    "data_wanted": lambda codes: ", ".join(retrieval.data_label(code) for code in codes),
    "exchange_format": lambda value: ExchangeFormat(value).label if value in set(ExchangeFormat) else value,
    "retrieval_cases": lambda codes: ", ".join(retrieval.case_label(code) for code in codes),
    "justifications": _justifications,
    "acknowledged_duties": duties.words,
    "exposure_model": label_of,
    "analysis": _progress,
    "feasibility": _progress,
    "development": _progress,
    "digest": lambda value: f"empreinte {value[:12]}…",
    "mandate_id": lambda value: value if isinstance(value, str) else "joint",
    "signed_at": lambda value: wording.moment(datetime.fromisoformat(value)),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the request, as printed."""

    title: str
    lines: tuple[tuple[str, str], ...]


def sections(content: Mapping[str, Any], *, hidden: Collection[str] = ()) -> list[Section]:
    """The whole content as a person reads it: parties, then the blocks of answers, list, pieces and charter.

    The answers named in `hidden` are said to be confidential.
    """
    answers, labels = content.get("answers") or {}, content.get("labels") or {}
    told = [_section(title, SECTIONS[name], content.get(name) or {}) for name, title in _BEFORE.items()]
    asked = of_direction(content.get("direction", Direction.FEEDING))
    told += [
        _section(block.label, {field.name: field.label for field in FIELDS[block]}, answers, hidden, labels)
        for block in asked
        if FIELDS[block]
    ]
    if Block.ESTABLISHMENTS in asked:
        told.append(_section("Établissements", SECTIONS["establishments"], content.get("establishments") or {}))
    told.append(_section("Pièces jointes", SECTIONS["pieces"], content.get("pieces") or {}))
    return [*told, _section("Charte", SECTIONS["charter"], content.get("charter") or {})]


def _section(
    title: str,
    labels: Mapping[str, str],
    values: Mapping[str, Any],
    hidden: Collection[str] = (),
    known: Labels | None = None,
) -> Section:
    told = (
        (label, HIDDEN if name in hidden else words(name, values.get(name), known)) for name, label in labels.items()
    )
    return Section(title, tuple(told))


_BEFORE = {"legal_entity": "Personne morale", "service": "Service numérique"}
