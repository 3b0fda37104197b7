"""Record linkage and deduplication for resident registers."""
