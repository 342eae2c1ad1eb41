"""Readings of certificates for the pages and for the slices above."""

from .verdicts import (
    Verdict,
    anchors,
    demo_anchors_installed,
    holders,
    of_service,
    twin,
    usable,
    uses_of,
    verdict,
    visible_services,
)

__all__ = [
    "Verdict",
    "anchors",
    "demo_anchors_installed",
    "holders",
    "of_service",
    "twin",
    "usable",
    "uses_of",
    "verdict",
    "visible_services",
]
