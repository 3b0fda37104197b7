"""Bridges to neighbouring libraries."""
