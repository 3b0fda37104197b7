"""Thirty nights of twenty regencies, from extracts to the national reference, with everything that goes wrong."""
