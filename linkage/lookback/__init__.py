"""Looking back at a finished run: why two records matched, and whether its files are still what it wrote."""
