"""Readings of the figures."""
