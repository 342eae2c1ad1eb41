"""The certification policies of IGC-Santé: which identifier a certificate of each hierarchy and product bears.

Identifiers as read on real certificates. In TEST one identifier serves every product. An identifier of the right
hierarchy that is in no table may be a later version of a policy: the portal says that it does not know it.
"""

from dataclasses import dataclass

from portal.lifecycle.table import LabelledEnum

from .environments import Hierarchy


class Standing(LabelledEnum):
    """What the identifiers of a certificate are worth for an AUTH_CLI certificate of its hierarchy."""

    EXPECTED = "expected"
    UNKNOWN = "unknown"
    OTHER_PRODUCT = "other_product"
    OTHER_HIERARCHY = "other_hierarchy"
    FOREIGN = "foreign"
    ABSENT = "absent"


@dataclass(frozen=True)
class Policy:
    """A policy: its identifier, and the product it is that of (empty: any)."""

    oid: str
    product: str


AUTH_CLI = {
    Hierarchy.PROD: Policy("1.2.250.1.213.1.7.1.1.2.4.1", "ORG AUTH_CLI"),
    Hierarchy.TEST: Policy("1.2.250.1.213.1.7.2.1.1.1.1", ""),
}
OTHERS = {Hierarchy.PROD: (Policy("1.2.250.1.213.1.7.1.1.2.5.1", "SERV SSL_SERV"),), Hierarchy.TEST: ()}
_ARCS = {Hierarchy.PROD: "1.2.250.1.213.1.7.1.", Hierarchy.TEST: "1.2.250.1.213.1.7.2."}


def standing(found: tuple[str, ...], hierarchy: Hierarchy) -> Standing:
    """What these identifiers are worth under this hierarchy."""
    if not found:
        return Standing.ABSENT
    if AUTH_CLI[hierarchy].oid in found:
        return Standing.EXPECTED
    if any(other.oid in found for other in OTHERS[hierarchy]):
        return Standing.OTHER_PRODUCT
    if any(oid.startswith(_ARCS[hierarchy]) for oid in found):
        return Standing.UNKNOWN
    known = any(oid.startswith(arc) for oid in found for arc in _ARCS.values())
    return Standing.OTHER_HIERARCHY if known else Standing.FOREIGN
