"""Verbs after admission: declare a change and answer it, follow a breach, confirm for the year."""
