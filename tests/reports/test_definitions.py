"""One place says what is counted, in two languages."""

import pytest

from linkage.reference.usulan import Status
from linkage.reports.cases import OUTCOMES
from linkage.reports.definitions import definitions, named, part_name, said, unit_name, usulan_statuses
from linkage.review.cases import KINDS
from linkage.review.transitions import CLOSED

RULES = definitions()


def test_every_indicator_and_breakdown_has_a_topic_a_unit_and_words_in_both_languages():
    topics = {topic.key for topic in RULES.topics}
    for one in (*RULES.indicators, *RULES.breakdowns):
        assert one.topic in topics
        for language in ("id", "en"):
            assert one.name[language]
            assert unit_name(one.unit, language)
    assert all(one.means["id"].endswith(".") and one.means["en"].endswith(".") for one in RULES.indicators)
    assert len({one.means["id"] for one in RULES.indicators}) == len(RULES.indicators)


def test_a_share_has_a_denominator_and_a_count_has_none():
    for one in RULES.indicators:
        assert bool(one.over) == (one.unit in ("percent", "day"))


def test_every_closed_state_counts_as_one_outcome():
    assert set(OUTCOMES) == CLOSED


def test_the_lines_of_breakdowns_have_words():
    lines = {
        "found": [f"found.{kind}" for kind in KINDS],
        "age": [f"age.{band}" for band in range(5)],
        "usulan": [f"usulan.{status}" for status in usulan_statuses()],
        "rejected": ["rejected.NAME_MISSING"],
        "code": ["code.NIK_KOSONG"],
        "missing": ["missing.nama_ibu"],
    }
    for one in RULES.breakdowns:
        measures = lines.get(one.key, list(one.measures))
        assert set(named(one.measures, measures)) == set(measures)
        for measure in measures:
            assert part_name(one, measure, "id") not in ("", measure.partition(".")[2])
    assert set(usulan_statuses()) == set(Status)
    assert part_name(next(one for one in RULES.breakdowns if one.key == "age"), "age.4", "id") == "180 hari atau lebih"


def test_a_name_that_ends_in_a_star_stands_for_all_that_begin_so_in_the_order_of_the_definition():
    assert named(["b.*", "a"], ["a", "b.2", "b.1", "b"]) == ("b.2", "b.1", "a")


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_frame_fills_in_what_it_is_given(language):
    assert "2026" in said("semester", language, number=1, year=2026)
    assert len(said("months", language).split()) == 12
