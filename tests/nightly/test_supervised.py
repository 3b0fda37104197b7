"""A project under a supervised model: its nights end as linking everything does, and its ledger keeps the model."""

from __future__ import annotations

import json
import random

import pytest

from linkage.engine.local import LocalEngine
from linkage.lookback.verification import verify_run
from linkage.models.linkage_model import from_json, to_json
from linkage.nightly import derived
from linkage.pipeline import LinkOptions, link_records
from linkage.progress import Silent, Stages
from tests.nightly.test_incremental import lose_derived, standing, told
from tests.small_register import residents_spec, write_csv
from tests.standing.families import ALL_COLUMNS, asking_model, damaged, families
from tests.standing.test_delta import accepted

SPEC = residents_spec()
PEOPLE = families(60, seed=12)


@pytest.fixture(scope="module")
def model():
    rows = dict(enumerate(PEOPLE, start=1))
    options = LinkOptions(latest_year=2026)
    linked = link_records(accepted(rows, SPEC, ALL_COLUMNS), SPEC, options, LocalEngine(1), Stages(Silent()))
    return asking_model(linked)


def put(project, name, rows):
    write_csv(project.home / "inbox" / name, rows, ALL_COLUMNS)


def extracts(draw, rows):
    """A night of one office: some leave, some move to another's card, some are entered once more."""
    cards = [row["NO_KK"] for row in rows]
    kept = [row for row in rows if draw.random() > 0.02]
    moved = [row | {"NO_KK": draw.choice(cards)} if draw.random() < 0.03 else row for row in kept]
    return [*moved, *(damaged(draw, draw.choice(rows)) for _ in range(4))]


@pytest.fixture
def supervised(nightly, model):
    """Make a project under the model, after its first night."""

    def make(name):
        project = nightly(name)
        (project.home / "model.json").write_bytes(to_json(model))
        with project.file.open("a", encoding="utf-8") as stream:
            stream.write('\n[model]\npath = "model.json"\n')
        put(project, "3374_full_20260601_1.csv", PEOPLE)
        project.run()
        return project

    return make


def test_what_changed_and_everything_give_the_same_under_a_model_that_asks_families(supervised, monkeypatch):
    # Of so few residents a large part changes each night.
    monkeypatch.setattr(derived, "LARGEST_SHARE", 0)
    delta, whole = supervised("one"), supervised("other")
    scored_again = 0
    for night in range(1, 4):
        rows = extracts(random.Random(night), PEOPLE)
        results = []
        for project in (delta, whole):
            put(project, f"3374_full_202606{night + 10}_{night + 1}.csv", rows)
            if project is whole:
                lose_derived(project)
            results.append(project.run())
        one, other = results
        assert (one.manifest.options["full"], other.manifest.options["full"]) == (False, False)
        assert standing(delta) == standing(whole)
        assert told(delta, one) == told(whole, other)
        assert delta.queue_content() == whole.queue_content()
        scored_again += one.manifest.counts["pairs_scored_again"]
    assert scored_again > 20
    changes = delta.written(one, "pairs").column("change").to_pylist()
    assert {"added", "changed", "closed"} >= set(changes) > {"added"}


def test_the_ledger_keeps_the_model_of_the_full_run_with_the_share_of_matches_it_found(supervised, model):
    project = supervised("one")
    kept = from_json(project.ledger.model.encode(), spec=SPEC)
    assert kept.supervised.scorer == model.supervised.scorer
    assert kept.supervised.feature_names == model.supervised.feature_names
    put(project, "3374_full_20260611_2.csv", extracts(random.Random(1), PEOPLE))
    result = project.run()
    assert project.ledger.model == to_json(kept).decode()
    said = json.loads((result.folder / "manifest.json").read_text())["model"]
    assert said["supervised"]["prior_shift"] == kept.supervised.prior_shift


def test_nights_under_a_model_that_asks_families_are_repeated_by_verify(supervised):
    project = supervised("one")
    put(project, "3374_full_20260611_2.csv", extracts(random.Random(1), PEOPLE))
    for night in (*project.home.glob("out/*"), project.run().folder):
        said = verify_run(night, rerun=True, engine=LocalEngine(1), observer=Silent())
        assert "their names aside" in said[-1]
