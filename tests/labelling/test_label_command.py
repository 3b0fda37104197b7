"""``linkage label``: one key a pair on a terminal, lines elsewhere; nothing asked twice, nothing told beforehand."""

import io
import re
from datetime import UTC, datetime

import numpy as np
import pytest

from linkage.errors import InvariantError, LinkageError, UsageError
from linkage.labelling.asking import SECOND, plan_session, questions
from linkage.labelling.command import ask, summarise
from linkage.labelling.labels import Label, read_labels
from linkage.labelling.reread import read_written_pairs
from tests.small_register import CANARY_NIK


@pytest.fixture
def written(small_run):
    return read_written_pairs(small_run.folder)


def labels_of(written, plan, labeller, label="same"):
    left, right = (written.table.column(name).to_pylist() for name in ("left_id", "right_id"))
    return [Label(left[row], right[row], label, labeller) for row in plan.rows.tolist()]


def answered(small_run, path, keys, *, labeller="ani", count=4, **options):
    screen = io.StringIO()
    chosen = {"strategy": "mixed", "overlap": 0.1, "seed": 0, "language": "en"} | options
    said = ask(
        small_run.folder, [path], labeller, count=count, streams=(io.StringIO("\n".join(keys) + "\n"), screen),
        now=lambda: datetime(2026, 1, 31, tzinfo=UTC), **chosen,
    )  # fmt: skip
    return said, screen.getvalue()


def test_on_a_terminal_one_key_without_enter_answers_a_pair(small_run, tmp_path, at_terminal) -> None:
    path = tmp_path / "labels.csv"
    arguments = ["label", "--run", small_run.folder, "--labels", path, "--as", "budi", "--n", 4]
    pages, last, code = at_terminal(arguments, ["s", "\x1b[B", "x", "b", "u", "t", "?", " ", "k"])
    assert code == 0
    assert "\x1b[?1049h" in pages[0]
    assert "\x1b[?1049l" in last
    assert [label.label for label in read_labels([path]).labels] == ["same", "unsure"]
    places = [found[1] for page in pages if (found := re.search(r"(\d)/4 ", page))]
    assert places == ["1", "2", "2", "2", "3", "2", "3", "3"]
    assert "2/4" in last
    assert CANARY_NIK not in "".join(pages)


def test_the_score_is_never_shown(small_run, tmp_path, written) -> None:
    _, screen = answered(small_run, tmp_path / "labels.csv", ["s"] * 4)
    assert "probab" not in screen
    assert "%" not in screen
    for p in written.table.column("match_probability").to_pylist():
        assert f"{p:.3f}" not in screen


def test_without_a_terminal_lines_are_answers_and_undo_takes_the_last_one_back(small_run, tmp_path) -> None:
    path = tmp_path / "labels.csv"
    said, screen = answered(small_run, path, ["z", "same", "d", "z", "", "u", "q"])
    assert "no answer to undo" in screen
    assert "taken back" in screen
    assert [label.label for label in read_labels([path]).labels] == ["same", "unsure"]
    assert said.startswith("Done: 2/4 pairs labelled (same person 1, different 0, unsure 1)")


def test_an_input_that_ends_ends_the_session(small_run, tmp_path) -> None:
    path = tmp_path / "labels.csv"
    answered(small_run, path, ["s"])
    assert len(read_labels([path]).labels) == 1


def test_a_label_tells_who_when_why_and_how_likely_the_pair_was_drawn(small_run, tmp_path) -> None:
    path = tmp_path / "labels.csv"
    answered(small_run, path, ["s"], labeller="Ani", strategy="stratified")
    label = read_labels([path]).labels[0]
    assert (label.labeller, label.note) == ("ani", "stratified")
    assert label.labelled_at == datetime(2026, 1, 31, tzinfo=UTC)
    assert label.inclusion is not None


def test_a_labeller_is_asked_about_every_pair_once_and_then_about_none(small_run, tmp_path, written) -> None:
    path = tmp_path / "labels.csv"
    for _ in range(2 * written.table.num_rows):
        said, _ = answered(small_run, path, ["d"] * 3, count=3, language="en")
        if said.startswith("no pair"):
            break
    pairs = [label.pair for label in read_labels([path]).labels]
    assert len(pairs) == len(set(pairs)) == written.table.num_rows


def test_a_share_of_what_others_have_labelled_is_asked_again(written) -> None:
    first = plan_session(written, [], "ani", count=6)
    labels = labels_of(written, first, "ani")
    second = plan_session(written, labels, "budi", count=4, overlap=0.5)
    both = np.isin(second.rows, first.rows)
    assert both.sum() == 2
    assert [note == SECOND for note in second.notes] == both.tolist()
    alone = plan_session(written, labels, "budi", count=4, overlap=0.0)
    assert not np.isin(alone.rows, first.rows).any()


def test_a_plan_is_the_same_for_one_labeller_and_another_for_the_next(written) -> None:
    one, again, other = (plan_session(written, [], name, count=6) for name in ("ani", "ani", "budi"))
    assert one.rows.tolist() == again.rows.tolist()
    assert one.rows.tolist() != other.rows.tolist()


def test_the_fields_shown_are_those_of_the_two_records(written) -> None:
    rows = np.arange(written.table.num_rows)
    asked = questions(written, plan_session(written, [], "ani", count=written.table.num_rows))
    assert len(asked) <= rows.size
    for question in asked:
        names = [field.name for field in question.pair.fields]
        assert {"nama", "tanggal_lahir", "nik"} <= set(names)
        name = question.pair.fields[names.index("nama")]
        assert (name.level == "equal") == name.equal


def test_a_run_whose_pairs_were_changed_is_refused(small_run, tmp_path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for path in small_run.folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "pairs.parquet").write_bytes((folder / "clusters.parquet").read_bytes())
    with pytest.raises(InvariantError, match=r"pairs\.parquet"):
        read_written_pairs(folder)


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_session_needs_a_run_a_file_and_a_name(small_run, tmp_path, missing) -> None:
    given = [small_run.folder, [tmp_path / "labels.csv"], "ani"]
    given[missing] = None
    with pytest.raises(UsageError, match="needs --run DIR, --labels FILE and --as NAME"):
        ask(
            *given, count=1, strategy="mixed", overlap=0.1, seed=0, language="en",
            streams=(io.StringIO(), io.StringIO()), now=lambda: datetime.now(UTC),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("run", "others", "options"),
    [
        pytest.param("nowhere", [], {}, id="a run that is not there"),
        pytest.param(None, ["missing.csv"], {}, id="further labels that are not there"),
        pytest.param(None, [], {"overlap": 2.0}, id="an option out of its range"),
        pytest.param(None, [], {"strategy": "best"}, id="an unknown strategy"),
    ],
)
def test_a_session_that_cannot_begin_leaves_no_labels_file(small_run, tmp_path, run, others, options) -> None:
    path = tmp_path / "new" / "labels.csv"
    chosen = {"count": 1, "strategy": "mixed", "overlap": 0.1, "seed": 0, "language": "en"} | options
    with pytest.raises(LinkageError):
        ask(
            small_run.folder if run is None else tmp_path / run, [path, *(tmp_path / name for name in others)], "ani",
            streams=(io.StringIO("s\n"), io.StringIO()), now=lambda: datetime.now(UTC), **chosen,
        )  # fmt: skip
    assert not path.parent.exists()


def test_an_empty_labels_file_is_begun_with_its_header(small_run, tmp_path) -> None:
    path = tmp_path / "labels.csv"
    path.touch()
    answered(small_run, path, ["s"])
    assert len(read_labels([path]).labels) == 1


def test_a_summary_tells_counts_agreement_and_the_pairs_in_dispute(tmp_path) -> None:
    path = tmp_path / "labels.csv"
    rows = [f"a{n},b{n},{'same' if n % 2 else 'different'},ani" for n in range(10)]
    rows += [f"a{n},b{n},{'same' if n % 2 or n == 4 else 'different'},budi" for n in range(10)]
    path.write_text("left_id,right_id,label,labeller\n" + "\n".join([*rows, "x,,same,ani"]) + "\n", encoding="utf-8")
    said = summarise([path])
    assert "Cohen's kappa of ani and budi: 0.800 (95 % interval" in said
    assert "disagree about 1 pairs:\n  a4  b4: ani different, budi same" in said
    assert "labels.csv, line 22, column right_id" in said
    assert re.search(r"together +5 +4 +1 +10", said)
    path.write_text(path.read_text(encoding="utf-8") + "a0,b0,same,cici\na1,b1,same,cici\n", encoding="utf-8")
    assert "Krippendorff's alpha of all: 0." in summarise([path])
