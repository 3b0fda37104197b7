"""String and set kernels: the only place that computes a similarity."""
