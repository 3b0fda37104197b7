"""Whoever reads an explanation in Indonesian reads Indonesian, whatever kernel a level comes from."""

import pytest

from linkage.spec import KERNELS
from linkage.words.levels import level_word


@pytest.mark.parametrize("relation", sorted({name for offered in KERNELS.values() for name in offered or ()}))
def test_every_relation_of_a_kernel_has_words_in_both_languages(relation: str) -> None:
    assert level_word(relation, "id") != relation.replace("_", " ")
    assert level_word(relation, "en") == relation.replace("_", " ")
