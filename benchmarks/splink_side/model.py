"""Splink's settings for the residents' register: blocking rules, comparisons, and the rules it trains on."""

from __future__ import annotations

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on
from splink.blocking_rule_library import CustomRule

RULES = [
    block_on("nik"),
    block_on("nik12"),
    block_on("nama_urut", "tahun"),
    block_on("dob", "nama_awal"),
    block_on("dob", "nama_akhir"),
    block_on("dob", "ibu_awal"),
    block_on("dob", "ayah_awal"),
    block_on("nama_bunyi", "ibu_bunyi"),
    block_on("ibu_bunyi", "ayah_bunyi", "sex"),
    block_on("kk", "sex"),
    block_on("akta"),
    block_on("nama_awal", "ibu_awal", "tempat", "tahun"),
    CustomRule("l.dob = r.dob_tukar and l.nama_bunyi = r.nama_bunyi"),
]
"""Which pairs are compared. Chosen on the hard register of 50,000: more rules found no more true pairs."""

CERTAIN = [
    block_on("nik", "nama_awal"),
    "l.nama_bunyi = r.nama_bunyi and l.dob = r.dob and l.ibu_bunyi = r.ibu_bunyi",
    "l.akta = r.akta and l.nama_awal = r.nama_awal",
]
"""Pairs that can be counted on, to estimate how common matches are."""
CERTAIN_RECALL = 0.6

TRAINING = [block_on("nik"), block_on("nama_bunyi", "ibu_bunyi")]
"""EM runs on the pairs of each; a comparison is learned by those that do not block on it."""


def _level(condition: str, label: str) -> cll.CustomLevel:
    return cll.CustomLevel(condition, label)


def _missing(condition: str) -> cll.CustomLevel:
    return cll.CustomLevel(condition, "missing").configure(is_null_level=True)


def _name() -> cl.CustomComparison:
    """Compare names: the same, the same to the ear, in another order, one part of the other, alike."""
    return cl.CustomComparison(
        output_column_name="nama",
        comparison_levels=[
            cll.NullLevel("nama"),
            cll.ExactMatchLevel("nama").configure(tf_adjustment_column="nama"),
            _level("nama_urut_l = nama_urut_r", "same to the ear, any order").configure(
                tf_adjustment_column="nama_urut", disable_tf_exact_match_detection=True, tf_minimum_u_value=1e-6
            ),
            _level("list_has_all(nama_kata_l, nama_kata_r) or list_has_all(nama_kata_r, nama_kata_l)", "part"),
            _level("jaro_winkler_similarity(nama_bunyi_l, nama_bunyi_r) >= 0.92", "near"),
            _level("jaro_winkler_similarity(nama_urut_l, nama_urut_r) >= 0.88", "nearly near"),
            _level(
                "list_has_any(nama_kata_l, nama_kata_r) or jaro_winkler_similarity(nama_urut_l, nama_urut_r) >= 0.92",
                "a word in common",
            ),
            _level("jaro_winkler_similarity(nama_bunyi_l, nama_bunyi_r) >= 0.80", "alike"),
            _level("jaro_winkler_similarity(nama_bunyi_l, nama_bunyi_r) >= 0.65", "a little alike"),
            cll.ElseLevel(),
        ],
    )


_DAY = "dob_l = dob_r"


def _nik_and_date(distance: str) -> cl.CustomComparison:
    """Compare NIK and birth date together: a NIK contains the date."""
    date_close = f"(dob_l = dob_tukar_r or {distance}(dob_angka_l, dob_angka_r) <= 1)"
    nik_close = f"{distance}(nik_l, nik_r) <= 2"
    return cl.CustomComparison(
        output_column_name="nik_dan_tanggal",
        comparison_levels=[
            _missing("dob_l is null or dob_r is null"),
            _level(f"nik_l = nik_r and {_DAY}", "NIK and date"),
            _level("nik_l = nik_r", "NIK"),
            _level(f"nik12_l = nik12_r and {_DAY}", "office and date, another serial"),
            _level(f"{nik_close} and {_DAY}", "NIK nearly, and date"),
            _level("nik12_l = nik12_r", "office and the date within"),
            _level(nik_close, "NIK nearly"),
            _level(f"{_DAY} and (nik_l is null or nik_r is null)", "date, a NIK missing"),
            _level(_DAY, "date, another NIK"),
            _level(date_close, "date nearly"),
            _level("year(dob_l) = year(dob_r) and month(dob_l) = month(dob_r)", "month"),
            _level("year(dob_l) = year(dob_r)", "year"),
            cll.ElseLevel(),
        ],
    )


_MOTHER = "(ibu_bunyi_l = ibu_bunyi_r or jaro_winkler_similarity(ibu_bunyi_l, ibu_bunyi_r) >= 0.92)"
_FATHER = "(ayah_bunyi_l = ayah_bunyi_r or jaro_winkler_similarity(ayah_bunyi_l, ayah_bunyi_r) >= 0.92)"
_NO_MOTHER = "(ibu_l is null or ibu_r is null)"
_NO_FATHER = "(ayah_l is null or ayah_r is null)"
_NEAR_MOTHER = "(ibu_awal_l = ibu_awal_r or jaro_winkler_similarity(ibu_bunyi_l, ibu_bunyi_r) >= 0.8)"
_NEAR_FATHER = "(ayah_awal_l = ayah_awal_r or jaro_winkler_similarity(ayah_bunyi_l, ayah_bunyi_r) >= 0.8)"


def _family() -> cl.CustomComparison:
    """Compare what a household shares as one: card, parents, address."""
    return cl.CustomComparison(
        output_column_name="keluarga",
        comparison_levels=[
            _missing(
                "(ibu_l is null or ibu_r is null) and (ayah_l is null or ayah_r is null) and kk_l is distinct from kk_r"
            ),
            _level(f"kk_l = kk_r and {_MOTHER} and {_FATHER}", "card and parents"),
            _level(f"kk_l = kk_r and ({_NEAR_MOTHER} or {_NEAR_FATHER})", "card and a parent"),
            _level("kk_l = kk_r", "card only"),
            _level(f"{_MOTHER} and {_FATHER}", "parents"),
            _level(f"{_NEAR_MOTHER} and {_NEAR_FATHER}", "parents nearly"),
            _level(f"{_MOTHER} and {_NO_FATHER}", "mother, father missing"),
            _level(f"{_FATHER} and {_NO_MOTHER}", "father, mother missing"),
            _level(f"{_MOTHER} or {_FATHER}", "a parent of two"),
            _level(f"{_NEAR_MOTHER} or {_NEAR_FATHER}", "a parent nearly"),
            _level(
                "ibu_l is null or ibu_r is null or ayah_l is null or ayah_r is null", "a parent differs, one missing"
            ),
            cll.ElseLevel(),
        ],
    )


def settings(distance: str) -> SettingsCreator:
    """Return the settings, untrained; ``distance`` is DuckDB's function for NIKs and dates that are nearly equal."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=RULES,
        comparisons=[
            _name(),
            _nik_and_date(distance),
            _family(),
            cl.ExactMatch("sex"),
            cl.JaroWinklerAtThresholds("tempat", [0.9]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("akta"),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
