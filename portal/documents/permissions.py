"""Documents are issued and replaced by the portal; the agency may revoke one."""

from typing import Any

from portal.lifecycle import registry

from .lifecycle import DOCUMENTS
from .models import StoredDocument


def roles_on(user: Any, document: StoredDocument) -> frozenset[str]:
    """The staff roles; a vendor holds none on a document."""
    return frozenset(user.staff_roles)


registry.register(StoredDocument, DOCUMENTS, roles_on=roles_on)
