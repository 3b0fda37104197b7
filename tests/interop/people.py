"""The text of a small spec of people: names, birth dates and card numbers."""

TEXT = """
name = "people"

[[field]]
name = "name"
kind = "text"

[[field]]
name = "born"
kind = "date"

[[field]]
name = "card"
kind = "identifier"

[[comparison]]
name = "name"
field = "name"
kernel = "jaro_winkler"
levels = [{ name = "equal" }, { name = "close", at_least = 0.9 }]

[[comparison]]
name = "born"
field = "born"
kernel = "date"
levels = ["equal"]

[[rule]]
name = "name"
keys = ["name.prefix3"]

[[rule]]
name = "born"
keys = ["born.year"]
"""
