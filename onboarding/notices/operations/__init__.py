"""Verbs of notices and of malfunction reports."""
