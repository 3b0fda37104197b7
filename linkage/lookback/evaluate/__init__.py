"""How good was a run? Its folder held against a file of truth."""
