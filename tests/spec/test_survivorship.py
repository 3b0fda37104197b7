"""The rules of survivorship in a spec: read whole, or refused where nothing can follow them; linking knows none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import SpecError
from linkage.proposal.spec_text import Comments, spec_text
from linkage.spec import DEFAULT_SURVIVORSHIP, load_builtin_spec, parse_spec, spec_from_dict
from linkage.spec.survivorship import (
    ADDRESS_FIELDS,
    RECORD_FIELDS,
    SURVIVORSHIP_RULES,
    SurvivorshipRules,
    check_survivorship,
)
from tests.spec.small_spec import SMALL


def rules(*lines: str) -> SurvivorshipRules:
    """Those of the small spec with these lines in its table."""
    return parse_spec(SMALL + "\n".join(["\n[survivorship]", *lines])).survivorship


def test_the_built_in_spec_states_the_rules_of_a_spec_without_the_table():
    assert load_builtin_spec().survivorship == parse_spec(SMALL).survivorship == DEFAULT_SURVIVORSHIP == rules()


def test_a_table_without_a_default_leaves_the_fields_it_does_not_name_as_they_are():
    told = rules('town = ["recency"]', 'agama = ["certificate"]')
    assert told.of("town") == ("recency",)
    assert told.of("agama") == ("certificate",)
    for field in ("nama", "pekerjaan", "gol_darah"):
        assert told.of(field) == DEFAULT_SURVIVORSHIP.of(field)


def test_a_default_speaks_for_every_field_that_is_not_named():
    told = rules('default = ["recency"]', 'town = ["completeness", "recency"]')
    assert [told.of(field) for field in ("town", "nama", "gol_darah")] == [
        ("completeness", "recency"), ("recency",), ("recency",)
    ]  # fmt: skip


def test_sources_stand_in_their_order_and_unknown_ones_after_all():
    told = rules('name = ["source_rank"]', 'rank_by = "town"', 'rank = ["LOKET", "JEMPUT_BOLA"]')
    assert [told.place(source) for source in ("LOKET", " loket ", "JEMPUT_BOLA", "", "MIGRASI")] == [0, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("lines", "problem", "where"),
    [
        (['name = ["newest"]'], "unknown rule 'newest'", "survivorship name"),
        (['nmae = ["recency"]'], "unknown field 'nmae'", "survivorship"),
        (['name = ["recency", "recency"]'], "two rules are called 'recency'", "survivorship name"),
        (["name = []"], "no rule is named", "survivorship name"),
        (["default = []"], "no rule is named", "survivorship default"),
        (['name = "recency"'], "must be a list of texts", "survivorship"),
        (['nik = ["recency"]'], "an order of its own", "survivorship nik"),
        (['name = ["source_rank"]'], "needs an order of sources", "survivorship name"),
        (['rank = ["A"]'], "belong together", "survivorship"),
        (['rank_by = "town"'], "belong together", "survivorship"),
        (['rank_by = "chanel"', 'rank = ["A"]'], "unknown field 'chanel'", "survivorship rank_by"),
        (['rank_by = "town"', 'rank = ["LOKET", "Loket"]'], "two sources are called", "survivorship rank"),
    ],
)
def test_what_nothing_can_follow_is_refused_with_the_place(lines, problem, where):
    with pytest.raises(SpecError, match=problem) as refused:
        rules(*lines)
    assert refused.value.where == f"spec, {where}"


def test_a_table_that_is_none_is_refused():
    with pytest.raises(SpecError, match="must be a table"):
        parse_spec("survivorship = 3\n" + SMALL)


@pytest.mark.parametrize("field", ["nik", *sorted(ADDRESS_FIELDS | RECORD_FIELDS)])
def test_what_has_an_order_of_its_own_cannot_be_listed(field):
    with pytest.raises(SpecError) as refused:
        check_survivorship(SurvivorshipRules(fields=((field, ("recency",)),)), [field])
    assert refused.value.remedy.startswith("Leave")


def test_linking_has_another_digest_than_the_rules():
    plain, other = parse_spec(SMALL), parse_spec(SMALL + '\n[survivorship]\ndefault = ["recency"]\n')
    assert plain.digest() == other.digest()
    assert plain.survivorship.digest() != other.survivorship.digest()


def test_in_which_order_fields_are_named_does_not_matter_and_that_of_their_rules_does():
    one, two = 'town = ["recency", "completeness"]', 'name = ["recency"]'
    assert rules(one, two).digest() == rules(two, one).digest()
    assert rules(one).digest() != rules('town = ["completeness", "recency"]').digest()


def test_a_spec_of_an_earlier_version_has_the_rules_of_the_package():
    stored = parse_spec(SMALL).to_dict()
    del stored["survivorship"]
    assert spec_from_dict(stored) == parse_spec(SMALL)


@pytest.mark.parametrize("damage", [3, {}, {"fields": 1}, {"default": []}])
def test_damaged_rules_of_a_stored_spec_are_refused(damage):
    stored = parse_spec(SMALL).to_dict()
    with pytest.raises(SpecError):
        spec_from_dict(stored | {"survivorship": damage})


def orders(known: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(known), min_size=1, unique=True).map(tuple)


@st.composite
def chosen(draw: st.DrawFn) -> SurvivorshipRules:
    """Any rules that the small spec may state."""
    rank = draw(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), max_size=3))
    folded = [" ".join(name.split()).casefold() for name in rank]
    rank = [name for place, name in enumerate(rank) if folded[place] not in folded[:place]]
    known = SURVIVORSHIP_RULES if rank else tuple(rule for rule in SURVIVORSHIP_RULES if rule != "source_rank")
    named = draw(st.dictionaries(st.sampled_from(["name", "town", "born", "nama"]), orders(known)))
    return SurvivorshipRules(tuple(named.items()), draw(orders(known)), "town" if rank else "", tuple(rank))


@given(chosen())
def test_a_spec_with_any_rules_comes_back_from_its_text_and_from_a_manifest(told):
    lines = spec_text(parse_spec(SMALL), Comments())
    spec = spec_from_dict(parse_spec(lines).to_dict() | {"survivorship": json.loads(json.dumps(vars(told)))})
    assert spec.survivorship == told
    assert spec.survivorship.digest() == told.digest()
    assert parse_spec(spec_text(spec, Comments())) == spec
