"""What speaks for and against one person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linkage.review.cases import Standing
from linkage.web.views.case_evidence import CHART, TOLD, bars, evidence
from linkage.words.catalogue import Finding
from linkage.words.explained import EvidenceGroup
from tests.web.views.posed import posed


def test_sentences_speak_for_and_against_without_numbers_unless_asked_for() -> None:
    (pair,) = evidence(posed(), "id", score=False)
    assert pair.supports == ("Nama sama; hanya 900 dari 9.000 data bernama demikian",)
    assert pair.missing
    assert pair.suspicions
    assert pair.family
    assert (pair.probability, pair.weight, pair.bars) == (None, None, ())


def test_numbers_and_the_waterfall_are_there_when_asked_for() -> None:
    (pair,) = evidence(posed(), "id", score=True)
    assert pair.probability == 0.9
    assert [bar.bits for bar in pair.bars] == [1.25, -0.25, 2.5]


def test_what_cannot_be_compared_is_no_reason_for_or_against() -> None:
    case = posed()
    (pair,) = case.pairs
    assert pair.explained is not None
    silent = replace(pair.explained, groups=(*pair.explained.groups, EvidenceGroup("nik", 0.9, (), ())))
    (told,) = evidence(replace(case, pairs=(replace(pair, explained=silent),)), "id", score=False)
    assert told.supports == ("Nama sama; hanya 900 dari 9.000 data bernama demikian",)
    assert told.missing[-1] == "NIK: tidak dapat dibandingkan"


@pytest.mark.parametrize("bits", [1.5, 0.1, -1.5], ids=["for", "little", "against"])
def test_what_the_families_say_is_said_once(bits: float) -> None:
    case = posed()
    (pair,) = case.pairs
    assert pair.explained is not None
    assert pair.explained.family is not None
    weighed = replace(pair.explained, groups=(replace(pair.explained.family, bits=bits),))
    (told,) = evidence(replace(case, pairs=(replace(pair, explained=weighed),)), "id", score=False)
    said = (*told.supports, *told.little, *told.against, told.family)
    assert len([sentence for sentence in said if sentence]) == 1


def test_what_all_fields_add_up_to_is_said_with_the_score_alone() -> None:
    case = posed()
    (pair,) = case.pairs
    assert pair.explained is not None
    summed = replace(pair.explained, groups=(EvidenceGroup("all", 3.0, (Finding("all.for"),), ()),))
    case = replace(case, pairs=(replace(pair, explained=summed),))
    said = "Dijumlahkan, yang sama lebih kuat daripada yang berbeda"
    assert [evidence(case, "id", score=score)[0].supports for score in (False, True)] == [(), (said,)]


def test_without_sentences_the_levels_are_told_in_words() -> None:
    case = posed()
    bare = replace(case, pairs=tuple(replace(pair, explained=None) for pair in case.pairs))
    (pair,) = evidence(bare, "id", score=False)
    assert pair.levels[0] == "Nama lengkap: sama"
    assert pair.told


def test_pairs_to_be_decided_come_before_settled_ones() -> None:
    case = posed({}, {}, {})
    first, *others = case.pairs
    mixed = replace(case, pairs=(replace(first, standing=Standing.DIFFERENT), *others))
    assert [pair.standing.live for pair in evidence(mixed, "id", score=False)] == [True, True, False]


def test_the_most_doubtful_pairs_are_told_in_full_and_the_rest_by_their_numbers() -> None:
    case = posed(*[{}] * 6)
    doubt = [replace(pair, match_probability=1 - place / 100) for place, pair in enumerate(case.pairs)]
    told = evidence(replace(case, pairs=tuple(doubt)), "id", score=False)
    assert (len(told), [pair.told for pair in told]) == (15, [True] * TOLD + [False] * 5)
    assert (told[0].left, told[0].right, told[-1].left, told[-1].right) == (5, 6, 1, 2)


@pytest.mark.parametrize(
    ("steps", "drawn"),
    [
        ([("up", 1.0), ("up", 1.0)], [(0, 200), (200, 200)]),
        ([("down", -3.0), ("up", 4.0)], [(0, 300), (0, 400)]),
        ([("up", 4.0), ("down", -2.0)], [(0, 400), (200, 200)]),
        ([], []),
    ],
)
def test_each_bar_begins_where_the_one_before_ended(
    steps: list[tuple[str, float]], drawn: list[tuple[float, float]]
) -> None:
    assert [(bar.left, bar.width) for bar in bars(steps)] == drawn
    assert all(bar.left + bar.width <= CHART for bar in bars(steps))
