"""Figures and charts for the page of the synthetic register: ``python -m benchmarks.register_page``."""
