"""Names change the way clerks, typists and reading machines in Indonesia change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from linkage.synthetic.errors import name_errors, slips, token_errors
from linkage.synthetic.errors.titles import add_title

Change = Callable[[pa.StringArray, np.random.Generator], pa.StringArray]

TEXTS = st.lists(st.text("ABEINORSTUY ’É'.", min_size=1, max_size=20), min_size=1, max_size=10)
SLIPS = (slips.substitute, slips.insert, slips.delete, slips.transpose, slips.change_vowel, slips.slip)


def _results(change: Change, text: str, times: int = 600) -> set[str]:
    return set(change(pa.array([text] * times), np.random.default_rng(1)).to_pylist())


@pytest.mark.parametrize("slip", SLIPS)
@given(texts=TEXTS, seed=st.integers(0, 9))
def test_a_slip_is_one_edit(slip: Change, texts: list[str], seed: int) -> None:
    changed = slip(pa.array(texts), np.random.default_rng(seed)).to_pylist()
    assert all(OSA.distance(one, other) <= 1 for one, other in zip(texts, changed, strict=True))


@pytest.mark.parametrize(
    ("slip", "text", "length"),
    [
        (slips.substitute, "BUDI", 4),
        (slips.insert, "BUDI", 5),
        (slips.delete, "BUDI", 3),
        (slips.transpose, "BUDI", 4),
        (slips.change_vowel, "RINA", 4),
    ],
)
def test_a_slip_always_takes_where_it_can(slip: Change, text: str, length: int) -> None:
    changed = _results(slip, text)
    assert text not in changed
    assert {len(other) for other in changed} == {length}
    assert len(changed) > 1


@pytest.mark.parametrize(
    ("slip", "text"), [(slips.substitute, "12 3"), (slips.delete, "AB"), (slips.change_vowel, "NG")]
)
def test_a_slip_leaves_alone_what_it_cannot_change(slip: Change, text: str) -> None:
    assert _results(slip, text) == {text}


def test_typing_hits_neighbouring_keys_and_seldom_the_first_letter() -> None:
    count = 6_000
    changed = slips.substitute(pa.array(["SSSS"] * count), np.random.default_rng(2)).to_pylist()
    assert {letter for text in changed for letter in text} == set("SAWEDXZ")
    first = sum(not text.startswith("S") for text in changed) / count
    assert first == pytest.approx(0.4 / 3.4, abs=0.02)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("SITI", {"5ITI", "S1TI", "SLTI", "SIT1"}),
        ("BERNARD", {"BEMARD", "8ERNARD"}),
        ("CLARA", {"DARA"}),
        ("ALI", {"AU", "AL1", "A1I"}),
        ("VVAHYU", {"WAHYU"}),
        ("WAHYU", {"VVAHYU"}),
        ("R0NI", {"RONI"}),
    ],
)
def test_a_reading_machine_takes_signs_for_others(text: str, read: set[str]) -> None:
    changed = _results(slips.look_alike, text)
    assert read <= changed
    assert text not in changed


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("SYARIF", {"SARIF", "SYARIP"}),
        ("TAUFIK", {"TAUFIQ", "TAOFIK", "TOPIK"}),
        ("FAUZI", {"PAUZI", "FAOZI", "FAUJI"}),
        ("ZAINAL", {"JAINAL", "ZAENAL", "JAENAL"}),
        ("KHOIRUL", {"HOIRUL", "KHAIRUL", "CHOIRUL"}),
        ("HAIRUL", {"KHAIRUL"}),
        ("QOMAR", {"KOMAR", "QAMAR"}),
        ("GHOFUR", {"GOFUR", "GHAFUR", "GHOPUR"}),
        ("HAFIDZ", {"HAFIZ", "HAFID", "HAPIDZ"}),
        ("AZIS", {"AZIZ", "AJIS"}),
        ("TSABIT", {"SABIT"}),
        ("DIDIK", {"DIDIQ"}),
        ("SAID", {"SAIT"}),
        ("YAKUB", {"YAKUP"}),
        ("NURDIN", {"NURDING"}),
        ("SUPARNO", {"SUPARNA"}),
        ("FITRIYAH", {"FITRIAH", "PITRIYAH", "FITRIYA"}),
        ("SUWARNO", {"SUARNO", "SUWARNA"}),
        ("RUDI", {"RUDY"}),
        ("SLAMET", {"SELAMET"}),
        ("PUTRA", {"PUTERA"}),
        ("EFFENDI", {"EFENDI", "EPENDI"}),
        ("LUTFI", {"LUTHFI", "LUTPI"}),
        ("SETIAWAN", {"SETYAWAN"}),
        ("MA'RUF", {"MARUF", "MAKRUF"}),
        ("CHRISTINA", {"KRISTINA"}),
        ("JOHANES", {"YOHANES"}),
        ("MUHAMMAD", {"MUHAMAD", "MOHAMMAD", "MOCHAMAD", "MUHAMMAT"}),
    ],
)
def test_what_is_heard_is_written_otherwise(text: str, written: set[str]) -> None:
    changed = _results(name_errors.hear, text, 3_000)
    assert written <= changed
    assert text not in changed


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("SUPARNO", {"SOEPARNO"}),
        ("WIJAYA", {"WIDJAJA"}),
        ("JOKO", {"DJOKO"}),
        ("CIPTO", {"TJIPTO"}),
        ("YUSUF", {"JOESOEF", "JUSUF"}),
        ("RUDY", {"ROEDY"}),
        ("SYAMSUL", {"SJAMSOEL", "SJAMSUL"}),
        ("NYOMAN", {"NJOMAN"}),
        ("CHAIRIL", {"CHAIRIL"}),
        ("KHAIRIL", {"CHAIRIL"}),
        ("TJAHJONO", {"CAHYONO"}),
        ("SOEHARTO", {"SUHARTO"}),
        ("JOEL", {"DJOEL"}),
        ("RAMA", {"RAMA"}),
    ],
)
def test_spelling_changes_its_era(new: str, old: set[str]) -> None:
    elder = np.ones(300, np.bool_)
    assert set(name_errors.respell(pa.array([new] * 300), elder, np.random.default_rng(1)).to_pylist()) == old


def test_of_an_elders_name_often_all_words_change_and_of_others_one() -> None:
    name = pa.array(["JOKO SUYONO"] * 2_000)
    elder = np.arange(2_000) < 1_000
    changed = name_errors.respell(name, elder, np.random.default_rng(4)).to_pylist()
    both = [("DJOKO" in text) + ("SUYONO" not in text) for text in changed]
    assert set(both[:1_000]) == {1, 2}
    assert set(both[1_000:]) == {1}
    assert np.mean(both[:1_000]) == pytest.approx(1.6, abs=0.05)


def test_only_the_words_in_the_old_spelling_get_the_new_one() -> None:
    name = pa.array(["JAJANG SOEPARDJO"] * 50)
    changed = set(name_errors.respell(name, np.ones(50, np.bool_), np.random.default_rng(1)).to_pylist())
    assert changed == {"JAJANG SUPARJO"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("MUHAMMAD ALI", {"M. ALI", "MUH. ALI", "MOH. ALI", "MHD. ALI", "MUHAMMAD A."}),
        ("SITI AMINAH", {"ST. AMINAH", "S. AMINAH", "SITI A."}),
        ("ABDUL ROHMAN", {"ABD. ROHMAN", "ABD ROHMAN"}),
        ("I WAYAN SUDANA", {"I WY. SUDANA", "I WAYAN S."}),
        ("NI NYOMAN SARI", {"NI NYM. SARI"}),
        ("I KETUT OKA", {"I KT. OKA"}),
        ("NI PUTU AYU", {"NI PT. AYU"}),
        ("I GEDE RAI", {"I GD. RAI"}),
        ("NI KADEK DEWI", {"NI KD. DEWI"}),
        ("I KOMANG ADI", {"I KM. ADI"}),
        ("I GUSTI NGURAH RAI", {"I GST. NGURAH RAI", "I GUSTI NGR. RAI"}),
        ("COKORDA RAKA", {"COK. RAKA"}),
        ("DESAK MADE RAI", {"DSK. MADE RAI", "DESAK MD. RAI"}),
        ("IDA BAGUS MANTRA", {"IB. MANTRA"}),
        ("IDA AYU OKA", {"IA. OKA", "DAYU OKA"}),
        ("ANAK AGUNG RAKA", {"A.A. RAKA"}),
        ("TUBAGUS HASAN", {"TB. HASAN"}),
        ("RADEN MAS SURYO", {"RM. SURYO", "R. MAS SURYO"}),
        ("DAENG TUTU", {"DG. TUTU"}),
        ("FRANSISKUS XAVERIUS SETO", {"FX. SETO", "FRANS. XAVERIUS SETO"}),
        ("YOHANES BERE", {"YOH. BERE"}),
        ("AGUSTINUS LAKA", {"AGS. LAKA"}),
        ("AGUS SALIM", {"AGS. SALIM", "AGUS S."}),
        ("BUDI SANTOSO WIJAYA", {"BUDI SANTOSO W.", "BUDI S. WIJAYA", "BUDI S. W.", "B. SANTOSO WIJAYA"}),
        ("MUH. ALI", {"MUHAMMAD ALI"}),
        ("BUDI", {"BUDI"}),
    ],
)
def test_abbreviations_are_those_that_offices_use(name: str, written: set[str]) -> None:
    assert written <= _results(name_errors.abbreviate, name, 3_000)


def test_an_alias_is_lost_or_kept_alone() -> None:
    changed = Counter(
        name_errors.drop_alias(pa.array(["LIE A MOY ALIAS SUSI HARTINI"] * 2_000), np.random.default_rng(1)).to_pylist()
    )
    assert set(changed) == {"LIE A MOY", "SUSI HARTINI"}
    assert changed["LIE A MOY"] > changed["SUSI HARTINI"]
    assert _results(name_errors.drop_alias, "TAN BIN HOK @ HADI") == {"TAN BIN HOK", "HADI"}
    assert _results(name_errors.drop_alias, "ALIAS") == {"ALIAS"}


@pytest.mark.parametrize(("length", "widths"), [(25, {25}), (26, {25}), (40, {25, 30}), (70, {25, 30, 55})])
def test_a_name_is_cut_at_the_widths_that_are_shorter_than_it(length: int, widths: set[int]) -> None:
    assert {len(text) for text in _results(name_errors.truncate, "A" * length)} == widths


def test_a_cut_name_does_not_end_in_a_blank() -> None:
    assert _results(name_errors.truncate, "A" * 24 + " BCD") == {"A" * 24}
    assert _results(name_errors.truncate, "BUDI") == {"BUDI"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("SITI NUR AMINAH", {"SITI", "SITI NUR", "SITI NUR A.", "S. NUR AMINAH", "NY. SITI", "SITI NUR AMINAH (ALM)"}),
        ("PONIYEM", {"NY. PONIYEM", "NY PONIYEM", "PONIYEM ALM", "ALMH. PONIYEM", "PONIYEM (ALMH)", "PONIYEM (ALM)"}),
    ],
)
def test_a_mothers_name_is_shortened(name: str, written: set[str]) -> None:
    changed = _results(name_errors.shorten, name, 3_000)
    assert written <= changed
    assert name not in changed


def test_words_are_swapped() -> None:
    assert _results(token_errors.swap_tokens, "SITI NUR AISYAH") == {
        "NUR AISYAH SITI",
        "AISYAH SITI NUR",
        "NUR SITI AISYAH",
        "SITI AISYAH NUR",
    }
    assert _results(token_errors.swap_tokens, "ANI SRI, S.PD") == {"SRI ANI, S.PD"}


def test_words_are_dropped_but_never_all_that_is_known() -> None:
    assert _results(token_errors.drop_token, "SITI NUR AISYAH") == {"NUR AISYAH", "SITI NUR", "SITI AISYAH"}
    assert _results(token_errors.drop_token, "I WAYAN") == {"WAYAN"}
    assert _results(token_errors.drop_token, "M. ALI") == {"ALI"}
    assert _results(token_errors.drop_token, "ALI BIN UMAR") == {"ALI", "BIN UMAR", "ALI UMAR"}


def test_words_are_joined_and_parted() -> None:
    assert _results(token_errors.join_tokens, "SITI NUR AISYAH") == {"SITINUR AISYAH", "SITI NURAISYAH"}
    assert _results(token_errors.split_token, "NURHAYATI") >= {"NUR HAYATI"}
    assert _results(token_errors.split_token, "ABDULROHMAN") >= {"ABDUL ROHMAN"}
    assert "WAHYU NINGSIH" in _results(token_errors.split_token, "WAHYUNINGSIH")


@pytest.mark.parametrize(
    "change",
    [token_errors.swap_tokens, token_errors.drop_token, token_errors.join_tokens, token_errors.split_token],
)
def test_a_short_mononym_keeps_its_word(change: Change) -> None:
    assert _results(change, "BUDI") == {"BUDI"}


@given(names=st.lists(st.text("ABI N.", min_size=1, max_size=14), min_size=1, max_size=6), seed=st.integers(0, 9))
def test_words_are_moved_but_letters_stay(names: list[str], seed: int) -> None:
    for change in (token_errors.swap_tokens, token_errors.join_tokens, token_errors.split_token):
        changed = change(pa.array(names), np.random.default_rng(seed)).to_pylist()
        for before, after in zip(names, changed, strict=True):
            assert sorted(before.replace(" ", "")) == sorted(after.replace(" ", ""))


def _titled(name: str, sex: int, faith: int) -> list[str]:
    count = 4_000
    values = np.full(count, sex), np.full(count, faith)
    return add_title(pa.array([name] * count), *values, np.random.default_rng(5)).to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("sex", "faith", "some", "none"),
    [
        (0, 1, ("H. ANI", "H ANI", "DRS. ANI", "ANI, S.PD", "ANI, S.PD.I"), ("HJ", "PDT", "S.TH", "DRA", "NY", "KEB")),
        (1, 1, ("HJ. ANI", "DRA. ANI", "ANI, S.E", "ANI, AMD.KEB"), ("H. ", "KH", "PDT", "DRS", "TN")),
        (0, 2, ("PDT. ANI", "DRS. ANI", "ANI, S.TH"), ("H. ", "H ANI", "HJ", "S.PD.I", "KEB")),
        (1, 3, ("DRA. ANI", "DR. ANI", "ANI S.KOM"), ("H. ", "HJ", "PDT", "S.TH", "S.AG")),
        (0, 0, ("DRS. ANI", "IR. ANI"), ("H. ", "HJ", "PDT")),
    ],
)
def test_titles_go_by_sex_and_religion(sex: int, faith: int, some: tuple[str, ...], none: tuple[str, ...]) -> None:
    titled = _titled("ANI", sex, faith)
    assert set(some) <= set(titled)
    assert "ANI" not in titled
    sides = [text.replace("S.TH.I", "").split("ANI") for text in set(titled)]
    assert not [side for side in sides for word in none if side[0].startswith(word) or word in side[1]]


def test_no_title_is_added_twice() -> None:
    assert all(text.startswith("H. ALI") and text != "H. ALI" for text in _titled("H. ALI", 0, 1))
    assert all(text.endswith("ALI, S.PD") and text != "ALI, S.PD" for text in _titled("ALI, S.PD", 0, 1))
    assert set(_titled("H. ALI, S.PD", 0, 1)) == {"H. ALI, S.PD"}
