"""Pages of claims, of requests to join, of mandates, and of the sheet of a service."""
