"""Whether what stands may go on as it is: the weekly check of the model, and who is missing before a semester ends."""
