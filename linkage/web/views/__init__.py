"""What templates print: frozen values, made from the queue's by pure functions."""
