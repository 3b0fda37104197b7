"""What blocking rules cost and what a combination can reach, by looking at every pair."""

from itertools import combinations, product

from tests.oracles.pair_pass import final_blocks


def price(rule, records):
    """Pairs within the rule's blocks of at most the cap; across the two files only when linking."""
    return len(pairs_of(rule, records))


def pairs_of(rule, records):
    """Those pairs, as often as they have blocks."""
    left = records.left_count
    if not rule.keys:
        blocks = [set(range(records.n_records))]
    else:
        blocks = final_blocks(rule, records.columns, records.n_records)
    return [(i, j) for members in blocks for i, j in combinations(sorted(members), 2) if left < 0 or i < left <= j]


def pairs_added(rules, records):
    """How many pairs each rule is the first to bring."""
    seen, added = set(), []
    for rule in rules:
        new = set(pairs_of(rule, records)) - seen
        seen |= new
        added.append(len(new))
    return added


def reached_levels(combined, comparisons):
    """The levels that some mixture of the parts' levels gives, first fit first."""
    parts = [next(item for item in comparisons if item.name == name) for name in combined.combine]
    reached = set()
    for names in product(*(part.level_names for part in parts)):
        state = dict(zip(combined.combine, names, strict=True))
        for level in combined.levels:
            if any(all(state[part] in accepted for part, accepted in states) for states in level.when):
                reached.add(level.name)
                break
    return reached
