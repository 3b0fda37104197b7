"""The queue over HTTP for offices with their own front end: the same rules, as JSON, under /api/v1."""
