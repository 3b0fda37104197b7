"""Frames of other libraries: in as Arrow tables, out as frames of the library asked for."""
