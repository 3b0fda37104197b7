"""From the review queue to the national reference: what joins the project, the standing store, the queue and both."""
