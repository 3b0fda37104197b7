"""Who lives: households after the real pyramid, with culture, faith and names."""
