"""``explain``: the terms add up to the number in the pairs, below the threshold too; the inputs must be the same."""

from __future__ import annotations

import re
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from linkage.errors import InputDataError, InvariantError, UsageError
from linkage.lookback.explanation import explain_records
from linkage.models.fellegi_sunter import probability
from linkage.spec import guard_weight, load_builtin_spec
from tests.small_register import CANARY_NAME, CANARY_NIK, people, write_csv


def written_pairs(folder):
    return pq.read_table(folder / "pairs.parquet").to_pylist()


def test_every_written_pair_is_explained_by_the_number_that_was_written(small_run):
    pairs = written_pairs(small_run.folder)
    assert len(pairs) >= 5
    for pair in pairs:
        told = explain_records(pair["left_id"], pair["right_id"], small_run.folder).explanation
        assert told.total_log2 == pytest.approx(pair["match_weight_log2"], abs=1e-9)
        assert told.probability == pytest.approx(pair["match_probability"], abs=1e-12)
        terms = [told.prior_log2, *(item.total_log2 for item in told.contributions)]
        assert sum(terms) == pytest.approx(told.total_log2, abs=1e-9)
        assert told.probability == pytest.approx(float(probability(told.total_log2)))


def test_levels_and_rules_are_those_of_the_pair(small_run):
    for pair in written_pairs(small_run.folder):
        told = explain_records(pair["left_id"], pair["right_id"], small_run.folder)
        assert len(told.rules) == pair["rules"].bit_count() > 0
        levels = {item.comparison: item.level for item in told.explanation.contributions} | dict(told.parts)
        assert (pair["level_nik"] >= 2) == (levels["nik"] not in ("missing", "different"))
        assert (pair["level_nama"] == 1) == (levels["nama"] == "different")


def test_the_order_of_the_two_records_does_not_matter(small_run):
    pair = written_pairs(small_run.folder)[0]
    one = explain_records(pair["left_id"], pair["right_id"], small_run.folder)
    assert explain_records(pair["right_id"], pair["left_id"], small_run.folder) == one


def test_a_pair_below_the_threshold_is_explained_too(small_run):
    told = explain_records("semarang:2", "denpasar:3", small_run.folder)
    assert told.explanation.probability < 0.001
    assert told.rules == ()
    text = told.render(language="en", width=100)
    assert "Brought together by: none" in text


def test_the_twins_owe_their_low_number_to_the_guard_and_the_picture_shows_it(small_run):
    told = explain_records("semarang:75", "semarang:32", small_run.folder)
    guard = told.explanation.contributions[-1]
    said = guard_weight(load_builtin_spec().guard_weights, "twin", "different", told.parts["nik"])
    assert (guard.comparison, guard.level, guard.total_log2) == ("guard", "twin", pytest.approx(said))
    assert said < -10.0
    assert "guard: twin" in told.render(language="en", width=100)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [60, 100])
def test_the_picture_adds_up_to_the_last_digit_shown_and_names_no_resident(small_run, language, width):
    text = explain_records("semarang:72", "semarang:5", small_run.folder).render(language=language, width=width)
    shown = re.findall(r"([+-][0-9]+\.[0-9]{2})", text)
    terms, total = [float(number) for number in shown[:-1]], float(shown[-1])
    assert sum(terms) == pytest.approx(total, abs=1e-9)
    assert len(terms) >= 5
    assert CANARY_NAME.split()[0] not in text
    assert not re.search(r"[0-9]{10}", text)
    assert "  nik: " in text


@pytest.mark.parametrize(("left", "right", "which"), [("nobody", "semarang:2", "LEFT"), ("semarang:2", "", "RIGHT")])
def test_an_id_the_run_does_not_have_is_told_without_repeating_it(small_run, left, right, which):
    with pytest.raises(UsageError, match=f"no record with this {which}_ID") as caught:
        explain_records(left, right, small_run.folder)
    assert "nobody" not in str(caught.value)


def test_a_record_is_not_compared_with_itself(small_run):
    with pytest.raises(UsageError, match="the same record"):
        explain_records("semarang:2", "semarang:2", small_run.folder)


def test_an_input_that_changed_is_refused(copy):
    path = copy.home / "semarang.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(InvariantError, match="gone or not what the run read"):
        explain_records("semarang:2", "semarang:3", copy.folder)


def test_a_model_or_spec_that_was_changed_in_the_manifest_is_refused(copy):
    copy.change_manifest(lambda data: data["model"].update(prior=0.5))
    with pytest.raises(InvariantError, match="the model in the manifest is not the one of the run"):
        explain_records("semarang:2", "semarang:3", copy.folder)
    copy.change_manifest(lambda data: data["model"]["comparisons"].pop("nama"))
    with pytest.raises(InputDataError, match="its model is incomplete"):
        explain_records("semarang:2", "semarang:3", copy.folder)
    copy.change_manifest(lambda data: data["spec"].update(name="another"))
    with pytest.raises(InvariantError, match="the spec in the manifest is not the one of the run"):
        explain_records("semarang:2", "semarang:3", copy.folder)


def test_in_link_the_sides_may_be_named_as_the_clusters_name_them(tmp_path, small_inputs):
    from linkage.cli import main

    one, other = people(2, "3374", seed=1)
    columns = ["record_id", *one]
    left = write_csv(tmp_path / "l.csv", [one | {"record_id": "a"}, other | {"record_id": "left:x"}], columns)
    right = write_csv(tmp_path / "r.csv", [other | {"record_id": "a"}, one | {"record_id": "b"}], columns)
    out = tmp_path / "out"
    arguments = ["link", str(left), str(right), "--spec", str(small_inputs.spec), "--out", str(out), "--quiet"]
    assert main(arguments) == 0
    found = [explain_records(*ids, out) for ids in (("a", "b"), ("left:a", "b"), ("left:a", "right:b"))]
    assert all(one == other for one, other in pairwise(found))
    assert found[0].explanation.probability > 0.9
    assert explain_records("a", "a", out).explanation.probability < 0.1, "two records under one id, one on each side"
    assert explain_records("left:x", "right:a", out).explanation.probability > 0.9, "an id may itself begin with left:"


def test_a_run_of_tables_in_memory_cannot_be_explained(tmp_path, small_inputs):
    from linkage import dedupe
    from tests.small_register import table

    result = dedupe(table(people(3, "3374", seed=1)), spec=small_inputs.spec)
    (tmp_path / "manifest.json").write_text(result.manifest.to_json(), encoding="utf-8")
    with pytest.raises(UsageError, match="read tables in memory"):
        explain_records("data:1", "data:2", tmp_path)
    assert CANARY_NIK not in result.manifest.to_json()
