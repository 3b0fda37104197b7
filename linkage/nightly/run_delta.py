"""A night that links what its extracts and the stewards changed, at a cost that follows it."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import changes
from linkage.encode import encode
from linkage.nightly.change_log import KEYS
from linkage.nightly.cluster_ids import cluster_ids, lasting_numbers
from linkage.nightly.derived import grown
from linkage.nightly.handover import cannot_links, load_queue
from linkage.nightly.night import Night, Outcome
from linkage.nightly.surroundings import around_changed
from linkage.schema import CLUSTERS
from linkage.standardise.column import Int32, Int64
from linkage.standing.delta import Changed, DeltaLinked, Fixed, link_delta
from linkage.standing.folder import Standing
from linkage.standing.rows import OPEN, record_ids, record_numbers


def link_changes(night: Night, fixed: Fixed, standing: Standing) -> Outcome:
    """Link what changed tonight against the derived files, and append what follows from it to the store."""
    store, secret, stages = night.store, night.project.secret(), night.stages
    judged, last_judgement = night.queue.judged_since(store.ledger.counters.get("judgement", 0))
    with stages.stage("encode") as counts:
        changed = _changed(night, standing, judged)
        counts["records"] = changed.fresh.n_records
    linked = link_delta(
        standing,
        changed,
        fixed,
        lambda records: cannot_links(night.queue, records, night.spec, secret, last_judgement),
        night.engine,
        stages,
    )
    with stages.stage("write") as counts:
        clusters, last_cluster = _clusters(linked, standing, changed.gone, store.ledger.counters.get("cluster", 0))
        cases, closed_cases = _cases(linked, standing, changed.gone)
        pairs = changes(linked.old_pairs, linked.pairs, KEYS["pairs"])
        for_people = {"pairs": pairs, "clusters": clusters, "cases": cases}
        counts.update({f"{name}_written": table.num_rows for name, table in for_people.items()})
        tables = {**for_people, "residents": night.inbox.changed_rows()}
        written = {name: store.append(name, table, night=night.number) for name, table in tables.items()}
        rows = sum(table.num_rows for table in tables.values())
    with stages.stage("queue") as counts:
        version, _ = written["residents"]
        load = load_queue(
            night,
            linked,
            lambda records: store.read_records("residents", version, records),
            around_changed(linked, standing),
            complete=False,
            gone=closed_cases,
        )
        counts.update(asdict(load))
    linked.counts["cases"] = len(standing.outcome)
    return Outcome(
        linked=linked,
        for_people=for_people,
        versions={name: version for name, (version, _) in written.items()},
        hashes={name: digest for name, (_, digest) in written.items()},
        derived=grown(store.ledger.derived, standing, rows),
        load=load,
        last_cluster=last_cluster,
        last_judgement=last_judgement,
    )


def _changed(night: Night, standing: Standing, judged: tuple[tuple[str, str], ...]) -> Changed:
    """Append tonight's rows to the derived files and return what they are."""
    people = night.inbox.people
    ended = people.ended_rows()
    before = people.base.alive[ended].copy()
    gone = ended[before == OPEN]
    standing.rows.end(ended, people.alive[ended])
    states = people.alive[people.first_new :]
    living = np.flatnonzero(states == OPEN)
    fresh = encode(
        night.inbox.fresh_rows().take(pa.array(living)),
        night.spec,
        latest_year=night.latest_year,
        threads=night.engine.threads,
    )
    rows = standing.rows.append(people.numbers[people.first_new :], fresh, living, states)
    if people.added is not None:
        standing.marks.append(people.added)
    named = pa.array(sorted({record for pair in judged for record in pair}), pa.string())
    doubted = standing.rows.rows_of(record_numbers(named)) if len(named) else np.zeros(0, np.int32)
    shown = _with_other_family(standing, np.concatenate([rows[living], gone]))
    return Changed(fresh, rows[living], gone, np.union1d(doubted[doubted >= 0], shown).astype(np.int32))


def _with_other_family(standing: Standing, changed: Int32) -> Int32:
    """Return the open rows of cases on whose family cards one of the changed rows stands or stood, int32.

    Nothing but what is shown of their cases has changed: their families, and what these say of the pairs.
    """
    _, kin = standing.rows.sharing_card(changed)
    numbers = standing.rows.numbers[kin]
    _, cases = standing.outcome.cases(np.unique(numbers))
    inside = record_numbers(cases.column("record_ids").combine_chunks().flatten())
    shown: Int32 = kin[np.isin(numbers, inside)]
    return shown


def _clusters(linked: DeltaLinked, standing: Standing, gone: Int32, last_number: int) -> tuple[pa.Table, int]:
    """Give the clusters lasting ids, keep them, and return the rows that changed."""
    numbers = record_numbers(linked.records.ids)
    before = standing.outcome.clusters(numbers).astype(np.int64)
    names = linked.clusters.column("cluster_id").combine_chunks().dictionary_encode()
    now, last_number = lasting_numbers(names.indices.to_numpy().astype(np.int64), before, last_number)
    left = np.setdiff1d(standing.rows.numbers[gone], numbers)
    theirs = standing.outcome.clusters(left).astype(np.int64)
    moved = np.flatnonzero(now != before)
    standing.outcome.set_clusters(
        np.concatenate([numbers[moved], left]), np.concatenate([now[moved], np.full(left.size, -1)])
    )
    old = pa.concat_tables([_table(numbers[before >= 0], before[before >= 0]), _table(left, theirs)])
    return changes(old, _table(numbers, now), KEYS["clusters"]), last_number


def _cases(linked: DeltaLinked, standing: Standing, gone: Int32) -> tuple[pa.Table, list[str]]:
    """Keep the cases and return the rows that changed, and the ids of those that are found no longer."""
    concerned = np.union1d(record_numbers(linked.records.ids), standing.rows.numbers[gone])
    places, old = standing.outcome.cases(concerned)
    told = changes(old, linked.cases, KEYS["cases"])
    named = pc.index_in(old.column("case_id"), value_set=told.column("case_id").combine_chunks())
    replaced = places[pc.is_valid(named).to_numpy()]
    new = linked.cases.filter(
        pc.is_in(linked.cases.column("case_id"), value_set=told.column("case_id").combine_chunks())
    )
    standing.outcome.drop_cases(replaced)
    standing.outcome.set_cases(new, record_numbers(new.column("record_ids").combine_chunks().flatten()))
    closed = told.filter(pc.equal(told.column("change"), "closed"))
    return told, closed.column("case_id").to_pylist()


def _table(numbers: Int64, clusters: Int64) -> pa.Table:
    return pa.table([record_ids(numbers), cluster_ids(clusters)], schema=CLUSTERS)
