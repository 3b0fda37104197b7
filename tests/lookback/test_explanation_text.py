"""The text of an explanation: its numbers add up as they are shown, and a clerk can read it on 80 columns."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.lookback.explanation_text import percent, render
from linkage.words.catalogue import Finding
from linkage.words.explained import EvidenceGroup, Explained, GuardSaid

NAMES = ("name", "nik", "birth", "card", "family", "level_house_number")


def explained(bits: dict[str, float], *, start: float = -5.0, calibration: float = 0.0, p: float = 0.5) -> Explained:
    groups = tuple(EvidenceGroup(name, value, (), ()) for name, value in bits.items())
    return Explained(
        left_id="a",
        right_id="b",
        model="supervised",
        weight_log2=start + sum(bits.values()) + calibration,
        probability=p,
        link_threshold=0.5,
        start=(("expectation", start),),
        groups=groups,
        calibration=calibration,
        missing=(Finding("missing.one", {"field": "nama_ayah"}),),
        family=None,
        guards=(GuardSaid("twin", False),),
        rules=("nik", "card"),
        levels={},
    )


def shown(text: str) -> list[int]:
    """The numbers of the waterfall in hundredths, the total last."""
    picture = text[text.index("(satu bit" if "(satu bit" in text else "(one bit") :]
    return [int(re.sub(r"[.,]", "", found)) for found in re.findall(r"[+-][\d.,]+(?=[ ]|$)", picture, re.MULTILINE)]


@given(
    st.dictionaries(st.sampled_from(NAMES), st.floats(-40, 40)),
    st.floats(-60, 20),
    st.floats(-3, 3),
    st.sampled_from(["id", "en"]),
    st.integers(40, 140),
)
def test_the_numbers_shown_add_up_and_the_lines_fit(bits, start, calibration, language, width) -> None:
    told = explained(bits, start=start, calibration=calibration)
    text = render(told, language=language, width=width)
    *terms, total = shown(text)
    assert sum(terms) == total
    assert total == pytest.approx(100 * told.weight_log2, abs=0.51)
    assert len(terms) == len(told.terms(language))
    assert max(len(line) for line in text.splitlines()) <= min(max(width, 60), 100)


def test_a_group_has_one_number_in_its_sentence_and_in_the_picture() -> None:
    text = render(explained({"name": 21.334, "nik": -2.5, "card": 0.1}), language="id")
    assert text.count("+21,33") == 2
    assert text.count("-2,50") == 2
    assert text.count("+0,10") == 1, "what hardly counts stands in the picture alone"
    assert "Yang mendukung\n   +21,33  Nama: tidak dapat dibandingkan." in text
    assert re.search(r"^Nama +\+21,33 +\|█+$", text, re.MULTILINE)
    assert re.search(r"^NIK +-2,50 +░+\|$", text, re.MULTILINE)


def test_what_is_missing_suspected_and_found_by_which_rule_is_told() -> None:
    text = render(explained({"name": 3.0}), language="id")
    assert "Yang tidak ada datanya\n  Ayah tidak diketahui pada satu data." in text
    assert "Kecurigaan\n  Polanya seperti anak kembar, tetapi bukti lain lebih kuat." in text
    assert text.endswith("Dipertemukan oleh aturan: nik, card")


@pytest.mark.parametrize(
    ("p", "language", "verdict"),
    [
        (0.9987, "id", "Orang yang sama - peluang orang yang sama: 99,87 % (batas 50,0 %)"),
        (0.9987, "en", "One person - probability of one person: 99.87 % (threshold 50.0 %)"),
        (0.62, "id", "Belum jelas - peluang orang yang sama: 62,0 % (batas 50,0 %)"),
        (0.004, "en", "Two people - probability of one person: 0.40 % (threshold 50.0 %)"),
    ],
)
def test_the_verdict_stands_on_the_first_line(p: float, language: str, verdict: str) -> None:
    assert render(explained({"name": 1.0}, p=p), language=language).splitlines()[0] == verdict


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.5, "50.0 %"),
        (0.99, "99.0 %"),
        (0.999, "99.90 %"),
        (1e-9, "< 0.0001 %"),
        (1.0, "> 99.9999 %"),
        (0.0, "< 0.0001 %"),
    ],
)
def test_a_probability_never_reads_as_certain(p: float, said: str) -> None:
    assert percent(p, "en") == said
