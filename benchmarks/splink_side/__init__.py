"""Splink's side of ``benchmarks.against_splink``: runs in an environment of its own, and imports nothing of ours."""
