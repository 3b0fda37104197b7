"""Where block work runs."""
