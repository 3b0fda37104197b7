"""Is a result as good for every group of people? Recall at one precision, among pairs that are equally hard."""
