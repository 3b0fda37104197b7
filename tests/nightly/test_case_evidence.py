"""What the queue is given beside values: why each pair of a case has its weight, and who is on the records' cards."""

from __future__ import annotations

import json
import random
import sqlite3

import pytest

from linkage.lookback.explanation import explain_pairs
from linkage.models.linkage_model import to_json
from linkage.nightly import derived
from linkage.nightly.families import MOST_SHOWN
from linkage.words.kept import from_json, without_details
from tests.nightly.test_supervised import PEOPLE, extracts, model, put  # noqa: F401 - a fixture
from tests.small_register import DENPASAR, SEMARANG, denpasar, people, semarang


def rows(project, query):
    connection = sqlite3.connect(project.home / "workspace" / "queue.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def kept_pairs(project):
    """The evidence of every pair of the open cases."""
    pairs = rows(
        project,
        """select left_id, right_id, explained, match_weight_log2 from case_pair
           join review_case on review_case.id = case_pair."case" where closed_at is null""",
    )
    assert all(explained for _, _, explained, _ in pairs)
    kept = {(left, right): from_json(json.loads(explained), left, right) for left, right, explained, _ in pairs}
    for left, right, _, weight in pairs:
        assert sum(bits for _, bits in kept[left, right].terms("id")) == pytest.approx(weight, abs=1e-9)
    return kept


def check_as_explained_later(project, night):
    """What the queue keeps of a pair is what ``explain`` says of the night's run."""
    kept = kept_pairs(project)
    told = explain_pairs(sorted(kept), night.folder)
    assert [kept[pair] for pair in sorted(kept)] == [without_details(item) for item in told]
    return kept


def test_a_pair_in_the_queue_is_explained_as_explain_does_under_comparisons(project):
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("5171_full_20260601_1.csv", denpasar())
    kept = check_as_explained_later(project, project.run())
    assert {item.model for item in kept.values()} == {"fellegi_sunter"}
    project.put("5171_delta_20260602_2.csv", [denpasar()[3] | {"ALAMAT": "JL MAWAR 5"}])
    check_as_explained_later(project, project.run())


def test_a_pair_in_the_queue_is_explained_as_explain_does_under_trees_that_ask_families(
    nightly, model, monkeypatch  # noqa: F811 - the fixture
):  # fmt: skip
    monkeypatch.setattr(derived, "LARGEST_SHARE", 0)
    project = nightly()
    (project.home / "model.json").write_bytes(to_json(model))
    with project.file.open("a", encoding="utf-8") as stream:
        stream.write('\n[model]\npath = "model.json"\n')
    put(project, "3374_full_20260601_1.csv", PEOPLE)
    kept = check_as_explained_later(project, project.run())
    assert {item.model for item in kept.values()} == {"supervised"}
    assert any(finding.key == "family.kin_on_both" for item in kept.values() for finding in item.family.findings)
    for night in (1, 2):
        put(project, f"3374_full_202606{night + 10}_{night + 1}.csv", extracts(random.Random(night), PEOPLE))
        result = project.run()
        assert result.manifest.options["full"] is False
        check_as_explained_later(project, result)


# --- families

CARD, OTHER_CARD = "3374010101100001", "3374010101100002"


def shown_families(project):
    """The names on the card of each record in an open case that has a family, by record id."""
    found = rows(
        project,
        """select record_id, family from record_value
           join review_case on review_case.id = record_value."case" where closed_at is null and family is not null""",
    )
    return {record: [dict(values)["nama"] for _, values in json.loads(family)] for record, family in found}


def family(count, *, seed=21):
    """A record that is entered twice, the second time on another card, and its family, oldest first."""
    members = people(count + 1, SEMARANG, seed=seed)
    members = [row | {"NO_KK": CARD, "TGL_LHR": f"0{place % 9 + 1}-03-{1950 + place}", "NIK": ""}
               for place, row in enumerate(members)]  # fmt: skip
    one = people(60, SEMARANG, seed=seed + 1)[59] | {"NO_KK": CARD}
    again = one | {"NO_KK": OTHER_CARD, "ALAMAT": "JL LAIN 7"}
    return [one, again], members[:count]


@pytest.fixture
def started(project):
    """A function that runs the first night of a project with these residents, and returns it."""

    def start(*residents, elsewhere=()):
        project.put("3374_full_20260601_1.csv", [*people(40, SEMARANG, seed=5), *residents])
        project.put("5171_full_20260601_1.csv", [*people(40, DENPASAR, seed=6), *elsewhere])
        project.run()
        return project

    return start


def test_the_family_of_a_record_are_the_others_of_its_card_that_its_office_sent_oldest_first(started):
    twice, members = family(3)
    stranger = people(1, DENPASAR, seed=30)[0] | {"NO_KK": CARD}
    project = started(*twice, *reversed(members), elsewhere=[stranger])
    names = [row["NAMA_LGKP"] for row in members]
    assert list(shown_families(project).values()) == [names]


@pytest.mark.parametrize(("count", "shown"), [(MOST_SHOWN + 3, MOST_SHOWN), (24, 0)])
def test_of_a_large_family_some_are_shown_and_of_a_card_that_is_no_family_nobody(started, count, shown):
    twice, members = family(count)
    project = started(*twice, *members)
    assert project.cases()
    assert [len(names) for names in shown_families(project).values()] == ([shown] if shown else [])


def test_who_comes_to_a_card_and_who_leaves_it_is_shown_the_next_morning_though_the_case_stays(started):
    twice, members = family(2)
    project = started(*twice, *members)
    before = project.cases()
    newborn = people(1, SEMARANG, seed=77)[0] | {"NO_KK": CARD, "TGL_LHR": "05-05-2026", "NIK": ""}
    project.put("3374_delta_20260602_2.csv", [newborn])
    result = project.run()
    assert (result.manifest.options["full"], result.load.refreshed) == (False, 0)
    names = [row["NAMA_LGKP"] for row in [*members, newborn]]
    assert list(shown_families(project).values()) == [names]
    project.put("3374_full_20260603_3.csv", [*people(40, SEMARANG, seed=5), *twice, members[0], newborn])
    project.run()
    assert list(shown_families(project).values()) == [[names[0], names[2]]]
    assert project.cases() == before
