"""Bridges to neighbouring libraries: frames in and out, and the recordlinkage toolkit both ways.

Nothing is imported here: pandas, Polars and recordlinkage load only when somebody hands over or asks for theirs.
"""
