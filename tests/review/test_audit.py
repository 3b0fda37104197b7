"""The audit chain as a value."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.review.audit import (
    GENESIS,
    NOTHING,
    START,
    AuditHead,
    AuditRow,
    check_chain,
    content_digest,
    digest_in_order,
    seal,
    seen_digest,
)
from linkage.review.cases import Action, Decision, State, Verdict
from linkage.review.resolution import PersonOut
from linkage.review.sightings import SEEN, Sighting
from tests.oracles.queue_cases import NOON, later

PROPOSED = Decision(
    *(7, 2, Action.PROPOSE, "ani", State.BARU, State.DIUSULKAN, NOON, "minta akta"),
    verdict=Verdict.DUPLICATE,
    surviving_record="rec-a",
)
ASSIGNED = Decision(7, 1, Action.ASSIGN, "kepala", State.BARU, State.DITUGASKAN, NOON, assignee="ani", run_id="run1")
SIGHTING = Sighting("rec-a", 7, "ani", NOON, SEEN, "", 3)


def chain(length):
    head, rows = START, []
    for number in range(length):
        rows.append(seal(head, {"action": "load", "run": f"run{number}"}))
        head = head_of(rows[-1])
    return rows, head


def head_of(row):
    return AuditHead(row.seq, row.hash)


def forged(before, run="forged"):
    return seal(before, {"action": "load", "run": run})


# --- digests


def test_decisions_of_the_first_version_keep_the_digest_they_were_sealed_with():
    assert content_digest([PROPOSED, ASSIGNED]) == "21b02ab6141ede4d88c4a38835898fbd3c882e425f88807ae51b1889083ea031"
    assert content_digest([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945" == NOTHING


@pytest.mark.parametrize(
    "change",
    [
        {"case": 8},
        {"seq": 3},
        {"action": Action.DIFFERENT},
        {"actor": "budi"},
        {"from_state": State.DITUGASKAN},
        {"to_state": State.BARU},
        {"at": later(1)},
        {"reason": ""},
        {"verdict": None},
        {"surviving_record": None},
        {"assignee": "ani"},
        {"proposal_seq": 1},
        {"proposer": "ani"},
        {"successor": 9},
        {"run_id": "run1"},
        {"persons": (PersonOut(("rec-a", "rec-b")),)},
        {"persons": (PersonOut(("rec-a", "rec-b"), "rec-a"),)},
        {"persons": (PersonOut(("rec-a", "rec-b"), None, (("nama", "rec-a"),)),)},
        {"region": "3273"},
        {"office": ""},
        {"office": "3273"},
        {"due_at": later(1)},
        {"idem": "3273"},
    ],
    ids=str,
)
def test_every_field_of_a_decision_is_sealed_and_no_field_passes_for_another(change):
    changed = content_digest([replace(PROPOSED, **change)])
    assert changed != content_digest([PROPOSED])
    others = [content_digest([replace(PROPOSED, **{name: "3273"})]) for name in ("region", "office", "idem")]
    assert others.count(changed) == (1 if "3273" in change.values() else 0)


@pytest.mark.parametrize(
    "change",
    [{"record_id": "rec-b"}, {"case": 8}, {"actor": "eve"}, {"at": later(1)}, {"what": "nik"}, {"reason": "aduan"}],
    ids=str,
)
def test_every_field_of_a_sighting_is_sealed(change):
    assert seen_digest([replace(SIGHTING, **change)]) != seen_digest([SIGHTING]) != NOTHING


def test_a_digest_depends_neither_on_the_order_given_nor_on_the_zone_of_the_clock():
    wib = timezone(timedelta(hours=7))
    asked = replace(PROPOSED, due_at=later(5))
    elsewhere = replace(asked, at=NOON.astimezone(wib), due_at=later(5).astimezone(wib))
    assert content_digest([ASSIGNED, elsewhere]) == content_digest([asked, ASSIGNED])
    other = replace(SIGHTING, record_id="rec-b")
    assert seen_digest([other, SIGHTING]) == seen_digest([replace(SIGHTING, at=NOON.astimezone(wib)), other])


@given(st.lists(st.lists(st.none() | st.integers() | st.text()), max_size=4))
def test_terms_taken_one_at_a_time_digest_as_the_whole_array_does(terms):
    whole = json.dumps(terms, ensure_ascii=True, separators=(",", ":"))
    assert digest_in_order(iter(terms)) == hashlib.sha256(whole.encode()).hexdigest()


def test_what_no_program_wrote_has_a_digest_and_equals_nothing_sealed():
    assert len({digest_in_order([None]), digest_in_order([[b"x"]]), digest_in_order([["x"]]), NOTHING}) == 4


# --- the chain


def test_an_untouched_chain_is_sound_and_tells_its_head():
    rows, head = chain(5)
    report = check_chain(iter(rows), {}, head, anchors=[head_of(rows[2]), head_of(rows[2]), START, head])
    assert (report.sound, report.rows, report.head) == (True, 5, head)
    assert check_chain([], {}, AuditHead(0, GENESIS)).sound


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_row_rewritten_with_a_fitting_hash_breaks_at_the_next(at):
    rows, head = chain(5)
    rows[at - 1] = forged(head_of(rows[at - 2]) if at > 1 else START)
    report = check_chain(rows, {}, head)
    assert report.first_bad == at + 1
    assert f"row {at}" in report.problem


def test_a_chain_rewritten_to_its_end_is_found_by_its_head_and_its_anchor():
    rows, head = chain(3)
    rows[2] = forged(head_of(rows[1]))
    rewritten = head_of(rows[2])
    assert check_chain(rows, {}, head).first_bad == 4
    assert check_chain(rows, {}, rewritten).sound
    assert check_chain(rows, {}, rewritten, anchors=[head]).first_bad == 3


def test_of_several_anchors_the_first_that_disagrees_is_named_with_the_last_that_agreed():
    rows, _ = chain(6)
    anchors = [head_of(row) for row in rows]
    before = head_of(rows[2])
    for number in range(3, 6):
        rows[number] = forged(before)
        before = head_of(rows[number])
    report = check_chain(rows, {}, before, anchors=[anchors[5], anchors[1], anchors[4]])
    assert (report.first_bad, report.rows) == (5, 4)
    assert "after row 2" in report.problem
    assert check_chain(rows, {}, before, anchors=anchors[:3]).sound


@pytest.mark.parametrize("anchor", [AuditHead(0, "f" * 64), AuditHead(-1, "f" * 64), AuditHead(2, "")])
def test_an_anchor_of_another_chain_never_agrees(anchor):
    rows, head = chain(3)
    assert check_chain(rows, {}, head, anchors=[anchor]).first_bad == max(anchor.seq, 1)


def test_two_anchors_that_contradict_each_other_cannot_both_be_right():
    rows, head = chain(3)
    assert check_chain(rows, {}, head, anchors=[head_of(rows[1]), AuditHead(2, "f" * 64)]).first_bad == 2


def test_rows_up_to_an_anchor_that_are_gone_are_missed_even_when_the_head_says_otherwise():
    rows, head = chain(5)
    report = check_chain(rows[:2], {}, head_of(rows[1]), anchors=[head])
    assert (report.first_bad, report.rows) == (3, 2)


def test_a_head_that_is_gone_or_tells_another_end_is_noticed():
    rows, head = chain(4)
    assert check_chain(rows, {}, None).first_bad == 5
    assert check_chain(rows, {}, replace(head, hash="f" * 64)).first_bad == 5
    assert check_chain(rows, {}, head_of(rows[1])).first_bad == 3
    assert check_chain(rows[:3], {}, head).first_bad == 4
    assert check_chain([], {}, head).first_bad == 1


def test_rows_that_changed_places_or_were_repeated_break_where_they_begin():
    rows, head = chain(4)
    assert check_chain([rows[0], rows[2], rows[1], rows[3]], {}, head).first_bad == 2
    moved = [rows[0], replace(rows[2], seq=2), replace(rows[1], seq=3), rows[3]]
    assert check_chain(moved, {}, head).first_bad == 2
    assert check_chain([rows[0], rows[1], rows[1], *rows[2:]], {}, head).first_bad == 3


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "17", "[" * 100_000], ids=lambda body: body[:8])
def test_a_body_that_is_no_object_is_a_bad_row_and_no_crash(body):
    fitting = seal(START, {})
    rows = [AuditRow(1, body, GENESIS, rehashed(1, body, GENESIS))]
    assert rehashed(1, fitting.body, GENESIS) == fitting.hash
    assert check_chain(rows, {}, head_of(rows[0])).first_bad == 1


def rehashed(seq, body, prev):
    return hashlib.sha256(f"{prev}\n{seq}\n{body}".encode()).hexdigest()


# --- what is sealed by the chain


def sealed_chain():
    """Five rows, of which 2 stands for a decision, 3 for sightings, 4 for both."""
    bodies = [
        {},
        {"content": content_digest([ASSIGNED])},
        {"content": NOTHING, "seen": seen_digest([SIGHTING])},
        {"content": content_digest([PROPOSED]), "seen": seen_digest([replace(SIGHTING, record_id="rec-b")])},
        {"content": NOTHING},
    ]
    head, rows = START, []
    for body in bodies:
        rows.append(seal(head, {"action": "x", **body}))
        head = head_of(rows[-1])
    contents = {
        2: {"content": content_digest([ASSIGNED])},
        3: {"seen": seen_digest([SIGHTING])},
        4: {"content": content_digest([PROPOSED]), "seen": seen_digest([replace(SIGHTING, record_id="rec-b")])},
    }
    return rows, contents, head


def test_what_is_stored_as_it_was_sealed_is_sound_whether_held_or_streamed():
    rows, contents, head = sealed_chain()
    assert check_chain(rows, contents, head).sound
    assert check_chain(rows, iter(sorted(contents.items())), head).sound


@pytest.mark.parametrize(
    ("number", "stored", "problem"),
    [
        (1, {"content": content_digest([ASSIGNED])}, "decisions"),
        (2, {}, "decisions"),
        (2, {"content": content_digest([PROPOSED])}, "decisions"),
        (2, {"content": content_digest([ASSIGNED]), "seen": seen_digest([SIGHTING])}, "sightings"),
        (3, {}, "sightings"),
        (3, {"content": content_digest([ASSIGNED]), "seen": seen_digest([SIGHTING])}, "decisions"),
        (3, {"seen": seen_digest([replace(SIGHTING, actor="eve")])}, "sightings"),
        (4, {"content": content_digest([PROPOSED])}, "sightings"),
        (5, {"seen": seen_digest([SIGHTING])}, "sightings"),
        (6, {"content": content_digest([ASSIGNED])}, "no audit row"),
        (0, {"seen": seen_digest([SIGHTING])}, "no audit row"),
        (-4, {"seen": seen_digest([SIGHTING])}, "no audit row"),
        (10**15, {"seen": seen_digest([SIGHTING])}, "no audit row"),
    ],
)
def test_a_decision_or_sighting_altered_deleted_or_inserted_is_found_at_its_row(number, stored, problem):
    rows, contents, head = sealed_chain()
    report = check_chain(rows, {**contents, number: stored}, head)
    assert report.first_bad == number
    assert problem in report.problem


def test_no_more_than_one_row_is_asked_for_before_the_one_before_it_was_checked():
    asked = []

    def coming(rows):
        for row in rows:
            asked.append(row.seq)
            yield row

    rows, head = chain(9)
    rows[3] = replace(rows[3], body="{}")
    assert check_chain(coming(rows), iter([]), head).first_bad == 4
    assert asked == [1, 2, 3, 4]


# --- random tampering

KINDS = ("edit", "rehash", "delete", "insert", "swap", "cut", "repeat")


@given(st.data())
def test_whatever_is_done_to_rows_the_first_bad_one_is_named(data):
    rows, head = chain(data.draw(st.integers(2, 12), label="length"))
    at = data.draw(st.integers(1, len(rows)), label="at")
    kind = data.draw(st.sampled_from(KINDS), label="kind")
    before = head_of(rows[at - 2]) if at > 1 else START
    bad = at
    if kind == "edit":
        field = data.draw(st.sampled_from(["body", "prev", "hash"]), label="field")
        value = data.draw(st.text().filter(lambda text: text != getattr(rows[at - 1], field)), label="value")
        rows[at - 1] = replace(rows[at - 1], **{field: value})
    elif kind == "rehash":
        rows[at - 1], bad = forged(before), at + 1
    elif kind == "delete":
        del rows[at - 1]
    elif kind == "insert":
        body = data.draw(st.text(), label="body")
        rows.insert(at - 1, AuditRow(at, body, before.hash, data.draw(st.text(), label="hash")))
    elif kind == "repeat":
        rows.insert(at, rows[at - 1])
        bad = at + 1
    elif kind == "swap":
        other = data.draw(st.integers(1, len(rows)).filter(lambda number: number != at), label="other")
        rows[at - 1], rows[other - 1] = rows[other - 1], rows[at - 1]
        if data.draw(st.booleans(), label="renumbered"):
            rows = [replace(row, seq=number) for number, row in enumerate(rows, 1)]
        bad = min(at, other)
    else:
        del rows[at - 1 :]
    report = check_chain(rows, {}, head)
    assert (report.first_bad, report.rows) == (bad, bad - 1)
    assert report.problem


@given(length=st.integers(2, 12), data=st.data())
def test_a_chain_rewritten_or_cut_with_its_head_is_sound_but_for_an_anchor_behind_the_change(length, data):
    rows, _ = chain(length)
    anchors = [head_of(row) for row in rows]
    start = data.draw(st.integers(1, length), label="from row")
    before, kept = (head_of(rows[start - 2]) if start > 1 else START), rows[: start - 1]
    for number in range(data.draw(st.integers(0, length), label="new rows")):
        kept.append(forged(before, f"forged{number}"))
        before = head_of(kept[-1])
    known = data.draw(st.lists(st.sampled_from(anchors), max_size=3), label="anchors")
    behind = sorted(anchor.seq for anchor in known if anchor.seq >= start)
    report = check_chain(kept, {}, before, anchors=known)
    expected = None if not behind else behind[0] if behind[0] <= len(kept) else len(kept) + 1
    assert report.first_bad == expected
