"""How many are there that no list holds? Estimators of capture-recapture, on plain arrays."""
