"""What is true of every record, and which cases it belongs into."""
