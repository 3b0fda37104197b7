"""Proposing a spec for files nobody has described."""
