"""What stewards decide becomes labels: approved duplicates, dismissed pairs; officers stay unnamed."""

import os
from pathlib import Path

import pytest

from linkage.labelling.decisions import labels_of_decisions, opaque_names
from linkage.labelling.labels import parse_labels
from linkage.review.cases import SHARED_NIK, Action
from linkage.review.resolution import PersonOut
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import PLAIN, answer, approved, different, later, make_case, propose, split, staff


@pytest.fixture
def queue(tmp_path: Path):
    opened = open_queue(f"sqlite:///{tmp_path / 'queue.db'}", settings=PLAIN)
    staff(opened)
    yield opened
    opened.close()


def numbers(queue) -> dict[str, int]:
    return {case.case_id: case.id for case in queue.list(by="joko")}


def told(queue, name=str) -> list[tuple[str, str, str, str]]:
    return [(label.left_id, label.right_id, label.label, label.labeller) for label in labels_of_decisions(queue, name)]


def test_an_approved_duplicate_makes_all_pairs_of_its_records_one_person(queue) -> None:
    case = make_case("a", "b", "c")
    queue.load("run", [case], now=later(0))
    approved(queue, numbers(queue)[case.case_id], at=later(2))
    assert told(queue) == [("a", "b", "same", "budi"), ("a", "c", "same", "budi"), ("b", "c", "same", "budi")]


def test_different_and_a_split_make_the_pairs_put_forward_different_persons(queue) -> None:
    twins, shared = make_case("a", "b"), make_case("c", "d", kind=SHARED_NIK)
    queue.load("run", [twins, shared], now=later(0))
    found = numbers(queue)
    different(queue, found[twins.case_id], "citra", "twins", at=later(1))
    split(queue, found[shared.case_id], "ani", "c", "d", owner="c", at=later(1))
    answer(queue, found[shared.case_id], "budi", at=later(2))
    assert sorted(told(queue)) == [("a", "b", "different", "citra"), ("c", "d", "different", "budi")]
    notes = sorted(label.note.partition(": ")[2] for label in labels_of_decisions(queue, str))
    assert notes == ["split", "twins"]


def test_a_case_parted_into_persons_tells_of_every_pair_of_its_records(queue) -> None:
    queue.load("run", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=later(0))
    propose(queue, 1, "ani", at=later(1), persons=[PersonOut(("a", "b"), "a"), PersonOut(("c",))])
    answer(queue, 1, "budi", at=later(2))
    assert [label[:3] for label in told(queue)] == [
        ("a", "b", "same"),
        ("a", "c", "different"),
        ("b", "c", "different"),
    ]


def test_what_is_open_or_was_refused_is_no_label(queue) -> None:
    still, refused = make_case("a", "b"), make_case("c", "d")
    queue.load("run", [still, refused], now=later(0))
    case = numbers(queue)[refused.case_id]
    propose(queue, case, "ani", at=later(1))
    answer(queue, case, "budi", at=later(2), action=Action.REJECT, reason="no papers")
    assert told(queue) == []


def test_officers_are_told_apart_and_not_named(queue) -> None:
    one, other = opaque_names(os.urandom(32)), opaque_names(os.urandom(32))
    assert one("ani") == one("ani") != one("budi")
    assert one("ani") != other("ani")
    case = make_case("a", "b")
    queue.load("run", [case], now=later(0))
    approved(queue, numbers(queue)[case.case_id], at=later(2))
    lines = "".join(label.to_line() for label in labels_of_decisions(queue, one))
    assert "ani" not in lines
    assert "budi" not in lines
    header = "left_id,right_id,label,labeller,labelled_at,note,inclusion\n"
    assert parse_labels(header + lines, source="labels.csv").labels[0].labelled_at == later(2)
