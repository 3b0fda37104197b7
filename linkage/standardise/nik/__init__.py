"""NIKs: structure, keys, and what two of them say of each other."""
