"""Metrics as text: what the format's grammar allows, whatever a label holds, and put in place in one step."""

from __future__ import annotations

import math
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError, OutputError
from linkage.telemetry.prometheus import Metric, exposition, gauge, write_metrics
from tests.oracles.metrics_text import parse

names = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True).filter(lambda name: not name.endswith("_total"))
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
labels = st.dictionaries(names, st.text(st.characters(blacklist_characters="\r")), max_size=3)


@given(
    st.dictionaries(
        names, st.tuples(st.text(min_size=1), st.lists(st.tuples(labels, numbers), min_size=1, max_size=3)), max_size=4
    )
)
def test_whatever_labels_and_sentences_hold_the_text_reads_back(told):
    metrics = []
    for name, (says, samples) in told.items():
        once = {tuple(sorted(of.items())): (of, value) for of, value in samples}
        metrics.append(Metric(name, "gauge", says, tuple(once.values())))
    found = parse(exposition(metrics))
    assert list(found) == sorted(told)
    for metric in metrics:
        assert found[metric.name]["says"] == metric.says
        assert found[metric.name]["kind"] == "gauge"
        assert found[metric.name]["samples"] == {
            tuple(sorted(of.items())): float(value) for of, value in metric.samples
        }


def test_a_metric_without_a_value_is_left_out():
    assert exposition([Metric("empty", "gauge", "None.", ()), gauge("one", "One.", 1)]) == (
        "# HELP one One.\n# TYPE one gauge\none 1\n"
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("Upper", "gauge"), ("a b", "gauge"), ("", "gauge"), ("x_total", "gauge"), ("x", "counter")]
)
def test_a_name_that_breaks_the_conventions_is_refused(name, kind):
    with pytest.raises(InvariantError, match="not a name of a metric"):
        Metric(name, kind, "Says.", (({}, 1),))


def test_an_instant_keeps_its_seconds():
    moment = 1795412815.031481
    (value,) = parse(exposition([gauge("at_timestamp_seconds", "When.", moment)]))["at_timestamp_seconds"][
        "samples"
    ].values()
    assert math.isclose(value, moment, abs_tol=1e-6)


def test_a_file_is_replaced_whole_and_its_folder_made(tmp_path):
    path = tmp_path / "collected" / "tunggal.prom"
    write_metrics(path, [gauge("one", "One.", 1)])
    write_metrics(path, [gauge("two", "Two.", 2)])
    assert list(parse(path.read_text(encoding="utf-8"))) == ["two"]
    assert list(path.parent.iterdir()) == [path]


def test_a_collector_that_is_another_user_may_read_the_file_under_any_umask(tmp_path):
    before = os.umask(0o077)
    try:
        write_metrics(tmp_path / "tunggal.prom", [gauge("one", "One.", 1)])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "tunggal.prom").stat().st_mode) == 0o644


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_metrics(tmp_path / "file" / "x.prom", [gauge("one", "One.", 1)])
