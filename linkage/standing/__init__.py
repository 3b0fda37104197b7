"""What is derived from a standing store and kept beside it, so that a night costs what its delta costs."""
