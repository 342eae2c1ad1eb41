"""The public consumption matrix, cell by cell: what the delivered policy answers by element, profile and facts.

Columns are profiles 0 to 5: ``+`` permitted, ``-`` refused. `c`, `t`: levels of contact and telecom; `US`: sensitive
unit; `f`: field of activity (04 médico-social, 05 ville, 01 MCO); `s`: status of the capacity.
"""

import pytest

from policy.profiles import engine, rulebook_file
from policy.profiles.engine import Effect

BOOK = rulebook_file.read(rulebook_file.SHIPPED.read_text(encoding="utf-8"))
NAMES = {
    "c": "contact_level",
    "t": "telecom_level",
    "US": "sensitive_unit",
    "f": "activity_field",
    "s": "capacity_status",
}
MATRIX = """
Organization.description           |                        | ++++++
Organization.orsan                 |                        | -+--+-
Organization.contact               | c=1 f=01               | ++++++
Organization.contact               | c=2 f=04               | -+++-+
Organization.contact               | c=2 f=01               | -++--+
Organization.contact               | c=3 f=04               | -+----
Organization.contact.telecom       | c=1 t=1 f=01           | ++++++
Organization.contact.telecom       | c=1 t=2 f=01           | -+++-+
Organization.contact.telecom       | c=1 t=3 f=01           | -+-+--
Organization.contact.telecom       | c=2 t=1 f=04           | -+++-+
Organization.contact.telecom       | c=2 t=1 f=01           | -++--+
Organization.contact.telecom       | c=3 t=1 f=04           | -+----
InternalOrganization.description   |                        | ++++--
HealthcareService.description      | US=non                 | ++++++
HealthcareService.description      | US=oui                 | -+--+-
HealthcareService.acts             | US=non f=04            | -+++++
HealthcareService.acts             | US=non f=01            | -++-++
HealthcareService.acts             | US=oui f=04            | -+--++
HealthcareService.contact          | c=1 US=non f=01        | ++++++
HealthcareService.contact          | c=1 US=oui f=01        | -+-++-
HealthcareService.contact          | c=2 US=non f=04        | -+++-+
HealthcareService.contact          | c=2 US=non f=01        | -++--+
HealthcareService.contact          | c=2 US=oui f=04        | -+----
HealthcareService.contact          | c=3 US=non f=04        | -+----
HealthcareService.contact.telecom  | c=1 t=1 US=non f=01    | ++++++
HealthcareService.contact.telecom  | c=1 t=2 US=non f=04    | -+++-+
HealthcareService.contact.telecom  | c=2 t=2 US=non f=01    | -++--+
HealthcareService.contact.telecom  | c=1 t=1 US=oui f=01    | -+-++-
HealthcareService.contact.telecom  | c=3 t=3 US=non f=04    | -+----
Location.description               | US=non                 | ++++++
Location.description               | US=oui                 | -+--+-
Location.telecom                   | t=1 US=non f=04        | ++++++
Location.telecom                   | t=1 US=non f=01        | +++-++
Location.telecom                   | t=2 US=non f=04        | -+++-+
Location.telecom                   | t=1 US=oui f=04        | -+--+-
Location.telecom                   | t=3 US=non f=04        | -+----
PractitionerRole.telecom           | t=1 US=non f=01        | +++-++
PractitionerRole.telecom           | t=2 US=non f=04        | -+++-+
Location.equipment                 | US=non f=04            | -+++++
Location.equipment                 | US=non f=01            | -++-++
Location.equipment                 | US=oui f=04            | -+--+-
Location.supported-capacity        | s=01 US=non f=04       | -+++++
Location.supported-capacity        | s=01 US=non f=01       | -++-++
Location.supported-capacity        | s=02 US=non f=04       | -++++-
Location.supported-capacity        | s=06 US=non f=04       | -+--+-
Location.supported-capacity        | s=01 US=oui f=04       | -+--+-
Practitioner.description           | f=05 US=non            | +++-++
Practitioner.description           | f=04 US=non            | -+++++
Practitioner.description           | f=04 US=oui            | -+--+-
HealthcareService.location         |                        | ------
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in MATRIX.strip().splitlines()]


@pytest.mark.parametrize("operation", ["read", "search", "export"])
@pytest.mark.parametrize(("element", "facts", "expected"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_judge_follows_the_public_matrix(element: str, facts: str, expected: str, operation: str) -> None:
    known = {NAMES[name]: value for name, value in (fact.split("=") for fact in facts.split())}
    answers = [
        engine.judge(
            BOOK,
            profiles=profile,
            operation=operation,
            element=element,
            facts={**known, "region_perimeter": "inside"},
        ).effect
        for profile in "012345"
    ]
    assert "".join("+" if answer is Effect.PERMIT else "-" for answer in answers) == expected
    assert Effect.CONDITIONAL not in answers


def test_every_element_has_a_row_in_the_table_above() -> None:
    assert {row[0] for row in ROWS} == set(BOOK.elements)


def test_no_access_profile_ever_writes() -> None:
    for element in BOOK.elements:
        for profile in "012345":
            assert engine.judge(BOOK, profiles=profile, operation="patch", element=element).effect is Effect.DENY
