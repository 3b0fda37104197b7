"""From probabilities to clusters and cases, under guards."""
