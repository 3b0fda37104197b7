"""Provinces and regencies, today's and those of former times."""
