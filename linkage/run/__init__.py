"""One run: files or frames in, results and a manifest out."""
