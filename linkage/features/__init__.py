"""What a supervised model reads of a surviving pair: a matrix of numbers, each with a name and a direction."""
