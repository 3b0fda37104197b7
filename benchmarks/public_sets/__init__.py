"""Public data sets with known truth, linked by hand-written and by proposed specs."""
