"""A list written back as CSV for spreadsheets."""

from portal.web.spreadsheet import csv_bytes, neutral

TITLES = ("FINESS EG", "Nom de l’établissement")

__all__ = ["TITLES", "csv_bytes", "neutral", "template"]


def template() -> bytes:
    """The empty list to fill in: its titles only."""
    return csv_bytes(TITLES, [])
