"""Writing labels: whatever kills the program, what was answered stays; what was taken back goes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.errors import InputDataError, OutputError
from linkage.labelling.label_file import LabelFile
from linkage.labelling.labels import COLUMNS, Label, read_labels

FIRST, SECOND = Label("a", "b", "same", "ani"), Label("a", "c", "different", "ani")

ENDLESS = """
import sys
from pathlib import Path
from linkage.labelling.label_file import LabelFile
from linkage.labelling.labels import Label
file = LabelFile(Path(sys.argv[1]))
file.prepare()
for number in range(10**9):
    file.append(Label(f"a{number}", f"b{number}", "same", "ani"))
    print(number, flush=True)
"""


def test_a_new_file_begins_with_the_header_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "labels.csv"
    file = LabelFile(path)
    file.prepare()
    file.append(FIRST)
    file.prepare()
    assert path.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)
    assert read_labels([path]).labels == (FIRST,)
    assert path.stat().st_mode & 0o077 == 0


def test_a_killed_session_has_lost_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    process = subprocess.Popen([sys.executable, "-c", ENDLESS, path], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        answered = [process.stdout.readline() for _ in range(25)]
        process.send_signal(signal.SIGKILL)
    read = read_labels([path])
    assert len(read.labels) >= int(answered[-1]) + 1
    assert read.rejects == ()


def test_a_line_cut_off_is_rejected_and_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    file = LabelFile(path)
    file.prepare()
    file.append(FIRST)
    with path.open("a", encoding="utf-8") as stream:
        stream.write("x,y,sa")
    file.append(SECOND)
    read = read_labels([path])
    assert read.labels == (FIRST, SECOND)
    assert [(item.line, item.code) for item in read.rejects] == [(3, "LABEL_FIELDS")]


def test_answers_are_taken_back_one_by_one_down_to_those_of_this_session(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    LabelFile(path).prepare()
    LabelFile(path).append(FIRST)
    file = LabelFile(path)
    file.append(SECOND)
    assert file.take_back()
    assert not file.take_back()
    assert read_labels([path]).labels == (FIRST,)


def test_an_answer_is_not_taken_back_over_one_that_another_wrote_since(tmp_path: Path) -> None:
    one, other = LabelFile(tmp_path / "labels.csv"), LabelFile(tmp_path / "labels.csv")
    one.prepare()
    one.append(FIRST)
    other.append(SECOND)
    assert not one.take_back()
    assert read_labels([one.path]).labels == (FIRST, SECOND)


def test_a_file_of_other_columns_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("left_id,right_id,label\n", encoding="utf-8")
    with pytest.raises(InputDataError, match="LABELS_HEADER"):
        LabelFile(path).prepare()
    assert path.read_text(encoding="utf-8") == "left_id,right_id,label\n"


def test_a_place_that_cannot_be_written_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError):
        LabelFile(tmp_path / "file" / "labels.csv").prepare()
