"""The nightly project: its inbox, its standing store, its job, and the steward at a terminal."""
