"""What a scheduled command tells those who watch over it: metrics, lineage, and how its last runs ended."""
