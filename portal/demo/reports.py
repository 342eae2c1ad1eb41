"""Reports of test sessions, in the JSON shape of PLATINES (TestSessionDetailDto), the same for the same moment."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from itertools import count

Scenarios = Sequence[tuple[str, str, str]]  # project, criticality, case

FEEDING: Scenarios = (
    ("C PATCH CAPACITE REMPLACEMENT", "2", "Remplacer une capacité connue"),
    ("C PATCH CAPACITE AJOUT", "2", "Ajouter une capacité inconnue après une réponse 404"),
    ("C PATCH CAPACITE SUPPRESSION", "1", "Supprimer une capacité"),
    ("C PATCH ETABLISSEMENT HORS LISTE", "2", "Refus attendu hors de la liste"),
    ("C PATCH QUOTA DEPASSE", "0", "Réponse 429 et reprise"),
)
CONSUMPTION: Scenarios = (
    ("C JETON OBTENTION", "2", "Obtenir un jeton d’accès"),
    ("C RECHERCHE ETABLISSEMENT", "2", "Rechercher un établissement par son numéro FINESS"),
    ("C RECHERCHE OFFRE", "2", "Rechercher les offres d’une commune"),
    ("C EXTRACTION COMPLETE", "1", "Extraire une région entière"),
    ("C QUOTA DEPASSE", "0", "Réponse 429 et reprise"),
)


def session(
    title: str, *, scenarios: Scenarios, host: str, at: datetime, failing: frozenset[str] = frozenset()
) -> dict[str, object]:
    """A finished session at that instant; `failing` names the projects that fail."""
    number = count(1)
    moment = at.isoformat(timespec="milliseconds")
    projects = []
    for name, criticality, case in scenarios:
        status = "FAILURE" if name in failing else "SUCCESS"
        step = {"id": next(number), "name": "Requête", "resultStatus": status, "executionDuration": 120}
        test_case = {"id": next(number), "name": case, "criticality": criticality, "resultStatus": status}
        test_case |= {"testSteps": [step], "rOperationDto": []}
        suite = {"id": next(number), "name": name, "resultStatus": status, "testCases": [test_case]}
        project = {"id": next(number), "name": name, "resultStatus": status, "testSuites": [suite]}
        projects.append(project | {"projectProperties": [], "idProject": next(number)})
    return {
        "id": 4812,
        "executionDuration": 48213,
        "description": title,
        "sessionStatus": "FINISHED",
        "projectResults": projects,
        "uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{host} {moment}")),
        "executionDate": moment,
        "creationDate": moment,
        "sessionDuration": None,
        "url": None,
        "resourcePath": [],
        "rOperationDto": [],
    }
