"""The guide to specs knows every kind, kernel, relation, form and key that the code knows."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from linkage.spec import FIELD_KINDS, KERNELS, FieldSpec, LinkageSpec, OlderRegion, RuleSpec, parse_spec
from linkage.spec.comparison_checks import KINDS_OF_KERNELS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "spec.md"


def test_the_example_of_the_guide_is_complete_and_valid():
    example = re.search(r"This small one is\s+complete:\n\n```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert example is not None
    assert parse_spec(example[1]).name == "members"


def guide_row(section: str, word: str) -> str:
    """The row of a table in a section of the guide that begins with this word."""
    text = GUIDE.read_text(encoding="utf-8").partition(f"\n{section}\n")[2]
    row = re.search(rf"^\| `{word}`[ ,].*$", re.split(r"^##", text, flags=re.MULTILINE)[0], re.MULTILINE)
    assert row is not None, f"{word} is not in {section}"
    return row[0]


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_the_guide_lists_every_kind_with_its_key_forms(kind):
    for form in FIELD_KINDS[kind]:
        assert f"`{form}`" in guide_row("## `[[field]]`", kind)


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_guide_lists_every_kernel_with_its_relations(kernel):
    row = guide_row("### Kernels", kernel)
    for relation in KERNELS[kernel] or ():
        assert f"`{relation}`" in row


def test_the_guide_lists_for_each_kind_of_field_the_kernels_that_fit_it():
    told = GUIDE.read_text(encoding="utf-8").partition("| field of kind | kernels for it |\n")[2].partition("\n\n")[0]
    rows = (re.findall("`([a-z_]+)`", line) for line in told.splitlines()[1:])
    fitting = {kind: set(kernels) for kind, *kernels in rows}
    every = {kind for kinds in KINDS_OF_KERNELS.values() for kind in kinds}
    assert fitting == {kind: {kernel for kernel, kinds in KINDS_OF_KERNELS.items() if kind in kinds} for kind in every}


KEYS = {
    "## Top level": [
        item.name for item in dataclasses.fields(LinkageSpec) if item.name not in ("fields", "comparisons", "rules")
    ],
    "## `[[field]]`": [item.name for item in dataclasses.fields(FieldSpec)],
    "## `[[rule]]`": [item.name for item in dataclasses.fields(RuleSpec)],
    "## `[[older_regions]]`": [item.name for item in dataclasses.fields(OlderRegion)],
}


@pytest.mark.parametrize(("section", "key"), [(section, key) for section, keys in KEYS.items() for key in keys])
def test_the_guide_explains_every_key(section, key):
    assert len(guide_row(section, key).split()) > 5
