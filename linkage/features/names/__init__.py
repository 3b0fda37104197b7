"""What two names of one column have in common, token by token, and how rare it is."""
