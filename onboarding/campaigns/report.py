"""Reader of a PLATINES session report: the JSON of `GET /secure/testSession/detail/{id}` (TestSessionDetailDto).

Statuses of cases are recomputed from their steps and never taken from the file: the platform overwrites results when a
session runs again, and `FINISHED` only says that it ended. A fault is told with its place in the JSON.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from onboarding.campaigns.results import Priority, Status

MAX_CASES = 5000
MAX_NAME = 300
FINISHED = "FINISHED"
SESSION_STATUSES = {
    "NONEXECUTE": "non exécutée",
    "CONSTRUCT": "en cours de préparation",
    "DEPLOYMENT": "en cours de déploiement",
    "STARTING": "en cours de démarrage",
    "PENDING": "en cours d’exécution",
    "ERROR": "en erreur",
    "CANCELED": "annulée",
    "WAITING": "en file d’attente",
}
STEP_STATUSES = {
    "SUCCESS": Status.SUCCESS,
    "FAILURE": Status.FAILURE,
    "ERROR": Status.ERROR,
    "NONEXECUTE": Status.NOT_RUN,
    "PENDING": Status.NOT_RUN,
    "WAITING": Status.NOT_RUN,
}
PRIORITIES = {"2": Priority.CRITICAL, "1": Priority.MAJOR, "0": Priority.MINOR, None: Priority.UNSET}
T = TypeVar("T")


class UnreadableReport(Exception):
    """The report cannot be used; `sentence` says why and where, in French."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One test case: where it stands, what it is worth once recomputed, the steps that did not pass.

    `key` names the scenario whatever the session: two imports of one case share it.
    """

    key: str
    project: str
    suite: str
    name: str
    priority: Priority
    status: Status
    steps: int
    failed_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A finished session: its identity on the platform, when it ran, its cases in the order of the file."""

    session: int
    uuid: str
    description: str
    executed_at: datetime | None
    cases: tuple[CaseResult, ...]

    @property
    def counts(self) -> Counter[Status]:
        """How many cases by status."""
        return Counter(case.status for case in self.cases)


def read(data: bytes) -> Report:
    """The report that these bytes hold. Raises UnreadableReport."""
    session = _Node(_parsed(data), "")
    _refuse_other_shapes(session)
    status = session.choice("sessionStatus", {FINISHED: "finie", **SESSION_STATUSES})
    if status != "finie":
        raise UnreadableReport(f"La session n’est pas terminée : elle est {status}. Attendez sa fin, puis exportez-la.")
    cases = tuple(_cases(session))
    if not cases:
        raise UnreadableReport("Ce rapport ne contient aucun cas de test.")
    return Report(
        session=session.integer("id"),
        uuid=session.text("uuid", optional=True)[:60],
        description=session.text("description", optional=True)[:MAX_NAME],
        executed_at=session.instant("executionDate"),
        cases=cases,
    )


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise UnreadableReport(
            "Ce fichier n’est pas du texte UTF-8 : envoyez le rapport JSON de la session."
        ) from error
    except json.JSONDecodeError as error:
        raise UnreadableReport(
            f"Ce rapport n’est pas un JSON complet : la lecture s’arrête ligne {error.lineno}, colonne {error.colno}. "
            "Il est sans doute tronqué ; exportez-le à nouveau."
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableReport("Ce fichier n’est pas un rapport de session PLATINES.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _refuse_other_shapes(session: "_Node") -> None:
    if isinstance(session.value, list):
        raise UnreadableReport(
            "Ce fichier est une liste de sessions : envoyez le détail d’une session (testSession/detail)."
        )
    if isinstance(session.value, dict) and "suiteResults" in session.value:
        raise UnreadableReport(
            "Ce fichier est le résultat d’un pilote de tests : envoyez le détail de la session (testSession/detail)."
        )


def _cases(session: "_Node") -> Iterator[CaseResult]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for project in session.items("projectResults"):
        for suite in project.items("testSuites"):
            for case in suite.items("testCases"):
                place = (project.name(), suite.name(), case.name())
                seen[place] += 1
                if seen.total() > MAX_CASES:
                    raise UnreadableReport(f"Ce rapport dépasse {MAX_CASES} cas de test.")
                yield _case(case, place, seen[place])


def _case(case: "_Node", place: tuple[str, str, str], rank: int) -> CaseResult:
    steps = [(step.name(), step.choice("resultStatus", STEP_STATUSES)) for step in case.items("testSteps")]
    return CaseResult(
        key=hashlib.sha256("\x1f".join((*place, str(rank))).encode("utf-8", "replace")).hexdigest(),
        project=place[0],
        suite=place[1],
        name=place[2],
        priority=case.choice("criticality", PRIORITIES, optional=True),
        status=_worst([status for _, status in steps]),
        steps=len(steps),
        failed_steps=tuple(name for name, status in steps if status in (Status.FAILURE, Status.ERROR)),
    )


def _worst(statuses: list[Status]) -> Status:
    """A case passes when it has steps and all of them passed; a case without steps was not run."""
    for status in (Status.ERROR, Status.FAILURE, Status.NOT_RUN):
        if status in statuses:
            return status
    return Status.SUCCESS if statuses else Status.NOT_RUN


@dataclass(frozen=True, slots=True)
class _Node:
    """A value of the JSON and its path, so that every fault names its place."""

    value: Any
    path: str

    def _fault(self, field: str, expected: str) -> UnreadableReport:
        where = f"{self.path}.{field}".lstrip(".") if field else self.path or "la racine"
        return UnreadableReport(f"Le rapport n’a pas la forme attendue : {where} doit être {expected}.")

    def _field(self, field: str, kind: type[T], expected: str, *, optional: bool = False) -> T | None:
        if not isinstance(self.value, dict):
            raise self._fault("", "un objet")
        value = self.value.get(field)
        if value is None and optional:
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._fault(field, expected)
        return value

    def items(self, field: str) -> Iterator["_Node"]:
        """The elements of a list."""
        values = self._field(field, list, "une liste") or []
        return (_Node(value, f"{self.path}.{field}[{index}]".lstrip(".")) for index, value in enumerate(values))

    def text(self, field: str, *, optional: bool = False) -> str:
        """A text; empty when it is optional and absent."""
        return (self._field(field, str, "un texte", optional=optional) or "").replace("\x00", "\ufffd")

    def name(self) -> str:
        """The name of a level, on one line, which must say something."""
        if not (name := " ".join(self.text("name").split())):
            raise self._fault("name", "un texte non vide")
        return name[:MAX_NAME]

    def integer(self, field: str) -> int:
        """A positive whole number that databases hold."""
        value = self._field(field, int, "un nombre entier")
        if value is None or not 0 <= value < 2**63:
            raise self._fault(field, "un nombre entier positif")
        return value

    def instant(self, field: str) -> datetime | None:
        """An instant with its offset, or nothing."""
        text = self.text(field, optional=True)
        try:
            at = datetime.fromisoformat(text) if text else None
        except ValueError as error:
            raise self._fault(field, "une date ISO 8601") from error
        if at and at.tzinfo is None:
            raise self._fault(field, "une date ISO 8601 avec son fuseau")
        return at

    def choice(self, field: str, choices: "dict[Any, T]", *, optional: bool = False) -> T:
        """One of the values that the platform knows."""
        value = self._field(field, str, "un texte", optional=optional)
        if value not in choices:
            known = ", ".join(f"« {choice} »" for choice in choices if choice is not None)
            raise self._fault(field, f"l’une des valeurs {known}")
        return choices[value]
