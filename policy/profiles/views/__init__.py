"""Pages of the access policy."""
