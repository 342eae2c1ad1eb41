"""Who may load the register and describe regions: administrators, and the system at set-up."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import NOMENCLATURES, REGIONS, VERSIONS
from .models import Nomenclature, Region, RegisterVersion


def roles_on(user: Any, subject: object) -> frozenset[str]:
    """Staff roles hold on the whole of the reference data."""
    return frozenset(user.staff_roles)


registry.register(RegisterVersion, VERSIONS, roles_on=roles_on)
registry.register(Region, REGIONS, roles_on=roles_on)
registry.register(Nomenclature, NOMENCLATURES, roles_on=roles_on)
