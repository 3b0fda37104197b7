"""Columns: which is which, what stands for nothing, how a file writes dates and numbers, and what broke on the way."""
