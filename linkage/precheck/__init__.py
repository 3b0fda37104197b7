"""Checking a batch in a village without a network, against an index that holds keyed digests and no names."""
