"""What an index says of a batch: by how many keys agree, and with whom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.precheck.check import CODES, NIK_SAYS, check_batch
from linkage.precheck.index import build_index
from linkage.precheck.keys import KINDS, WITHOUT, key_entries
from tests.precheck.test_index import HEADER, KEYS, encoded
from tests.small_register import CANARY_NIK, semarang

CANARY = next(row for row in semarang() if row["NIK"] == CANARY_NIK)
OTHER = semarang()[0]
NEXT_NIK = CANARY_NIK[:-1] + "5"


def found(batch, register=None):
    made = check_batch(encoded(batch), build_index(encoded(register or semarang()), HEADER, KEYS), KEYS.digests)
    return [(CODES[code], NIK_SAYS[nik]) for code, nik in zip(made.code, made.nik, strict=True)]


@pytest.mark.parametrize(
    ("change", "code", "nik"),
    [
        ({}, "KNOWN", "same"),
        ({"NAMA_LGKP": "ZULKARNAENI WIDIASWARA"}, "KNOWN", "same"),
        ({"NAMA_LGKP_IBU": "", "TGL_LHR": ""}, "KNOWN", "same"),
        ({"NAMA_LGKP": OTHER["NAMA_LGKP"], "TGL_LHR": "01-01-1951"}, "NIK_ELSEWHERE", "same"),
        ({"NIK": NEXT_NIK}, "PROBABLE", "different"),
        ({"NIK": ""}, "PROBABLE", "not_compared"),
        ({"NIK": "", "NAMA_LGKP": "ZULKARNAENI WIDIASWARA"}, "PROBABLE", "not_compared"),
        ({"NIK": NEXT_NIK, "NAMA_LGKP": "SEKAR KINASIH"}, "POSSIBLE", "different"),
        ({"NIK": NEXT_NIK, "TGL_LHR": "17-04-1988"}, "POSSIBLE", "different"),
        ({"NIK": NEXT_NIK, "NAMA_LGKP": "SEKAR KINASIH", "TGL_LHR": "17-04-1988"}, "NEW", "not_compared"),
    ],
)
def test_a_record_is_known_by_its_nik_else_by_how_many_other_keys_agree(change, code, nik):
    register = [row for row in semarang() if not row["NAMA_LGKP"].startswith("ZULKARNAINI") or row is CANARY]
    register = [CANARY, *(row for row in register if row["NIK"] != CANARY_NIK)]
    assert found([CANARY | change], register) == [(code, nik)]


def test_a_name_and_a_birth_date_count_where_the_index_has_no_mother():
    register = [CANARY | {"NAMA_LGKP_IBU": ""}]
    assert found([CANARY | {"NIK": ""}], register) == [("POSSIBLE", "not_compared")]
    assert found([CANARY | {"NIK": "", "TGL_LHR": "18-03-1988"}], register) == [("NEW", "not_compared")]


def test_two_keys_that_agree_with_two_people_make_no_one_probable():
    register = [CANARY | {"NIK": "", "NAMA_LGKP": "SEKAR KINASIH"}, CANARY | {"NIK": "", "TGL_LHR": "17-04-1988"}]
    made = check_batch(encoded([CANARY]), build_index(encoded(register), HEADER, KEYS), KEYS.digests)
    assert CODES[made.code[0]] == "POSSIBLE"
    assert made.records.tolist() == [2]


def test_an_empty_batch_and_an_empty_index_find_nothing():
    nobody = [CANARY | dict.fromkeys(("NIK", "TGL_LHR", "JENIS_KLMIN"), "")]
    assert found([CANARY], nobody) == [("NEW", "not_compared")]
    assert found(nobody) == [("NEW", "not_compared")]


def slowly(batch, register):
    """The same, by sets of digests, for every two records."""
    ours, theirs = (key_entries(encoded(rows), KEYS.digests) for rows in (register, batch))

    def of(entries, record):
        return {kind.name: set(entries[kind.name][1][entries[kind.name][0] == record].tolist()) for kind in KINDS}

    held = [
        {name: {min(digests)} if digests else set() for name, digests in of(ours, n).items()}
        for n in range(len(register))
    ]
    for own in held:
        for name, other in WITHOUT.items():
            if own[other]:
                own[name] = set()
    codes = []
    for record in range(len(batch)):
        asked = of(theirs, record)
        best = 0
        for own in held:
            agrees = {name for name in own if own[name] & asked[name]}
            compared = {name for name in own if own[name] and asked[name]}
            besides = agrees - {"nik"}
            if "nik" in agrees:
                code = "KNOWN" if besides or not compared - {"nik"} else "NIK_ELSEWHERE"
            else:
                code = "PROBABLE" if len(besides) >= 2 else "POSSIBLE" if besides else "NEW"
            best = max(best, CODES.index(code))
        codes.append(best)
    return codes


PEOPLE = [CANARY, OTHER, semarang()[7]]
MAYBE = st.fixed_dictionaries(
    {
        name: st.sampled_from([*(row[name] for row in PEOPLE), ""])
        for name in ("NIK", "NAMA_LGKP", "TGL_LHR", "NAMA_LGKP_IBU", "JENIS_KLMIN")
    }
)


@settings(max_examples=settings().max_examples // 4, deadline=None)
@given(register=st.lists(MAYBE, min_size=1, max_size=6), batch=st.lists(MAYBE, min_size=1, max_size=6))
def test_it_finds_what_comparing_every_two_records_finds(register, batch):
    ours, theirs = (
        [CANARY | {**change, "NAMA_LGKP": change["NAMA_LGKP"] or "NAMA LAIN"} for change in rows]
        for rows in (register, batch)
    )
    made = check_batch(encoded(theirs), build_index(encoded(ours), HEADER, KEYS), KEYS.digests)
    assert made.code.tolist() == slowly(theirs, ours)
    assert (np.asarray(made.records)[made.code > 0] > 0).all()
