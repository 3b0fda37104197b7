"""How two records are compared: the compiled program and the pair pass."""
