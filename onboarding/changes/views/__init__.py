"""Pages of what happens after admission."""
