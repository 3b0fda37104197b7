"""The review queue: cases that need people, their decisions, and the memory of what was decided."""
