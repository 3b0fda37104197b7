"""The review queue in SQL: SQLite for one office, PostgreSQL for the nation, the same statements on both."""

from linkage.review.sql.queue import SqlQueue, open_queue

__all__ = ["SqlQueue", "open_queue"]
