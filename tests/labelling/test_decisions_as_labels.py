"""What stewards decide becomes labels: approved duplicates, dismissed pairs; officers stay unnamed."""

import os
from pathlib import Path

import pytest

from linkage.labelling.decisions import labels_of_decisions, opaque_names
from linkage.labelling.labels import parse_labels
from linkage.review.cases import SHARED_NIK, Scope
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import later, make_case

NATION = Scope("")


@pytest.fixture
def queue(tmp_path: Path):
    opened = open_queue(f"sqlite:///{tmp_path / 'queue.db'}")
    yield opened
    opened.close()


def numbers(queue) -> dict[str, int]:
    return {case.case_id: case.id for case in queue.list(scope=NATION)}


def approve(queue, case: int, verdict: str = "duplicate") -> None:
    queue.propose(case, "ani", scope=NATION, now=later(1), verdict=verdict)
    queue.approve(case, "budi", scope=NATION, now=later(2))


def told(queue, name=str) -> list[tuple[str, str, str, str]]:
    return [(label.left_id, label.right_id, label.label, label.labeller) for label in labels_of_decisions(queue, name)]


def test_an_approved_duplicate_makes_all_pairs_of_its_records_one_person(queue) -> None:
    case = make_case("a", "b", "c")
    queue.load("run", [case], now=later(0))
    approve(queue, numbers(queue)[case.case_id])
    assert told(queue) == [("a", "b", "same", "budi"), ("a", "c", "same", "budi"), ("b", "c", "same", "budi")]


def test_different_and_a_split_make_the_pairs_put_forward_different_persons(queue) -> None:
    twins, shared = make_case("a", "b"), make_case("c", "d", kind=SHARED_NIK)
    queue.load("run", [twins, shared], now=later(0))
    found = numbers(queue)
    queue.different(found[twins.case_id], "cici", "twins", scope=NATION, now=later(1))
    approve(queue, found[shared.case_id], "split")
    assert sorted(told(queue)) == [("a", "b", "different", "cici"), ("c", "d", "different", "budi")]
    notes = sorted(label.note.partition(": ")[2] for label in labels_of_decisions(queue, str))
    assert notes == ["split", "twins"]


def test_what_is_open_or_was_refused_is_no_label(queue) -> None:
    still, refused = make_case("a", "b"), make_case("c", "d")
    queue.load("run", [still, refused], now=later(0))
    case = numbers(queue)[refused.case_id]
    queue.propose(case, "ani", scope=NATION, now=later(1))
    queue.reject(case, "budi", "no papers", scope=NATION, now=later(2))
    assert told(queue) == []


def test_officers_are_told_apart_and_not_named(queue) -> None:
    one, other = opaque_names(os.urandom(32)), opaque_names(os.urandom(32))
    assert one("ani") == one("ani") != one("budi")
    assert one("ani") != other("ani")
    case = make_case("a", "b")
    queue.load("run", [case], now=later(0))
    approve(queue, numbers(queue)[case.case_id])
    lines = "".join(label.to_line() for label in labels_of_decisions(queue, one))
    assert "ani" not in lines
    assert "budi" not in lines
    header = "left_id,right_id,label,labeller,labelled_at,note,inclusion\n"
    assert parse_labels(header + lines, source="labels.csv").labels[0].labelled_at == later(2)
