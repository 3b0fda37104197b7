"""``explain`` without a supervised model: what was written is told again, and nothing that a resident owns."""

from __future__ import annotations

import json
from itertools import pairwise

import pyarrow.parquet as pq
import pytest

from linkage.errors import InputDataError, InvariantError, UsageError
from linkage.lookback.explanation import explain_pairs, explain_records
from linkage.lookback.explanation_text import render
from linkage.spec import guard_weight, load_builtin_spec
from tests.small_register import CANARY_NAME, CANARY_NIK, people, write_csv


def written_pairs(folder):
    return pq.read_table(folder / "pairs.parquet").to_pylist()


def ids_of(pairs):
    return [(pair["left_id"], pair["right_id"]) for pair in pairs]


def test_every_written_pair_is_explained_by_the_number_that_was_written(small_run):
    pairs = written_pairs(small_run.folder)
    assert len(pairs) >= 5
    for pair, told in zip(pairs, explain_pairs(ids_of(pairs), small_run.folder), strict=True):
        assert (told.left_id, told.right_id, told.model) == (pair["left_id"], pair["right_id"], "fellegi_sunter")
        assert told.weight_log2 == pytest.approx(pair["match_weight_log2"], abs=1e-9)
        assert told.probability == pytest.approx(pair["match_probability"], abs=1e-12)
        assert sum(bits for _, bits in told.terms("id")) == pytest.approx(told.weight_log2, abs=1e-9)
        for group in told.groups:
            assert sum(item.bits for item in group.features) == pytest.approx(group.bits, abs=1e-9)


def test_levels_and_rules_are_those_of_the_pair(small_run):
    pairs = written_pairs(small_run.folder)
    spec = load_builtin_spec()
    for pair, told in zip(pairs, explain_pairs(ids_of(pairs), small_run.folder), strict=True):
        assert len(told.rules) == pair["rules"].bit_count() > 0
        assert told.levels == {item.name: item.level_names[pair[f"level_{item.name}"]] for item in spec.comparisons}


def test_the_order_of_the_two_records_does_not_matter(small_run):
    pair = written_pairs(small_run.folder)[0]
    one = explain_records(pair["left_id"], pair["right_id"], small_run.folder)
    assert explain_records(pair["right_id"], pair["left_id"], small_run.folder) == one


def test_a_pair_below_the_threshold_is_explained_too(small_run):
    told = explain_records("semarang:2", "denpasar:3", small_run.folder)
    assert told.probability < 0.001
    assert told.rules == ()
    text = render(told, language="en", width=80)
    assert "Brought together by: none" in text
    assert text.startswith("Two people - probability of one person: ")


def test_the_twins_owe_their_low_number_to_the_guard_and_the_words_say_so(small_run):
    told = explain_records("semarang:75", "semarang:32", small_run.folder)
    (guard,) = [group for group in told.groups if group.group == "pattern"]
    said = guard_weight(load_builtin_spec().guard_weights, "twin", "different", told.levels["nik"])
    assert guard.bits == pytest.approx(said)
    assert said < -10.0
    assert [(item.guard, item.holds) for item in told.guards] == [("twin", True)]
    assert "Polanya seperti anak kembar: pasangan ini tidak digabungkan." in render(told, language="id", width=80)


def test_a_combined_comparison_speaks_for_its_parts(small_run):
    told = explain_records("semarang:72", "semarang:5", small_run.folder)
    groups = {group.group: group for group in told.groups}
    assert groups["nik_and_birth"].sentence("en").startswith("The NIKs share their first twelve digits")
    assert "same date of birth" in groups["nik_and_birth"].sentence("en")
    assert groups["household"].sentence("id").startswith("Nomor KK sama; nama ibu sama; nama ayah sama")
    assert groups["name"].sentence("id").startswith("Nama sama bunyinya")
    assert [item.name for item in groups["nik_and_birth"].features] == ["nik_dan_tanggal_lahir"]


def test_what_is_missing_is_told_by_field(small_run):
    told = explain_records("semarang:72", "semarang:5", small_run.folder)
    assert [item.say("en") for item in told.missing] == [
        "Address not known on one record",
        "Card status not known on either record",
    ]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [60, 80])
def test_the_text_holds_no_value_of_a_resident(small_run, language, width):
    told = explain_records("semarang:72", "semarang:5", small_run.folder)
    for text in (render(told, language=language, width=width), json.dumps(told.to_dict()), repr(told)):
        assert CANARY_NIK not in text
        assert not any(word in text for word in (*CANARY_NAME.split(), "WIDIASWARA", "1988", "17-03", "GARUT"))


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
    assert found[0].probability > 0.9
    assert explain_records("a", "a", out).probability < 0.1, "two records under one id, one on each side"
    assert explain_records("left:x", "right:a", out).probability > 0.9, "an id may itself begin with left:"


def test_a_run_of_tables_in_memory_cannot_be_explained(tmp_path, small_inputs):
    from linkage import dedupe
    from tests.small_register import table

    result = dedupe(table(people(3, "3374", seed=1)), spec=small_inputs.spec)
    (tmp_path / "manifest.json").write_text(result.manifest.to_json(), encoding="utf-8")
    with pytest.raises(UsageError, match="read tables in memory"):
        explain_records("data:1", "data:2", tmp_path)
    assert CANARY_NIK not in result.manifest.to_json()
