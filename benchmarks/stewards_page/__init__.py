"""The stewards' page at the size of the nation: what stewards wait for."""
