"""The labels file: what is a label, what is rejected and why, and that nothing is lost in writing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InputDataError, InputMissingError
from linkage.labelling.consensus import consolidate
from linkage.labelling.labels import COLUMNS, HINTS, LABELS, Label, parse_labels, read_labels

HEADER = ",".join(COLUMNS)
AT = datetime(2026, 1, 31, 8, 15, tzinfo=UTC)

REJECTED = [
    ("a,b,same", "", "LABEL_FIELDS"),
    (",b,same,ani,,,", "left_id", "LABEL_ID_MISSING"),
    ("a, ,same,ani,,,", "right_id", "LABEL_ID_MISSING"),
    ("a,a,same,ani,,,", "right_id", "LABEL_ONE_RECORD"),
    ("a,b,maybe,ani,,,", "label", "LABEL_UNKNOWN"),
    ("a,b,same,ani,yesterday,,", "labelled_at", "LABEL_TIME"),
    ("a,b,same,ani,,,0", "inclusion", "LABEL_INCLUSION"),
    ("a,b,same,ani,,,nan", "inclusion", "LABEL_INCLUSION"),
    ("a,b,same,ani,,,1.5", "inclusion", "LABEL_INCLUSION"),
]

names = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8)


@pytest.mark.parametrize(("row", "column", "code"), REJECTED)
def test_a_row_that_is_no_label_is_rejected_with_its_line_column_and_code(row: str, column: str, code: str) -> None:
    read = parse_labels(f"{HEADER}\nx,y,same,ani,,,\n{row}\nx,z,different,ani,,,\n", source="labels.csv")
    assert [(item.line, item.column, item.code, item.hint) for item in read.rejects] == [(3, column, code, HINTS[code])]
    assert [label.right_id for label in read.labels] == ["y", "z"]


def test_every_code_has_a_case_here() -> None:
    assert {code for _, _, code in REJECTED} == set(HINTS)


@given(names, names, st.sampled_from(LABELS), names, st.text("ab ,\"'\n", max_size=9), st.floats(1e-6, 1.0))
def test_a_label_written_is_the_label_read(
    left: str, right: str, label: str, labeller: str, note: str, inclusion: float
) -> None:
    written = Label(left, right + "2" if left == right else right, label, labeller, AT, note.strip(), inclusion)
    read = parse_labels(f"{HEADER}\n{written.to_line()}", source="labels.csv")
    assert not read.rejects
    found = read.labels[0]
    assert found.inclusion == pytest.approx(inclusion, rel=1e-5)
    assert (found.pair, found.label, found.labeller, found.labelled_at) == (written.pair, label, labeller, AT)
    assert found.note == written.note


def test_a_file_of_other_hands_needs_three_columns_in_any_order() -> None:
    read = parse_labels("Label,score,RIGHT_ID,left_id\r\nSAME,0.9,b,a\r\n\r\n", source="labels.csv")
    assert read.labels == (Label("a", "b", "same"),)
    assert read.rejects == ()


def test_a_header_that_lacks_a_column_is_refused_with_the_header_to_use() -> None:
    with pytest.raises(InputDataError, match=r"line 1: the header has no column label.*left_id,right_id") as refused:
        parse_labels("left_id,right_id\na,b\n", source="labels.csv")
    assert refused.value.code == "LABELS_HEADER"
    with pytest.raises(InputDataError, match="twice"):
        parse_labels("left_id,right_id,label,label\n", source="labels.csv")


def test_a_file_that_is_not_there_or_not_utf8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError):
        read_labels([tmp_path / "none.csv"])
    (tmp_path / "latin.csv").write_bytes(f"{HEADER}\na,b,same,an\xe9,,,\n".encode("latin-1"))
    with pytest.raises(InputDataError, match="LABELS_ENCODING"):
        read_labels([tmp_path / "latin.csv"])


def test_of_one_labellers_answers_to_a_pair_the_last_counts_in_whatever_order_the_ids_stand() -> None:
    read = parse_labels("left_id,right_id,label,labeller\na,b,same,ani\nb,a,different,ani\n", source="labels.csv")
    assert [label.label for label in read.latest()] == ["different"]
    assert [label.label for label in consolidate(read.labels)] == ["different"]


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        (["same"], "same"),
        (["same", "same", "different"], "same"),
        (["same", "different"], "unsure"),
        (["same", "unsure", "unsure"], "same"),
        (["unsure", "unsure"], "unsure"),
    ],
)
def test_several_labellers_make_one_label_by_majority_and_a_tie_is_unsure(answers: list[str], label: str) -> None:
    given_ = [Label("a", "b", answer, f"l{place}") for place, answer in enumerate(answers)]
    found = consolidate(given_)
    assert [item.label for item in found] == [label]
    assert list(found[0].answers.values()) == answers


def test_a_cell_too_long_to_be_read_ends_with_the_line_and_no_traceback() -> None:
    with pytest.raises(InputDataError, match="quotation mark"):
        parse_labels(f'{HEADER}\na,b,same,ani,,,\n"{"x" * 200_000}', source="labels.csv")


def test_of_two_answers_the_later_one_counts_in_whatever_order_the_files_stand() -> None:
    before, after = (
        f"a,b,{label},ani,2026-01-0{day}T08:00:00Z,,\n" for day, label in enumerate(("same", "different"), 1)
    )
    for rows in (before + after, after + before):
        read = parse_labels(f"{HEADER}\n{rows}", source="labels.csv")
        assert [item.label for item in consolidate(read.labels)] == ["different"]
        assert [item.label for item in read.latest()] == ["different"]
