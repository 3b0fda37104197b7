"""Training the supervised model for residents: registers, and later what is learned from them."""
