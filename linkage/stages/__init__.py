"""What the stages of the pipeline are made of: candidates, the model, the facts a decision reads."""
