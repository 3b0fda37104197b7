"""How good a result is: metrics with intervals."""
