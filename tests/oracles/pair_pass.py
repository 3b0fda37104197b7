"""The pair pass, slowly: sets of keys, all pairs of records, no cleverness."""

from collections import defaultdict
from itertools import product


def keys_of(record, rule, columns):
    """The set of keys a rule gives to a record: one per combination of its parts' values."""
    parts = []
    for key in rule.keys:
        name, _, form = key.partition(".")
        column = columns[name]
        code = int(column.codes[record])
        sets = column.content.key_sets[form or "value"]
        parts.append([] if code < 0 else sets.keys[sets.offsets[code] : sets.offsets[code + 1]].tolist())
    return set(product(*parts))


def final_blocks(rule, columns, n_records):
    """Uncut final blocks: a block over the cap gives way to its sub-blocks, one refinement field after the other."""
    blocks = defaultdict(set)
    for record in range(n_records):
        for key in keys_of(record, rule, columns):
            blocks[key].add(record)
    for name in rule.refine:
        finer = defaultdict(set)
        for key, members in blocks.items():
            if len(members) <= rule.cap:
                finer[key] |= members
                continue
            for record in members:
                code = int(columns[name].codes[record])
                value = None if code < 0 else columns[name].content.values[code].as_py()
                finer[(*key, value)].add(record)
        blocks = finer
    return [members for members in blocks.values() if len(members) <= rule.cap]


def emitted_pairs(spec, columns, n_records, left_count=-1):
    """Every pair that shares an uncut final key under some rule, with the set of all rules it meets."""
    met = defaultdict(set)
    for number, rule in enumerate(spec.rules):
        for members in final_blocks(rule, columns, n_records):
            for i in members:
                for j in members:
                    if i < j and (left_count < 0 or i < left_count <= j):
                        met[i, j].add(number)
    return dict(met)
