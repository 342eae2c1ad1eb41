"""The file of services already connected: its columns, and what each line says, read without the database.

One line per service and direction (settled question 34). A line that cannot be read names what to mend; the others do
not depend on it. The same line gives the same `Taken`, whatever the order of the columns.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onboarding.candidacies.completeness import is_address
from onboarding.establishments.tabular import Row
from onboarding.vendors import identity as numbers
from onboarding.vendors.identity import Identity, Numbering
from policy.grants import connection
from policy.grants.direction import Direction
from portal.lifecycle.table import LabelledEnum
from portal.reference import territory
from portal.web import folding

MOST = 1000  # lines of one file, judged and created by the worker; about thirty services were connected in 2023
LONGEST_CELL = 20_000  # a certificate
READ = 125_000  # of each cell: more than any may hold, so that nothing is cut without being told
HEADER_WITHIN = 10


class Column(LabelledEnum):
    """The columns, in the order of the template; the label is the title."""

    SIREN = "siren", "SIREN ou SIRET"
    FINESS = "finess", "FINESS EJ"
    ENTITY = "entity", "Raison sociale"
    ADDRESS = "address", "Adresse"
    POSTCODE = "postcode", "Code postal"
    CITY = "city", "Commune"
    REPRESENTATIVE = "representative", "Adresse électronique du représentant légal"
    SERVICE = "service", "Service"
    KIND = "kind", "Type de solution"
    DIRECTION = "direction", "Sens"
    PROFILES = "profiles", "Profils"
    REGION = "region", "Région"
    URL = "url", "Adresse de production"
    CERTIFICATE = "certificate", "Certificat (PEM)"
    NAME = "name", "Nom distinctif"
    CLIENT_ID = "client_id", "Identifiant client"
    TOKEN_URL = "token_url", "Adresse du serveur de jetons"
    API_URL = "api_url", "Adresse de l’API"
    USER_ROLE = "user_role", "Rôle utilisateur"
    ESTABLISHMENTS = "establishments", "Établissements (FINESS EG)"
    CHARTER = "charter", "Charte signée le"
    DECIDED = "decided", "Décision du"
    DECISION = "decision", "Référence de la décision"


EXPLAINED: Mapping[Column, str] = {
    Column.SIREN: "Neuf ou quatorze chiffres, clé vérifiée. Ce numéro ou le FINESS EJ.",
    Column.FINESS: "Neuf caractères, clé vérifiée, quand l’organisme n’a pas de SIREN.",
    Column.ENTITY: "Obligatoire.",
    Column.ADDRESS: "Facultatif.",
    Column.POSTCODE: "Facultatif.",
    Column.CITY: "Facultatif.",
    Column.REPRESENTATIVE: "Facultatif : qui sera invité, quand vous le déciderez, à reprendre le service.",
    Column.SERVICE: "Obligatoire.",
    Column.KIND: "SaaS, EAI ou propriétaire.",
    Column.DIRECTION: "Alimentation ou consommation.",
    Column.PROFILES: "A, B ou « A B » en alimentation ; de 0 à 5 en consommation.",
    Column.REGION: "Code de la région pour un espace régional ; vide pour l’espace national.",
    Column.URL: "Obligatoire, commence par https://.",
    Column.CERTIFICATE: "Le certificat de production, de BEGIN à END. À défaut, son nom distinctif.",
    Column.NAME: "Seulement sans certificat, si le réglage le permet.",
    Column.CLIENT_ID: "Tel que les passerelles le connaissent ; sans lui, rien n’est proposé en liste blanche.",
    Column.TOKEN_URL: "Avec l’identifiant client ; commence par https://.",
    Column.API_URL: "Avec l’identifiant client ; commence par https://.",
    Column.USER_ROLE: "En consommation : valeur de l’en-tête Ror-Profil-Utilisateur-Code ; inutile au profil 0.",
    Column.ESTABLISHMENTS: "En alimentation, obligatoire : numéros séparés par une espace ou une virgule.",
    Column.CHARTER: "Facultatif, JJ/MM/AAAA.",
    Column.DECIDED: "Obligatoire, JJ/MM/AAAA.",
    Column.DECISION: "Obligatoire, vingt caractères au plus.",
}
NEEDED = (
    Column.ENTITY,
    Column.SERVICE,
    Column.KIND,
    Column.DIRECTION,
    Column.PROFILES,
    Column.URL,
    Column.DECIDED,
    Column.DECISION,
)
LONGEST: Mapping[Column, int] = {  # what the portal keeps of each
    Column.ENTITY: 200,
    Column.ADDRESS: 200,
    Column.POSTCODE: 10,
    Column.CITY: 120,
    Column.REPRESENTATIVE: 254,
    Column.SERVICE: 120,
    Column.URL: 300,
    Column.TOKEN_URL: 300,
    Column.API_URL: 300,
    Column.ESTABLISHMENTS: 120_000,
    Column.DECISION: 20,
}
KINDS = {"SAAS": "saas", "EAI": "regional_eai", "PROPRIETAIRE": "proprietary"}  # values of parties.ServiceKind
DIRECTIONS = {"ALIMENTATION": Direction.FEEDING, "CONSOMMATION": Direction.CONSUMPTION}
_FRENCH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class UnreadableSheet(Exception):
    """The whole file is no such sheet; `sentence` says what it lacks, in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unclear(Exception):
    """A line that cannot be read; its sentences name each column to mend."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number there, and what it holds by column, without empty cells."""

    number: int
    cells: Mapping[str, str]

    def get(self, column: Column) -> str:
        """What the line holds in a column; empty for nothing."""
        return self.cells.get(column.value, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A service already connected, as a line tells it; `certificate` is PEM text, `region` is empty for national."""

    identity: Identity
    entity: str
    address: str
    postcode: str
    city: str
    representative: str
    service: str
    kind: str
    direction: Direction
    feeding_profiles: str
    access_profile: int | None
    region: str
    url: str
    certificate: str
    name: str
    client_id: str
    token_url: str
    api_url: str
    user_role: str
    establishments: tuple[str, ...]
    charter: date | None
    decided: date
    decision: str

    @property
    def completion(self) -> int:
        """How much of what the portal would know of such a service is there, in percent."""
        known = [
            bool(self.certificate),
            bool(self.client_id),
            bool(self.charter),
            bool(self.representative),
            bool(self.address and self.postcode and self.city),
            bool(self.establishments) if self.direction is Direction.FEEDING else bool(self.user_role),
        ]
        return round(100 * sum(known) / len(known))


def lines(rows: Sequence[Row]) -> list[Line]:
    """The lines below the titles. Raises UnreadableSheet without them, without any line, or with too many."""
    titled = ((index, _places(row)) for index, row in enumerate(rows[:HEADER_WITHIN]))
    head = next((one for one in titled if {Column.SERVICE, Column.DIRECTION} <= one[1].keys()), None)
    if head is None:
        raise UnreadableSheet("Les titres des colonnes manquent : partez du modèle à télécharger.")
    index, places = head
    if absent := [column.label for column in NEEDED if column not in places]:
        raise UnreadableSheet(f"Il manque des colonnes : {', '.join(absent)}. Partez du modèle à télécharger.")
    found = [_line(below, places) for below in rows[index + 1 :]]
    if not found:
        raise UnreadableSheet("Ce fichier ne contient aucune ligne sous ses titres.")
    if len(found) > MOST:
        raise UnreadableSheet(f"Ce fichier dépasse {MOST} lignes : coupez-le en plusieurs.")
    return found


def _places(row: Row) -> dict[Column, int]:
    """Where each column stands, found by its title whatever the accents and capitals."""
    titles = {folding.fold(cell): index for index, cell in reversed(list(enumerate(row.cells)))}
    return {column: titles[title] for column in Column if (title := folding.fold(column.label)) in titles}


def _line(row: Row, places: Mapping[Column, int]) -> Line:
    cells = {column.value: row.cells[place] for column, place in places.items() if place < len(row.cells)}
    return Line(row.line, {key: cell for key, cell in cells.items() if cell})


def understand(line: Line, *, today: date, regions: Collection[str] | None = None) -> Taken:
    """What a line says, read on that day; `regions` are the codes in force, those delivered when they are not given.

    Raises Unclear, with a sentence for each column to mend.
    """
    known = territory.region_names() if regions is None else regions
    reader = _Reader(line)
    missing = [f"« {column.label} » est vide." for column in NEEDED if not line.get(column)]
    direction = reader.read(_direction)
    taken: dict[str, Any] = {
        "identity": reader.read(_identity),
        "kind": reader.read(_kind),
        "decided": reader.read(lambda line: _past(line, Column.DECIDED, today)),
        "charter": reader.read(lambda line: _past(line, Column.CHARTER, today)),
        "region": reader.read(lambda line: _region(line, known)),
        "url": reader.read(_url),
        "representative": reader.read(_representative),
        "profiles": reader.read(lambda line: _profiles(line, direction)),
        "establishments": reader.read(lambda line: _establishments(line, direction)),
    }
    if faults := [*missing, *_too_long(line), *reader.faults]:
        raise Unclear([f"Ligne {line.number} : {fault}" for fault in faults])
    feeding, access = taken.pop("profiles")
    plain = (
        Column.ENTITY,
        Column.ADDRESS,
        Column.POSTCODE,
        Column.CITY,
        Column.SERVICE,
        Column.CERTIFICATE,
        Column.NAME,
        Column.CLIENT_ID,
        Column.TOKEN_URL,
        Column.API_URL,
        Column.USER_ROLE,
        Column.DECISION,
    )
    texts: dict[str, Any] = {column.value: line.get(column) for column in plain}
    return Taken(direction=direction, feeding_profiles=feeding, access_profile=access, **taken, **texts)


class _Reader:
    """Reads the columns of a line one after the other, and keeps what is wrong with each."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.faults: list[str] = []

    def read(self, reading: Callable[[Line], Any]) -> Any:
        """What a reading finds; None, and its sentence kept, when the column is to mend."""
        try:
            return reading(self.line)
        except ValueError as fault:
            self.faults.append(str(fault))
            return None


def _identity(line: Line) -> Identity:
    typed, finess = line.get(Column.SIREN), line.get(Column.FINESS)
    if typed:
        return numbers.read(Numbering.SIRENE, typed)
    if finess:
        return numbers.read(Numbering.FINESS, finess)
    raise ValueError("indiquez le SIREN, le SIRET ou le FINESS EJ de l’organisme.")


def _kind(line: Line) -> str:
    return _among(line, Column.KIND, KINDS, "SaaS, EAI ou propriétaire")


def _direction(line: Line) -> Direction | None:
    return _among(line, Column.DIRECTION, DIRECTIONS, "alimentation ou consommation")


def _among(line: Line, column: Column, known: Mapping[str, Any], words: str) -> Any:
    """The value that the first word of a cell names; None for an empty cell, told elsewhere."""
    typed = line.get(column)
    if not typed:
        return None
    first = folding.fold(typed).split(" ")[0]
    if first not in known:
        raise ValueError(f"« {column.label} » : écrivez {words}, au lieu de « {typed[:40]} ».")
    return known[first]


def _day(line: Line, column: Column) -> date | None:
    typed = line.get(column)
    if not typed:
        return None
    try:
        if found := _FRENCH_DAY.fullmatch(typed):
            day, month, year = map(int, found.groups())
            return date(year, month, day)
        return date.fromisoformat(typed[:10])
    except ValueError:
        sentence = f"« {column.label} » : écrivez une date comme 12/03/2023, au lieu de « {typed[:40]} »."
        raise ValueError(sentence) from None


def _past(line: Line, column: Column, today: date) -> date | None:
    """A day of what exists already: none is to come."""
    found = _day(line, column)
    if found and found > today:
        raise ValueError(f"« {column.label} » : le {found:%d/%m/%Y} est à venir ; indiquez le jour où cela a eu lieu.")
    return found


def _region(line: Line, known: Collection[str]) -> str:
    typed = line.get(Column.REGION)
    code = typed.zfill(2) if typed else ""
    if code and code not in known:
        raise ValueError(f"« {typed[:40]} » n’est pas le code d’une région, comme 53 pour la Bretagne.")
    return code


def _url(line: Line) -> str:
    typed = line.get(Column.URL)
    if typed and not connection.is_https(typed):
        raise ValueError(f"« {Column.URL.label} » : indiquez une adresse complète commençant par https://.")
    return typed


def _representative(line: Line) -> str:
    typed = line.get(Column.REPRESENTATIVE)
    if typed and not is_address(typed):
        raise ValueError(
            f"« {Column.REPRESENTATIVE.label} » : indiquez une seule adresse, au lieu de « {typed[:40]} »."
        )
    return typed


def _too_long(line: Line) -> list[str]:
    """The cells that the portal could not keep whole."""
    most = {column: LONGEST.get(column, LONGEST_CELL) for column in Column}
    long = [column for column in Column if len(line.get(column)) > most[column]]
    return [f"« {column.label} » dépasse {most[column]} caractères : abrégez." for column in long]


def _profiles(line: Line, direction: Direction | None) -> tuple[str, int | None]:
    words = folding.fold(line.get(Column.PROFILES)).split()
    if direction is None or not line.get(Column.PROFILES):
        return "", None
    letters = sorted(set("".join(words)) - {"E", "T"} if "ET" in words else set("".join(words)))
    if direction is Direction.FEEDING:
        if not letters or not set(letters) <= {"A", "B"}:
            raise ValueError("« Profils » : un service qui alimente reçoit A, B ou « A B ».")
        return "".join(letters), None
    if len(words) != 1 or words[0] not in {"0", "1", "2", "3", "4", "5"}:
        raise ValueError("« Profils » : un service qui consomme reçoit un seul profil, de 0 à 5.")
    return "", int(words[0])


def _establishments(line: Line, direction: Direction | None) -> tuple[str, ...]:
    typed = line.get(Column.ESTABLISHMENTS)
    found = tuple(dict.fromkeys(one for one in re.split(r"[\s,;|/]+", typed) if one))
    if direction is Direction.FEEDING and not found:
        raise ValueError("« Établissements » est vide : un service qui alimente nomme au moins un établissement.")
    return found
