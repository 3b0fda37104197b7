"""The review queue at the size of the nation: loading, stewards at work, looking around."""
