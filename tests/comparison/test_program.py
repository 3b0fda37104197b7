"""A spec's comparisons, compiled: what each one depends on."""

from __future__ import annotations

from linkage.comparison.program import fields_of_comparisons
from linkage.spec import parse_spec

SPEC = parse_spec("""
name = "joined"

[[field]]
name = "first"
kind = "text"

[[field]]
name = "last"
kind = "text"

[[field]]
name = "whole"
kind = "text"
join = ["first", "last"]

[[field]]
name = "born"
kind = "date"

[[field]]
name = "born_digits"
kind = "identifier"
columns = ["born"]

[[comparison]]
name = "first"
field = "first"
kernel = "equal"
levels = ["equal"]

[[comparison]]
name = "date"
field = "born"
kernel = "date"
levels = ["equal"]
part = true

[[comparison]]
name = "digits"
field = "born_digits"
kernel = "equal"
levels = ["equal"]
part = true

[[comparison]]
name = "birth"
combine = ["date", "digits"]
levels = [{ name = "equal", when = [{ date = "equal" }, { digits = "equal" }] }]

[[rule]]
name = "words"
keys = ["whole.tokens"]
""")


def test_a_comparison_depends_on_every_field_made_of_the_columns_it_reads() -> None:
    """A rule on the words of a whole name selects by the first name too."""
    assert fields_of_comparisons(SPEC) == (frozenset({"first", "whole"}), frozenset({"born", "born_digits"}))
