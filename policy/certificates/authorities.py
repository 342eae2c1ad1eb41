"""The authorities of IGC-Santé that come with the portal: the ÉLÉMENTAIRE ORGANISATIONS chain, in TEST and in PROD.

Persons' authorities are absent on purpose: with their chain, a card would pass for an organisation's certificate.
"""

from pathlib import Path

from .environments import Hierarchy
from .trust import Anchor, AnchorKind

_DATA = Path(__file__).resolve().parent / "data"
_FILES = {
    "ACR-EL-TEST": ("TEST AC RACINE IGC-SANTE ELEMENTAIRE", Hierarchy.TEST, AnchorKind.ROOT),
    "ACI-EL-ORG-TEST": ("TEST AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", Hierarchy.TEST, AnchorKind.INTERMEDIATE),
    "ACR-EL": ("AC RACINE IGC-SANTE ELEMENTAIRE", Hierarchy.PROD, AnchorKind.ROOT),
    "ACI-EL-ORG": ("AC IGC-SANTE ELEMENTAIRE ORGANISATIONS", Hierarchy.PROD, AnchorKind.INTERMEDIATE),
}
_SITE, _OCSP = "http://igc-sante.esante.gouv.fr", "http://ocsp.esante.gouv.fr"  # as their certificates publish them


def igc_sante() -> list[Anchor]:
    """The four authorities, from the files whose origin `data/SOURCES.md` tells."""
    return [
        Anchor(
            *place,
            pem=(_DATA / f"{name}.pem").read_text("ascii"),
            crl_url=f"{_SITE}/CRL/{name}.crl",
            ocsp_url=_OCSP if place[2] is AnchorKind.INTERMEDIATE else "",
        )
        for name, place in _FILES.items()
    ]
