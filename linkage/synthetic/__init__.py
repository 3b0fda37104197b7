"""A register of invented residents, with truth."""
