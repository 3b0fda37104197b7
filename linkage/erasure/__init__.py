"""Erasure and correction: what a resident may ask for, in every place that holds their values."""
