"""Readings across the slices, for the pages of the desk."""
