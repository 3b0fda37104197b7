"""The steps of the phonetic key, as :mod:`linkage.standardise.names.phonetic` tells them, compiled."""
