"""What the evidence of a pair says, in words: one catalogue, in Bahasa Indonesia and English."""
