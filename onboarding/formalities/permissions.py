"""Who may declare a formality, keep the official forms, and have a data sheet made."""

from typing import Any

from portal.lifecycle import registry
from portal.parties import queries as parties

from .lifecycle import FORMS, LIFECYCLE, SHEETS
from .models import FormalityDeclaration, FormSheet, OfficialPdf


def roles_on(user: Any, declaration: FormalityDeclaration) -> frozenset[str]:
    """The roles held in the legal entity concerned."""
    return parties.roles_in(user, declaration.legal_entity_id)


def roles_on_form(user: Any, form: OfficialPdf) -> frozenset[str]:
    """Staff roles hold on every form."""
    return frozenset(user.staff_roles)


def roles_on_sheet(user: Any, sheet: FormSheet) -> frozenset[str]:
    """Staff roles, and those held in the entity that owns the service."""
    return user.staff_roles | parties.roles_in(user, sheet.service.owner_id)


registry.register(FormalityDeclaration, LIFECYCLE, roles_on=roles_on)
registry.register(OfficialPdf, FORMS, roles_on=roles_on_form)
registry.register(FormSheet, SHEETS, roles_on=roles_on_sheet)
