"""``explain`` of a run that trees have scored: the same number for every pair, in every kind of run."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from linkage.cli import main
from linkage.engine.local import LocalEngine
from linkage.errors import InputMissingError, InvariantError
from linkage.intake import read_inputs
from linkage.lookback.explanation import explain_pairs, explain_records
from linkage.lookback.explanation_text import render
from linkage.lookback.rescoring import lay_out
from linkage.nightly.job import run_nightly
from linkage.nightly.project import load_project
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.run.one_off import Request, read_spec_file, run_to_folder
from linkage.words.catalogue import topics

SHIPPED = Path(__file__).parents[2] / "linkage" / "models" / "data" / "residents.json"


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> Path:
    """Extracts of two regencies, families and all, for two nights."""
    home = tmp_path_factory.mktemp("register")
    synth = ["synth", "--records", "700", "--regions", "2", "--nights", "2", "--preset", "hard", "--seed", "5"]
    assert main([*synth, "--out", str(home)]) == 0
    return home


@pytest.fixture(scope="module")
def deduplicated(register) -> Path:
    return one_off("dedupe", inputs_of(register), register / "dedupe")


def inputs_of(register: Path) -> list[Path]:
    return sorted((register / "inbox").glob("*_full_*.csv"))


def one_off(mode: str, inputs: list[Path], out: Path, model: str = "") -> Path:
    request = Request(mode, tuple(inputs), read_spec_file(None), model=model, latest_year=2026)
    run_to_folder(request, out, engine=LocalEngine(1), observer=Silent())
    return out


def check_every_pair(run: Path) -> tuple:
    table = pq.read_table(run / "pairs.parquet")
    if "change" in table.column_names:
        table = table.filter(pc.not_equal(table.column("change"), "closed"))
    pairs = table.to_pylist()
    told = explain_pairs([(pair["left_id"], pair["right_id"]) for pair in pairs], run)
    for pair, item in zip(pairs, told, strict=True):
        assert item.model == "supervised"
        assert item.weight_log2 == pair["match_weight_log2"]
        assert item.probability == pytest.approx(pair["match_probability"], abs=1e-12)
        assert sum(bits for _, bits in item.terms("en")) == pytest.approx(item.weight_log2, abs=1e-9)
        for group in item.groups:
            assert sum(feature.bits for feature in group.features) == pytest.approx(group.bits, abs=1e-9)
    return told


def test_every_pair_of_dedupe_has_the_number_that_was_written(deduplicated):
    told = check_every_pair(deduplicated)
    assert len(told) > 50
    assert {group.group for group in told[0].groups} == set(topics().values())
    alone = [item for item in told if item.family.findings[0].key == "family.alone"]
    assert 0 < len(alone) < len(told), "families speak in some of these pairs"
    assert any(item.key == "family.kin_on_both" for item in (found for pair in told for found in pair.family.findings))


def test_every_pair_of_link_has_the_number_that_was_written(register):
    told = check_every_pair(one_off("link", inputs_of(register), register / "link"))
    assert len(told) > 10


@pytest.mark.soak
def test_every_pair_of_a_full_night_and_of_the_next_has_the_number_that_was_written(register, tmp_path, monkeypatch):
    monkeypatch.setenv("LINKAGE_KEY", "not a secret")
    shutil.copytree(register / "inbox", tmp_path / "inbox")
    shutil.copy(register / "linkage.toml", tmp_path / "linkage.toml")
    project = load_project(tmp_path / "linkage.toml")
    first = run_nightly(project, full=False, engine=LocalEngine(1), observer=Silent())
    assert len(check_every_pair(first.folder)) > 50
    for extract in (register / "nights").rglob("*.csv"):
        shutil.copy(extract, tmp_path / "inbox" / extract.name)
    second = run_nightly(project, full=False, engine=LocalEngine(1), observer=Silent())
    assert second.manifest.options["full"] is False
    assert check_every_pair(second.folder)
    check_every_pair(first.folder)


def test_a_pair_that_did_not_survive_is_told_under_the_same_model(deduplicated, register):
    table = pq.read_table(deduplicated / "clusters.parquet").column("record_id").to_pylist()
    told = explain_records(table[0], table[-1], deduplicated)
    assert told.rules == ()
    assert told.probability < 0.01
    assert sum(bits for _, bits in told.terms("id")) == pytest.approx(told.weight_log2, abs=1e-9)


def test_the_text_and_the_data_are_one_set_of_numbers_and_hold_no_resident(deduplicated, register):
    pairs = pq.read_table(deduplicated / "pairs.parquet").to_pylist()[:25]
    values = {
        word
        for file in inputs_of(register)
        for line in file.read_text(encoding="utf-8-sig").splitlines()[1:]
        for word in re.findall(r"[0-9]{8,}|[0-9]{2,4}[-/][0-9]{2}[-/][0-9]{2,4}|[A-Z]{5,}", line)
    }
    assert len(values) > 1_000
    for told in explain_pairs([(pair["left_id"], pair["right_id"]) for pair in pairs], deduplicated):
        data = json.loads(json.dumps(told.to_dict(), allow_nan=False))
        assert data["match_weight_log2"] == told.weight_log2
        start, groups = (sum(item["bits"] for item in data[name]) for name in ("start", "groups"))
        assert start + groups + data["calibration"] == pytest.approx(told.weight_log2, abs=1e-9)
        for language in ("id", "en"):
            text = render(told, language=language, width=80)
            assert max(len(line) for line in text.splitlines()) <= 80
            for group in told.speaking()["for"]:
                said = " ".join(text.split())
                assert f"{group.sentence(language)}." in said
        told_words = set(re.findall(r"[0-9A-Z][0-9A-Z/-]{4,}", json.dumps({**data, "left_id": "", "right_id": ""})))
        assert not told_words & values


def test_a_run_by_weights_alone_has_no_family_in_its_sum_but_tells_of_it(register, deduplicated):
    weights = str(SHIPPED.with_name("residents_fellegi_sunter.json"))
    run = one_off("dedupe", inputs_of(register), register / "weights", model=weights)
    told = explain_pairs([_first_pair(run)], run)[0]
    assert told.model == "fellegi_sunter"
    assert "family" not in {group.group for group in told.groups}
    assert told.family.bits == 0.0
    assert "tidak ikut dihitung oleh model ini" in " ".join(render(told, language="id", width=80).split())


def test_a_model_file_that_is_gone_or_another_is_refused(register, tmp_path):
    model = tmp_path / "model.json"
    shutil.copy(SHIPPED, model)
    run = one_off("dedupe", inputs_of(register), tmp_path / "run", model=str(model))
    assert explain_pairs([_first_pair(run)], run)[0].model == "supervised"
    shutil.copy(SHIPPED.with_name("residents_fellegi_sunter.json"), model)
    with pytest.raises(InvariantError, match="the model that scored the pairs is not the one of the run any more"):
        explain_pairs([_first_pair(run)], run)
    model.unlink()
    with pytest.raises(InputMissingError, match="no such model"):
        explain_pairs([_first_pair(run)], run)


def _first_pair(run: Path) -> tuple[str, str]:
    pair = pq.read_table(run / "pairs.parquet").to_pylist()[0]
    return pair["left_id"], pair["right_id"]


def test_the_command_prints_sentences_or_one_json_object(deduplicated, capsys):
    ids = _first_pair(deduplicated)
    capsys.readouterr()
    assert main(["explain", *ids, "--run", str(deduplicated)]) == 0
    said = capsys.readouterr()
    assert "peluang orang yang sama: " in said.out
    assert said.err == ""
    assert main(["explain", *ids, "--run", str(deduplicated), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["left_id"], data["right_id"]) == ids
    assert {"group", "bits", "label_id", "label_en", "sentence_id", "sentence_en", "features"} == set(data["groups"][0])


def test_the_guards_told_are_those_that_the_run_asked(register):
    """Beside a twin at home too, of which only the decision knows."""
    spec = read_spec_file(None)
    read = read_inputs([str(path) for path in inputs_of(register)], spec)
    linked = link_records(read.accepted, spec, LinkOptions(latest_year=2026), LocalEngine(1), Stages(Silent()))
    rescoring = lay_out(linked.records, spec, linked.chosen.whole, None)
    guarded = np.flatnonzero(linked.decision.pair_guard | linked.decision.pair_answered)
    assert guarded.size > 10
    for place in guarded[:60].tolist():
        found = rescoring.rescore(int(linked.survivors.left[place]), int(linked.survivors.right[place]))
        assert found.holding == linked.decision.pair_guard[place]
        assert found.suspicions & ~found.holding == linked.decision.pair_answered[place]
