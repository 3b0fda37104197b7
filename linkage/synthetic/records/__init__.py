"""What offices write down: numbers, first and further records, versions by night."""
