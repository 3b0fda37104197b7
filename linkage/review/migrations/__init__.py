"""Alembic migrations of the review queue; run by `linkage.review.database`."""
