"""How common a value is: in a regency, among those born in a decade, in a province, in the nation."""
