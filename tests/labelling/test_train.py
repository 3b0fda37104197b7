"""``linkage train``: labels of a finished run become a model file that ``dedupe --model`` takes."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.cli import main
from linkage.evaluation.metrics import pair_metrics
from linkage.features.feature import Feature
from linkage.labelling.cross_fitting import FOLDS, LabelledRows, cross_fit, folds_of, settings_for, share_of
from linkage.labelling.labels import COLUMNS, Label, csv_line
from linkage.labelling.train import chosen_kind
from linkage.labelling.training_figures import training_figures
from linkage.models.learning import LogisticSettings
from linkage.models.linkage_model import LinkageModel, from_json, read_card, to_json
from linkage.models.prevalence import estimate_prevalence
from linkage.spec import load_builtin_spec
from linkage.synthetic import RegisterPlan, write_single

LABELLER = "petugas_rahayu"
MEMBERS = """
name = "members"
[[field]]
name = "name"
kind = "text"
columns = ["nama"]
required = true
[[field]]
name = "born"
kind = "date"
columns = ["tanggal_lahir"]
[[field]]
name = "town"
kind = "text"
columns = ["tempat_lahir"]
[[comparison]]
name = "name"
field = "name"
kernel = "jaro_winkler"
levels = [{ name = "equal" }, { name = "close", at_least = 0.92 }, { name = "alike", at_least = 0.8 }]
term_frequency = true
[[comparison]]
name = "born"
field = "born"
kernel = "date"
levels = ["equal", { name = "near", relations = ["swapped", "typo"] }, "year"]
[[comparison]]
name = "town"
field = "town"
kernel = "equal"
levels = ["equal"]
[[rule]]
name = "same day"
keys = ["born"]
cap = 300
refine = ["name"]
[[rule]]
name = "same sound and year"
keys = ["name.soundex", "born.year"]
cap = 300
"""


class Bench:
    """A register with its truth, runs over it, and labels simulated from the truth."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.records, truth = write_single(RegisterPlan(3_000, 2, 5, "hard"), home / "register.parquet")
        table = pq.read_table(truth)
        self.persons = dict(zip(table["record_id"].to_pylist(), table["person_id"].to_pylist(), strict=True))

    def linked(self, name: str, *options: object, files: tuple[Path, ...] = (), command: str = "dedupe") -> Path:
        """A run into a folder of this name; the same folder again when there is one."""
        folder = self.home / name
        if not folder.exists():
            inputs = map(str, files or (self.records,))
            given = [command, *inputs, *map(str, options), "--out", str(folder), "--threads", "1", "--quiet"]
            assert main(given) == 0
        return folder

    def labels(self, run: Path, name: str, count: int, *more: Label) -> Path:
        """Every few pairs the run wrote, labelled as the truth has it."""
        pairs = pq.read_table(run / "pairs.parquet", columns=["left_id", "right_id"]).to_pylist()
        some = pairs[:: max(len(pairs) // count, 1)][:count]
        lines = [self.label(row["left_id"], row["right_id"]).to_line() for row in some]
        path = self.home / name
        path.write_text(csv_line(COLUMNS) + "".join(lines) + "".join(label.to_line() for label in more))
        return path

    def label(self, left: str, right: str) -> Label:
        same = self.persons[left] == self.persons[right]
        return Label(left, right, "same" if same else "different", LABELLER)

    def f1(self, run: Path) -> float:
        """Pair F1 of a run at even odds."""
        table = pq.read_table(run / "pairs.parquet", columns=["left_id", "right_id", "match_probability"])
        table = table.filter(pc.greater_equal(table["match_probability"], 0.5))
        place = {name: number for number, name in enumerate(self.persons)}
        left, right = ([place[name] for name in table[side].to_pylist()] for side in ("left_id", "right_id"))
        persons = np.unique(list(self.persons.values()), return_inverse=True)[1]
        return pair_metrics(np.array(left, np.int32), np.array(right, np.int32), persons).f1


def train(run: Path, out: Path, *labels: Path, **options: object) -> int:
    more = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    files = list(map(str, labels))
    return main(["train", "--run", str(run), "--labels", *files, "--out", str(out), "--threads", "1", "--quiet", *more])


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    return Bench(tmp_path_factory.mktemp("train"))


@pytest.fixture(scope="module")
def own(bench) -> Path:
    """A run scored by Fellegi-Sunter alone."""
    return bench.linked("own", "--model", "residents_fellegi_sunter")


@pytest.fixture(scope="module")
def labels(bench, own) -> Path:
    return bench.labels(own, "labels.csv", 300)


@pytest.fixture(scope="module")
def model(bench, own, labels) -> Path:
    out = bench.home / "model.json"
    assert train(own, out, labels) == 0
    return out


def test_a_run_with_the_trained_model_finds_no_less_than_the_run_that_was_labelled(bench, own, model) -> None:
    again = bench.linked("again", "--model", model)
    assert json.loads((again / "manifest.json").read_text())["model"]["supervised"]["says"].startswith("logistic")
    assert bench.f1(again) > bench.f1(own)
    assert bench.f1(again) > 0.97


def test_the_same_labels_in_any_order_and_any_files_give_the_same_bytes(bench, own, labels, model, tmp_path) -> None:
    header, *lines = labels.read_text().splitlines(keepends=True)
    halves = [tmp_path / "one.csv", tmp_path / "two.csv"]
    halves[0].write_text(header + "".join(lines[:99:-1]))
    halves[1].write_text(header + "".join(lines[:100]))
    assert train(own, tmp_path / "other.json", *halves) == 0
    ours, others = (path.read_bytes() for path in (model, tmp_path / "other.json"))
    assert to_json(from_json(ours)) == to_json(from_json(others))
    assert train(own, tmp_path / "other.json", labels) == 0
    assert (tmp_path / "other.json").read_bytes() == ours


def test_the_card_tells_what_was_learned_from_and_how_good_it_is_and_names_nobody(bench, own, labels, model) -> None:
    card = read_card(model.read_bytes())
    manifest = json.loads((own / "manifest.json").read_text())
    assert card["run"]["run_id"] == manifest["run_id"]
    assert card["spec_digest"] == manifest["spec_digest"]
    assert {"numpy", "scikit-learn", "scipy"} == set(card["libraries"])
    counts = card["labels"]
    assert counts["same"] + counts["different"] == 300
    assert (counts["labellers"], counts["unsure"], counts["not_compared"]) == (1, 0, 0)
    assert (card["kind"], card["seed"]) == ("logistic", 0)
    for who in ("trained", "run"):
        for figure in ("f1", "best_f1", "average_precision"):
            told = card["cross_validation"][who][figure]
            assert 0.5 < told["low"] <= told["value"] <= told["high"] <= 1.0
    text = model.read_text()
    assert LABELLER not in text
    assert not any(name in text for name in pq.read_table(bench.records)["nama"].to_pylist() if len(name or "") > 5)


def test_labels_that_teach_nothing_are_counted_and_told(bench, own, labels, tmp_path, capsys) -> None:
    left, right, third = list(bench.persons)[:3]
    more = [
        Label(left, right, "different", "budi"),
        Label(left, "nobody", "same", "budi"),
        Label(left, third, "unsure", "budi"),
    ]
    path = bench.labels(own, "more.csv", 300, *more)
    with path.open("a") as stream:
        stream.write("not a label\n")
    assert train(own, tmp_path / "model.json", path) == 0
    said = capsys.readouterr().out
    assert "labellers: 2" in said
    for part in ("1 nobody could tell", "1 of records the run did not read", "1 not compared", "1 rows that are no"):
        assert part in said
    assert "budi" not in said


def test_json_is_the_card(own, labels, model, tmp_path, capsys) -> None:
    arguments = ["train", "--run", str(own), "--labels", str(labels), "--out", str(tmp_path / "model.json")]
    assert main([*arguments, "--threads", "1", "--quiet", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == read_card(model.read_bytes())


@pytest.mark.parametrize(
    ("count", "kind", "says"),
    [
        (30, {}, "logistic needs 40 labelled pairs of either kind"),
        (300, {"kind": "boosting"}, "--kind logistic needs 40"),
    ],
)
def test_too_few_labels_are_refused_with_what_to_do(bench, own, tmp_path, capsys, count, kind, says) -> None:
    out = tmp_path / "model.json"
    assert train(own, out, bench.labels(own, f"few{count}.csv", count), **kind) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Label more with linkage label" in said
    assert not out.exists()


def test_trees_are_learned_when_asked_for(bench, own, tmp_path) -> None:
    everything = bench.labels(own, "everything.csv", 10_000)
    assert train(own, tmp_path / "model.json", everything, kind="boosting") == 0
    assert read_card((tmp_path / "model.json").read_bytes())["kind"] == "boosting"


@pytest.mark.parametrize(
    ("same", "different", "kind"),
    [(40, 40, "logistic"), (500, 499, "logistic"), (500, 500, "boosting"), (1_000, 60, "logistic")],
)
def test_many_labels_of_both_kinds_teach_trees(same, different, kind) -> None:
    assert chosen_kind(np.array([True] * same + [False] * different), None) == kind


def test_the_model_goes_with_its_spec_and_features_only(bench, model, tmp_path, capsys) -> None:
    spec = tmp_path / "members.toml"
    spec.write_text(MEMBERS)
    out = str(tmp_path / "out")
    arguments = ["dedupe", str(bench.records), "--out", out, "--threads", "1", "--quiet", "--model"]
    assert main([*arguments, str(model), "--spec", str(spec)]) == 78
    assert "use the spec it was trained for" in capsys.readouterr().err
    stored = from_json(model.read_bytes())
    names = ("foreign", *stored.supervised.feature_names[1:])
    foreign = LinkageModel(stored.weights, replace(stored.supervised, feature_names=names))
    (tmp_path / "foreign.json").write_bytes(to_json(foreign))
    assert main([*arguments, str(tmp_path / "foreign.json")]) == 78
    assert "lacks foreign" in capsys.readouterr().err
    assert not Path(out).exists()


def test_data_that_are_no_residents_and_two_files_are_learned_from_as_well(bench, tmp_path) -> None:
    spec = tmp_path / "members.toml"
    spec.write_text(MEMBERS)
    table = pq.read_table(bench.records, columns=["record_id", "nama", "tanggal_lahir", "tempat_lahir"])
    sides = tmp_path / "left.csv", tmp_path / "right.csv"
    for number, path in enumerate(sides):
        pv.write_csv(table.take(list(range(number, table.num_rows, 2))), path)
    run = bench.linked("members", "--spec", spec, files=sides, command="link")
    labels = bench.labels(run, "members.csv", 400)
    assert train(run, tmp_path / "members.json", labels) == 0
    card = read_card((tmp_path / "members.json").read_bytes())
    assert card["labels"]["not_compared"] == card["labels"]["unknown"] == 0
    again = bench.linked(
        "members again", "--spec", spec, "--model", tmp_path / "members.json", files=sides, command="link"
    )
    says = json.loads((again / "manifest.json").read_text())["model"]["supervised"]["says"]
    assert "on 6 features" in says


def test_a_changed_input_is_noticed_before_anything_is_learned(bench, tmp_path, capsys) -> None:
    copy = tmp_path / "copy.parquet"
    copy.write_bytes(bench.records.read_bytes())
    run = bench.linked("copied", "--model", "residents_fellegi_sunter", files=(copy,))
    pq.write_table(pq.read_table(copy).slice(1), copy)
    assert train(run, tmp_path / "model.json", bench.labels(run, "copied.csv", 300)) == 70
    assert "not what the run read" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_a_clear_error(own, labels, tmp_path, capsys) -> None:
    (tmp_path / "model.json").mkdir()
    assert train(own, tmp_path / "model.json", labels) == 73
    assert "cannot be written" in capsys.readouterr().err


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=30, max_size=120), st.integers(0, 5))
def test_folds_keep_units_whole_and_share_out_those_with_a_match(rows, seed) -> None:
    units = np.array([*(unit for unit, _ in rows), *range(40, 60)])
    same = np.array([*(same for _, same in rows), *[True, False] * 10])
    fold = folds_of(units, same, seed)
    assert fold.min() >= 0
    assert fold.max() < FOLDS
    assert all(np.unique(fold[units == unit]).size == 1 for unit in np.unique(units))
    matched = [np.unique(units[same & (fold == number)]).size for number in range(FOLDS)]
    assert max(matched) - min(matched) <= 1


def rows_of_noise(n: int, told: float = 0.0) -> LabelledRows:
    """Rows whose features say nothing of what is one person; but for the first, as far as ``told``."""
    rng = np.random.default_rng(4)
    same = rng.random(n) < 0.5
    matrix = rng.standard_normal((n, 40)).astype(np.float32)
    matrix[:, 0] += told * same
    features = tuple(Feature(f"f{number}", 0, "noise") for number in range(40))
    return LabelledRows(features, matrix, same, np.arange(n))


def test_features_that_say_nothing_are_seen_to_say_nothing() -> None:
    rows = rows_of_noise(200)
    fitted = cross_fit(rows, LogisticSettings(), every=rows.matrix, seed=0)
    learned = fitted.model.raw_log_odds(rows.matrix)
    told = training_figures(fitted.stated, np.zeros(200), rows.same, rows.units, seed=0)
    assert ((learned > 0) == rows.same).mean() > 0.7  # they were learned by heart
    assert told.trained.average_precision.value < 0.6
    assert told.gain.low < 0.0
    assert np.abs(fitted.stated).mean() < 1.0


def test_the_share_of_matches_of_the_run_the_labels_come_from_does_not_shift() -> None:
    rows = rows_of_noise(400, told=3.0)
    every = rows_of_noise(4_000, told=2.0).matrix
    model = cross_fit(rows, LogisticSettings(), every=every, seed=0).model
    assert estimate_prevalence(model.training_log_odds(every), model.training_share).shift == pytest.approx(0, abs=0.01)
    assert share_of(np.zeros(0)).share == 0.5
    assert 0.0 < share_of(np.full(9, -4.999)).share < 0.01


def test_fewer_labels_grow_trees_of_smaller_leaves() -> None:
    leaves = [settings_for("boosting", n).fewest_per_leaf for n in (600, 3_000, 50_000)]
    assert leaves == sorted(leaves)
    assert leaves[0] < leaves[-1]
    assert settings_for("logistic", 100) == LogisticSettings()


def test_the_spec_of_residents_is_the_one_trained_for(model) -> None:
    stored = from_json(model.read_bytes(), spec=load_builtin_spec())
    assert stored.supervised is not None
