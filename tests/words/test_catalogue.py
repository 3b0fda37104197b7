"""Every feature and finding has words, in both languages, and they hold no value of a resident."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from linkage.models.linkage_model import from_json
from linkage.spec import load_builtin_spec
from linkage.words.catalogue import (
    Finding,
    is_said,
    label,
    level_label,
    number_text,
    topic_label,
    topic_of,
    topics,
)

WORDS = tomllib.loads((resources.files("linkage.words") / "data/words.toml").read_text(encoding="utf-8"))
SENTENCES = {f"{topic}.{name}": entry for topic, own in WORDS["sentence"].items() for name, entry in own.items()}


def shipped_features() -> tuple[str, ...]:
    data = (resources.files("linkage") / "models" / "data" / "residents.json").read_bytes()
    supervised = from_json(data).supervised
    assert supervised is not None
    return supervised.feature_names


def test_every_feature_of_the_shipped_model_speaks_under_one_topic_and_no_other_does() -> None:
    listed = [name for entry in WORDS["topic"].values() for name in entry.get("features", ())]
    assert sorted(listed) == sorted(shipped_features())
    assert len(set(listed)) == len(listed)
    assert {topic_of(name) for name in shipped_features()} == set(topics().values())


def test_every_comparison_of_the_residents_spec_has_a_topic() -> None:
    combined = {name for entry in WORDS["topic"].values() for name in entry.get("comparisons", ())}
    spec = load_builtin_spec()
    assert combined == {item.name for item in spec.comparisons if item.combine}
    assert all(f"level_{item.name}" in topics() for item in spec.comparisons)


def test_every_level_a_resident_can_reach_has_a_sentence() -> None:
    asked = {"nama_ibu": "mother", "nama_ayah": "father", "tgl_entri": "entry", "tempat_lahir": "birthplace",
             "jenis_kelamin": "sex", "alamat": "address", "no_akta_lhr": "certificate", "nama": "name"}  # fmt: skip
    for item in load_builtin_spec().comparisons:
        for level in item.level_names[1:] if item.name in asked else ():
            assert is_said(f"{asked[item.name]}.{level}"), (item.name, level)


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_a_sentence_stands_in_both_languages_with_the_same_blanks_and_no_full_stop(key: str) -> None:
    entry = SENTENCES[key]
    assert set(entry) == {"leans", "id", "en"}
    assert entry["leans"] in (-1, 0, 1)
    assert entry["id"] != entry["en"] or key == "comparison.level"
    blanks = [sorted(re.findall(r"\{(\w+)\}", entry[language])) for language in ("id", "en")]
    assert blanks[0] == blanks[1]
    for language in ("id", "en"):
        assert not entry[language].endswith(".")
        assert entry[language][:1] in "{0123456789" or entry[language][0].isupper()


def test_every_topic_label_and_field_is_called_something_in_both_languages() -> None:
    for table in ("topic", "label", "field", "level"):
        for name, entry in WORDS[table].items():
            assert entry["id"], (table, name)
            assert entry["en"], (table, name)
    assert topic_label("birth", "id") == "Tanggal lahir"
    assert topic_label("level_house_number", "id") == "house number", (
        "a comparison of another spec is called by its name"
    )


def test_every_level_of_the_residents_spec_is_called_something_in_both_languages() -> None:
    for item in load_builtin_spec().comparisons:
        for language in ("id", "en"):
            said = [level_label(level, language) for level in item.level_names]
            assert len(set(said)) == len(said), (item.name, said)
        for level in item.level_names:
            assert level_label(level, "id") != level.replace("_", " "), (item.name, level)
    assert level_label("one_token_off", "id") == "one token off", "a level of another spec is called by its name"


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert number_text(50_000, "id") == "50.000"
    assert number_text(50_000, "en") == "50,000"
    assert number_text(-1234.5, "id", decimals=2, sign=True) == "-1.234,50"
    assert number_text(3.14159, "en", decimals=2, sign=True) == "+3.14"


def test_a_finding_fills_its_blanks_and_translates_names() -> None:
    few = Finding("name.few", {"count": 3, "total": 50_000})
    assert few.say("id") == "Hanya 3 dari 50.000 data bernama demikian"
    assert few.say("en") == "Only 3 of 50,000 records bear it"
    assert Finding("missing.one", {"field": "nama_ayah"}).say("id") == "Ayah tidak diketahui pada satu data"
    assert Finding("missing.one", {"field": "house_number"}).say("en") == "house number not known on one record"
    assert Finding("comparison.level", {"name": "street", "level": "same_street"}).say("id") == "street: jalan sama"
    assert label("no_rules", "id") == "tidak ada"
