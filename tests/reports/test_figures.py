"""Province and nation are sums of the same numerators and denominators."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.reports.definitions import definitions
from linkage.reports.figures import NATION, Figures, tell
from linkage.reports.shown import share

UNITS = st.sampled_from(["1101", "1102", "3201", "3273", "32", ""])


@given(
    st.dictionaries(UNITS, st.integers(0, 10**6), max_size=6), st.dictionaries(UNITS, st.integers(0, 10**6), max_size=6)
)
def test_a_province_and_the_nation_are_sums_never_averages(same, others):
    decided = {unit: same.get(unit, 0) + others.get(unit, 0) for unit in {*same, *others}}
    told = tell(Figures.of({"same": same, "different": others, "decided": decided}), definitions())
    for region in [one for one in told.places if len(one) == 2 or one == NATION]:
        for name, counts in (("same", same), ("decided", decided)):
            whole = sum(number for unit, number in counts.items() if unit.startswith(region))
            assert told.values[told.places[region], told.columns[name]] == whole


def test_a_share_of_a_province_is_not_the_mean_of_its_regencies():
    told = tell(
        Figures.of(
            {
                "same": {"3201": 90, "3273": 100},
                "different": {"3201": 10, "3273": 900},
                "decided": {"3201": 100, "3273": 1000},
            }
        ),
        definitions(),
    )
    shown = [share(told, region, "same", "decided", "en").shown for region in ("3201", "3273", "32")]
    assert shown == ["90.0 %", "10.0 %", "17.3 %"]


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), st.dictionaries(UNITS, st.integers(0, 99))))
def test_figures_come_back_from_their_table(counts):
    figures = Figures.of(counts, ["3201"])
    again = Figures.from_table(figures.table())
    assert (again.units, again.measures) == (figures.units, figures.measures)
    assert np.array_equal(again.values, figures.values)


def test_what_a_report_shows_below_a_region_is_one_tier_below():
    told = tell(Figures.of({"found": {"3201": 9, "3273": 9, "32": 9, "1101": 9, "": 9}}), definitions())
    assert told.below("") == ("11", "32")
    assert told.below("32") == ("3201", "3273")
    assert told.below("3201") == ()
