"""The verbs of certificates: declaring, checking, warning, renewing, proving, and deciding whom to trust."""

from .declaring import NotAcceptable, Unusable, declare, retire
from .trusting import install_anchors

__all__ = ["NotAcceptable", "Unusable", "declare", "install_anchors", "retire"]
