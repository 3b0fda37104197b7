"""How regions send it: dialects, and files written row by row."""
