"""Labels: which pairs people should judge, how they are asked, and what is kept of their answers."""
