"""The national reference: one row per person, who stands behind it, and every publication that made it so."""
