"""From agreement levels to a probability."""
