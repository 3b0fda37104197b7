"""What offices get wrong, kind by kind, and how errors pile up."""
