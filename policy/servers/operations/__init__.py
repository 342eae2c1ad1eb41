"""Verbs on servers' certificates: declared and retired by vendors, warned of and read again by the clock."""

from .declaring import NotAcceptable, declare, retire
from .watching import keep_answers, review, warn

__all__ = ["NotAcceptable", "declare", "keep_answers", "retire", "review", "warn"]
