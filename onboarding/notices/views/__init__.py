"""Pages of notices, of the status of the services, of malfunction reports."""
