"""Raw text to standard values: names, dates, NIK, places, addresses, regions."""
