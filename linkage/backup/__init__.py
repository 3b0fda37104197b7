"""A nightly project kept elsewhere: its workspace and its database in one folder, and both brought back from there."""
