"""The sheet of services already connected, as a manager of the whitelist would fill it."""

import csv
import io

from onboarding.takeovers.sheet import Column
from tests.factories.certificates import SIRET, issued
from tests.factories.reference import EstablishmentFactory

TITLES = [column.label for column in Column]
FEEDING = {
    Column.SIREN: SIRET,
    Column.ENTITY: "Éditeur de lits",
    Column.REPRESENTATIVE: "representante@editeur.exemple",
    Column.SERVICE: "Lits en direct",
    Column.KIND: "SaaS",
    Column.DIRECTION: "Alimentation",
    Column.PROFILES: "A et B",
    Column.URL: "https://lits.exemple.fr/ror",
    Column.CLIENT_ID: "lits-client",
    Column.TOKEN_URL: "https://jetons.exemple.fr/token",
    Column.API_URL: "https://api.exemple.fr/ror",
    Column.CHARTER: "12/03/2023",
    Column.DECIDED: "2023-04-02",
    Column.DECISION: "CR 2023-04-02",
}
CONSUMING = FEEDING | {
    Column.SIREN: "732 829 320",
    Column.ENTITY: "Orienteurs",
    Column.SERVICE: "Où soigner",
    Column.DIRECTION: "consommation",
    Column.PROFILES: "0",
    Column.CLIENT_ID: "ou-soigner",
    Column.USER_ROLE: "",
}


def feeding(**changes: str) -> dict[Column, str]:
    """A whole line of a feeding service, its certificate and its establishments included."""
    numbers = [EstablishmentFactory().finess for _ in range(2)]
    whole = FEEDING | {Column.CERTIFICATE: issued().decode(), Column.ESTABLISHMENTS: ", ".join(numbers)}
    return whole | {Column(key): value for key, value in changes.items()}


def file_of(*lines: dict[Column, str]) -> bytes:
    written = io.StringIO(newline="")
    rows = [[line.get(column, "") for column in Column] for line in lines]
    csv.writer(written, delimiter=";").writerows([TITLES, *rows])
    return written.getvalue().encode()
