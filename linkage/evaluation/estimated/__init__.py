"""How good is a result that nobody holds the truth of? Estimates from probabilities and from clerical labels."""
