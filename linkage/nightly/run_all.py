"""A night that links all standing residents: a full run, or one that makes the derived files anew."""

from __future__ import annotations

from dataclasses import asdict

import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import changes
from linkage.nightly.change_log import KEYS, current, logged
from linkage.nightly.cluster_ids import standing_clusters
from linkage.nightly.derived import keep_snapshot, make_standing
from linkage.nightly.handover import cannot_links, load_queue
from linkage.nightly.night import Night, Outcome
from linkage.nightly.standing import standing_residents
from linkage.nightly.surroundings import around_all
from linkage.pipeline import LinkOptions, link_records
from linkage.stages.frequencies import take_snapshot
from linkage.standing.delta import Fixed


def link_all(night: Night, fixed: Fixed | None) -> Outcome:
    """Link all residents; without ``fixed`` estimate the model and fix what later nights keep to."""
    store, spec, secret = night.store, night.spec, night.project.secret()
    residents = _residents(night)
    _, judged = night.queue.judged_since(store.ledger.counters.get("judgement", 0))
    options = LinkOptions(
        latest_year=night.latest_year,
        model=night.project.model,
        fixed_model=fixed.model if fixed else None,
        snapshot=fixed.snapshot if fixed else None,
        cannot_links=lambda records: cannot_links(night.queue, records, spec, secret, judged),
    )
    still_there = residents.filter(pc.equal(residents.column("closed_by"), ""))
    linked = link_records(still_there, spec, options, night.engine, night.stages)
    with night.stages.stage("write") as counts:
        last_cluster = store.ledger.counters.get("cluster", 0)
        clusters, last_cluster = standing_clusters(linked.clusters, store.read("clusters"), last_cluster)
        tables = {"pairs": linked.pairs, "clusters": clusters, "cases": linked.cases}
        for_people = tables
        if fixed:
            for_people = {name: changes(store.read(name), table, KEYS[name]) for name, table in tables.items()}
        counts.update({f"{name}_written": table.num_rows for name, table in for_people.items()})
        written = {
            name: store.write(name, table, night=night.number)
            for name, table in {**tables, "residents": residents}.items()
        }
    with night.stages.stage("derive"):
        kept = store.ledger.derived
        if fixed is None:
            snapshot = take_snapshot(
                linked.records, linked.frequencies, linked.candidates.placeholders, linked.candidates.plans
            )
            kept = keep_snapshot(store.workspace, night.run_id, snapshot, night.latest_year)
        derived = make_standing(store.workspace, night.run_id, linked, residents, clusters, kept, night.engine.threads)
    with night.stages.stage("queue") as counts:
        load = load_queue(night, linked, lambda _: still_there, around_all(linked))
        counts.update(asdict(load))
    return Outcome(
        linked=linked,
        for_people=for_people,
        versions={name: version for name, (version, _) in written.items()},
        hashes={name: digest for name, (_, digest) in written.items()},
        derived=derived,
        load=load,
        last_cluster=last_cluster,
        last_judgement=judged,
    )


def _residents(night: Night) -> pa.Table:
    """Return the standing residents after the night's extracts, sorted by record id."""
    before = logged(standing_residents(night.store.read("residents"), night.spec), night.number - 1)
    tonight = logged(night.inbox.changed_rows(), night.number)
    tonight = tonight.select(before.column_names).cast(before.schema)
    night.inbox.let_rows_go()
    if not before.num_rows:
        # Nothing stood before: the first rows are no changes of others, and of one night they are in order.
        return current(tonight, "residents").combine_chunks()
    log = pa.concat_tables([before, tonight])
    return current(log, "residents").sort_by("record_id").combine_chunks()
