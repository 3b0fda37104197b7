"""Boosted trees: as values, scored and explained by our own kernels, learnt with scikit-learn."""
