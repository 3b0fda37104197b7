"""Why these two records? The evidence of one pair, recomputed from the inputs of a finished run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.comparison.pair_pass import Survivors, levels_of_pairs, rules_of_pairs
from linkage.decision.agreement import compare_records
from linkage.decision.guards import Guard, guard_bits
from linkage.encode import EncodedRecords, encode
from linkage.errors import InputDataError, InputMissingError, InvariantError, UsageError
from linkage.intake import InputFile, Limits, ReadOptions, read_inputs, read_options, survey_all
from linkage.intake.limits import read_limits
from linkage.intake.sources.queries import is_query
from linkage.models.explain import Contribution, Language, PairExplanation, explain_pair, render_waterfall
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter, probability
from linkage.models.store import to_json
from linkage.nightly.change_log import current, state_hash
from linkage.nightly.derived import snapshot_of
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.run.manifest import RunManifest, read_manifest, sha256_of
from linkage.spec import LinkageSpec, spec_from_dict
from linkage.stages.candidates import plan_candidates
from linkage.stages.facts import frequency_adjustments, pair_facts, record_facts, with_guard_evidence
from linkage.stages.frequencies import Snapshot, count_values
from linkage.stages.modelling import ChosenModel, value_bits


@dataclass(frozen=True)
class Explained:
    """A pair's evidence: the model's terms, the levels of the parts, and the rules that bring the pair together."""

    explanation: PairExplanation
    parts: Mapping[str, str]
    rules: tuple[str, ...]

    def render(self, *, language: Language, width: int) -> str:
        """Return a waterfall of the match weight in text, the parts, and the rules."""
        label = {
            "id": ("Rincian", "Dipertemukan oleh aturan", "tidak ada"),
            "en": ("Parts", "Brought together by", "none"),
        }
        parts, rules, none = label[language]
        lines = [render_waterfall(self.explanation, language=language, width=width), "", parts]
        lines += [f"  {name}: {level}" for name, level in self.parts.items()]
        return "\n".join([*lines, "", f"{rules}: {', '.join(self.rules) or none}"])


def explain_records(left_id: str, right_id: str, run: Path) -> Explained:
    """Explain a pair of a run, also one below its threshold. Reads the inputs again.

    Raises:
        InputMissingError: no manifest, or an input is gone. InvariantError: an input is not what the run read.
        UsageError: no such record, or twice the same.
    """
    manifest = read_manifest(run)
    spec = stored_spec(manifest)
    accepted, left_count = _accepted(manifest, spec)
    records = encode(accepted, spec, latest_year=int(manifest.options["latest_year"]), left_count=left_count)
    i, j = _find(records, left_id, right_id)
    snapshot = _snapshot(manifest)
    candidates = plan_candidates(records, spec, snapshot)
    pair = np.array([i], np.int32), np.array([j], np.int32)
    row = levels_of_pairs(candidates.work, *pair)[0]
    mask = int(rules_of_pairs(candidates.work.blocks, *pair)[0])
    model = _model(manifest, spec)
    frequencies = count_values(records, spec) if snapshot is None else snapshot.frequencies(records)
    chosen = ChosenModel(model, "manifest", value_bits(model, frequencies, spec))
    adjusted = frequency_adjustments(*pair, row[None, :], records, spec, chosen)[0]
    weighted = [int(level) for level, item in zip(row, spec.comparisons, strict=True) if not item.part]
    bits = {item.name: float(bit) for item, bit in zip(spec.weighted, adjusted, strict=True)}
    explanation = explain_pair(model, weighted, bits)
    weight = np.array([explanation.total_log2])
    survivor = Survivors(*pair, np.array([mask], np.uint64), weight - model.prior_log2odds, row[None, :], 1)
    facts = pair_facts(survivor, records, spec, chosen, candidates.work.program, frequencies)
    people = record_facts(_with_unique_ids(records), spec.older_regions)
    final, _ = with_guard_evidence(weight, facts, people, spec)
    bits = guard_bits(facts, compare_records(people, facts), np.zeros((0, 2), np.int32))[0]
    guards = ", ".join(str(guard.name).lower() for guard in Guard if bits & guard)
    return Explained(
        explanation=_with_guard(explanation, guards, float(final[0])),
        parts={
            item.name: item.level_names[level] for item, level in zip(spec.comparisons, row, strict=True) if item.part
        },
        rules=tuple(rule.name for number, rule in enumerate(spec.rules) if mask >> number & 1),
    )


def _with_guard(explanation: PairExplanation, guards: str, final_log2: float) -> PairExplanation:
    """Return the explanation with what the guards that hold have to say as one more term, if anything."""
    added = final_log2 - explanation.total_log2
    if added == 0.0:
        return explanation
    term = Contribution("guard", guards, added, 0.0)
    return PairExplanation(
        explanation.prior_log2,
        (*explanation.contributions, term),
        final_log2,
        float(probability(np.array([final_log2]))[0]),
    )


def _with_unique_ids(records: EncodedRecords) -> EncodedRecords:
    # Record facts want ids that are unique over both files; here they name nothing.
    return replace(records, ids=pa.array([str(number) for number in range(records.n_records)], pa.string()))


def stored_spec(manifest: RunManifest) -> LinkageSpec:
    """Return the spec a manifest carries.

    Raises:
        SpecError: it is none. InvariantError: it is not the one whose digest stands beside it.
    """
    spec = spec_from_dict(manifest.spec)
    if spec.digest() != manifest.spec_digest:
        raise InvariantError("the spec in the manifest is not the one of the run", where=manifest.run_id)
    return spec


def given_inputs(manifest: RunManifest) -> list[str]:
    """Return what a run was given, in its order: files, archives (once each), Delta tables, URLs of queries."""
    return list(dict.fromkeys(str(item["path"]) for item in manifest.inputs))


def stated_reading(manifest: RunManifest) -> ReadOptions:
    """Return how the user of a run said that its files are to be read."""
    return read_options(manifest.options.get("reading", {}), where=manifest.run_id)


def stated_limits(manifest: RunManifest) -> Limits:
    """Return what the user of a run allowed its files to ask of the machine."""
    return read_limits(manifest.options.get("limits", {}), where=manifest.run_id)


def check_inputs(manifest: RunManifest) -> None:
    """Raise unless every input of a run is still there and unchanged."""
    for path in given_inputs(manifest):
        if not path:
            raise UsageError("this run read tables in memory, which cannot be read again", where=manifest.run_id)
        read = {(item["name"], item["sha256"]) for item in manifest.inputs if item["path"] == path}
        if _digests(path, manifest) != read:
            raise InvariantError(
                "the input is gone or not what the run read", where=path, remedy="Restore it, or run again"
            )


def _digests(path: str, manifest: RunManifest) -> set[tuple[str, str]]:
    names = [item["name"] for item in manifest.inputs if item["path"] == path]
    if names == [Path(path).name] and Path(path).is_file() and not is_query(path):
        return {(names[0], sha256_of(Path(path)))}  # one plain file needs no look inside
    try:
        found = survey_all(path, table_name="data", limits=stated_limits(manifest), options=stated_reading(manifest))
    except (InputDataError, InputMissingError):
        return set()
    return {(source.name, source.sha256) for source in found}


def _check_reading(manifest: RunManifest, inputs: Sequence[InputFile]) -> None:
    """Raise unless the inputs were read as in the run: under another sidecar the same bytes are other records."""
    for now, then in zip(map(asdict, inputs), manifest.inputs, strict=True):
        if not _read_alike(now, then):
            problem = "the input is read otherwise than in the run"
            raise InvariantError(problem, where=now["name"], remedy="Put its sidecar back as it was")


def _read_alike(now: Mapping[str, Any], then: Mapping[str, Any]) -> bool:
    # Older versions told less of the form; a Delta table may have come back to the same files under a newer version.
    form = (now["format"].keys() & then["format"].keys()) - {"version"}
    whole = all(now[name] == then[name] for name in ("name", "rows", "accepted", "columns"))
    return whole and all(now["format"][name] == then["format"][name] for name in form)


def standing_residents(manifest: RunManifest) -> pa.Table:
    """Return the open residents a nightly run linked, from the store at that run's version.

    Raises:
        InvariantError: the store no longer holds that state.
    """
    store = Store(load_project(Path(manifest.options["project"])).workspace)
    log = store.read_log("residents", int(manifest.options["residents_version"]))
    if state_hash(log) != manifest.outputs["store/residents"]:
        raise InvariantError("the standing residents are not those of this run", where=manifest.run_id)
    table = current(log, "residents").sort_by("record_id")
    return table.filter(pc.equal(table.column("closed_by"), ""))


def _snapshot(manifest: RunManifest) -> Snapshot | None:
    """Return what a delta run kept to; None for other runs, which count for themselves.

    Raises:
        InvariantError: a full run has replaced it since.
    """
    if manifest.command != "run" or manifest.options["full"]:
        return None
    name, digest = manifest.options["snapshot"]
    return snapshot_of(load_project(Path(manifest.options["project"])).workspace, name, digest)


def _accepted(manifest: RunManifest, spec: LinkageSpec) -> tuple[pa.Table, int]:
    if manifest.command == "run":
        return standing_residents(manifest), -1
    check_inputs(manifest)
    mode: Any = manifest.command
    read = read_inputs(
        given_inputs(manifest), spec, mode=mode, limits=stated_limits(manifest), options=stated_reading(manifest)
    )
    _check_reading(manifest, read.inputs)
    return read.accepted, read.left_rows if mode == "link" else -1


def _find(records: EncodedRecords, left_id: str, right_id: str) -> tuple[int, int]:
    """Return the record numbers of the two ids, the smaller first."""
    left_part = records.ids if records.left_count < 0 else records.ids[: records.left_count]
    right_part = records.ids if records.left_count < 0 else records.ids[records.left_count :]
    found = [_position(left_part, left_id), _position(right_part, right_id)]
    if records.left_count >= 0:  # clusters and cases write an id that stands in both files with its side
        found[0] = found[0] if found[0] >= 0 else _position(left_part, left_id.removeprefix("left:"))
        found[1] = found[1] if found[1] >= 0 else _position(right_part, right_id.removeprefix("right:"))
    for value, name in zip(found, ("LEFT_ID", "RIGHT_ID"), strict=True):
        if value < 0:
            raise UsageError(f"the run accepted no record with this {name}", remedy="Ids stand in clusters.parquet")
    i, j = found[0], found[1] + max(records.left_count, 0)
    if i == j:
        raise UsageError("LEFT_ID and RIGHT_ID are the same record")
    return min(i, j), max(i, j)


def _position(ids: pa.StringArray, value: str) -> int:
    return int(pc.index(ids, value).as_py())


def _model(manifest: RunManifest, spec: LinkageSpec) -> FellegiSunter:
    stored = manifest.model
    try:
        comparisons = tuple(
            ComparisonModel(
                item.name,
                item.level_names,
                tuple(stored["comparisons"][item.name]["m"]),
                tuple(stored["comparisons"][item.name]["u"]),
                item.term_frequency,
            )
            for item in spec.weighted
        )
        model = FellegiSunter(comparisons, float(stored["prior"]))
        intact = hashlib.sha256(to_json(model)).hexdigest() == stored["sha256"]
    except (KeyError, TypeError, ValueError) as error:
        raise InputDataError("MANIFEST_UNREADABLE", "its model is incomplete", where=manifest.run_id) from error
    if not intact:
        raise InvariantError("the model in the manifest is not the one of the run", where=manifest.run_id)
    return model
