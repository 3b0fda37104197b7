"""Readers: every kind of input as a header and batches of raw columns, in bounded memory."""
