"""NIKs and family card numbers: structure, keys, what two NIKs say of each other, and one of its record."""
