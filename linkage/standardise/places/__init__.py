"""Places of birth."""
