"""Sources: what a path, folder, archive, URL or table holds, found out before any row is read."""
