"""Dates: read from many spellings, judged, and related to each other."""
