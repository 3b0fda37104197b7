"""Blocks, slowly: dicts from keys to sets of records, one record after the other."""

from collections import defaultdict

from tests.oracles.pair_pass import keys_of


def value_of(record, name, columns):
    code = int(columns[name].codes[record])
    return None if code < 0 else columns[name].content.values[code].as_py()


def blocks_of(rule, columns, records):
    """Every block of the rule before any cap, by key: all keys, those of one record too."""
    blocks = defaultdict(set)
    for record in records:
        for key in keys_of(record, rule, columns):
            blocks[key].add(record)
    return blocks


def plan_of(rule, columns, records):
    """What a run over these records refines at each step, and what it cuts: sets of keys."""
    blocks, refined = blocks_of(rule, columns, records), []
    for name in rule.refine:
        over = {key for key, members in blocks.items() if len(members) > rule.cap}
        refined.append(over)
        blocks = _divided(blocks, over, name, columns)
    return refined, {key for key, members in blocks.items() if len(members) > rule.cap}


def blocks_under(rule, columns, records, plan):
    """The uncut final blocks of these records, as the plan says: all keys, those of one record too."""
    refined, cut = plan
    blocks = blocks_of(rule, columns, records)
    for name, over in zip(rule.refine, refined, strict=True):
        blocks = _divided(blocks, over, name, columns)
    return {key: members for key, members in blocks.items() if key not in cut}


def _divided(blocks, over, name, columns):
    finer = defaultdict(set)
    for key, members in blocks.items():
        for record in members:
            finer[(*key, value_of(record, name, columns)) if key in over else key].add(record)
    return finer


def neighbours(rule, columns, ids, left_count=-1):
    """The pairs of a sorted neighbourhood: records in order, each with the next ``window - 1``."""
    n_records = len(ids)
    texts = [[value_of(record, name, columns) for name in rule.sort] for record in range(n_records)]
    placed = [record for record in range(n_records) if texts[record][0] is not None]

    def place_of(record):
        fields = [b"" if text is None else b"-" + text.encode() for text in texts[record]]
        return *fields, ids[record].encode()

    order = sorted(placed, key=place_of)
    pairs = set()
    for place, one in enumerate(order):
        for other in order[place + 1 : place + rule.window]:
            left, right = sorted((one, other))
            if left_count < 0 or left < left_count <= right:
                pairs.add((left, right))
    return pairs
