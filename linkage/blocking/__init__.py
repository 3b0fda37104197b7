"""Which pairs are compared: rules, keys, caps and refinement."""
