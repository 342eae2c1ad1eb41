"""What a gateway, an agent or a person asks: may this caller do this, to this, at this instant?"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

READ = "read"
SEARCH = "search"
EXPORT = "export"
PATCH = "patch"
OPERATIONS = (READ, SEARCH, EXPORT, PATCH)
NO_FACTS: Mapping[str, Any] = MappingProxyType({})


class Question(NamedTuple):
    """One question. The caller is named by `fingerprint` (SHA-256 of the certificate, 64 figures) or by `client_id`.

    What is written to is named by `establishment` (FINESS EG, nine characters) or by `path`, the raw request line of
    a feeding call; `path` also stands for the operation and the resource. `element` is a code, a FHIR element or a
    resource of the policy; None asks about the operation as such. `region` is the code of the region asked about;
    `facts` states what is known of the data (facts of the policy). `case` is a retrieval case of the policy, which
    stands for its operation. `name` is the digest of the name in the certificate of the fingerprint, where that
    certificate was shown: it counts for the entries that bear a name alone. Nothing is trusted: a malformed member is
    refused with its reason.
    """

    operation: str | None
    at: datetime
    fingerprint: str | None = None
    client_id: str | None = None
    element: str | None = None
    establishment: str | None = None
    path: str | None = None
    region: str | None = None
    facts: Mapping[str, Any] = NO_FACTS
    case: str | None = None
    name: str | None = None


def normalised_fingerprint(text: str) -> str:
    """A fingerprint as people paste it (``AA:BB:…``, spaces, capitals) in the form of the index; nothing is checked."""
    return "".join(text.replace(":", "").split()).lower()
