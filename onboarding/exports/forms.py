"""Asking for a long export."""

from portal.web.forms import Form


class AskForm(Form):
    """Nothing to fill in: a place for what the operation refuses."""
