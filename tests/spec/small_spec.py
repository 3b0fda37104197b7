"""A small spec of every kind of part, and the same with pieces of its text replaced."""

SMALL = """
name = "members"
link_threshold = 0.6

[[field]]
name = "name"
kind = "person_name"
columns = ["full_name", "name"]
required = true

[[field]]
name = "born"
kind = "date"

[[field]]
name = "town"
kind = "text"

[[field]]
name = "height"
kind = "number"

[[comparison]]
name = "name"
field = "name"
kernel = "name"
levels = ["equal", { name = "close", relations = ["phonetic", "partial"] }]
m = [0.8, 0.1, 0.1]
u = [0.01, 0.01, 0.98]
term_frequency = true

[[comparison]]
name = "born"
field = "born"
kernel = "date"
levels = ["equal", "year"]
part = true

[[comparison]]
name = "town"
field = "town"
kernel = "jaro_winkler"
levels = [{ name = "equal" }, { name = "close", at_least = 0.9 }]
part = true

[[comparison]]
name = "origin"
combine = ["born", "town"]
levels = [{ name = "both", when = [{ born = "equal", town = ["equal", "close"] }] }]
missing_when = [{ town = "missing" }]

[[comparison]]
name = "height"
field = "height"
kernel = "number_distance"
levels = [{ name = "equal" }, { name = "near", at_most = 3 }]

[[rule]]
name = "same day"
keys = ["born", "name.first"]
cap = 100
refine = ["town"]

[[older_regions]]
code = "7320"
newest = 7605
name = "Majene"
"""


def written(*changes: tuple[str, str]) -> str:
    """The small spec with pieces of its text replaced."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text
