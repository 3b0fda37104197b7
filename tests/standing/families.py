"""Invented families, some of them recorded twice, and a model that asks the families of every pair."""

from __future__ import annotations

import random

import numpy as np

from linkage.decision.agreement import compare_records
from linkage.features.matrix import feature_matrix
from linkage.models.boosting.trees import Boosting, Tree
from linkage.models.calibration import Calibration
from linkage.models.linkage_model import LinkageModel
from linkage.models.prevalence import TrainingShare
from linkage.models.supervised import SupervisedModel
from linkage.stages.facts import record_facts
from linkage.stages.scoring import pair_evidence
from tests.small_register import COLUMNS, SEMARANG, people

ALL_COLUMNS = (
    *COLUMNS, "RT", "RW", "KECAMATAN", "NIK_IBU", "NIK_AYAH", "NO_AKTA_LHR", "AGAMA", "SHDK", "STAT_KWN",
    "FLAG_STATUS", "TGL_ENTRI",
)  # fmt: skip
FAMILY_FEATURES = ("kin_on_both", "kin_on_one", "same_day_kin", "rival_margin", "rival_own_weight")


def families(count, *, seed):
    """Families of two to five on one card, with a twin here and there; every third is recorded twice, on another."""
    draw = random.Random(seed)
    rows = []
    persons = people(5 * count, SEMARANG, seed=seed)
    for number in range(count):
        members = persons[5 * number : 5 * number + draw.randint(2, 5)]
        mother = members[0]
        for place, person in enumerate(members):
            person.update(
                dict.fromkeys(ALL_COLUMNS[len(COLUMNS) :], ""),
                NO_KK=mother["NO_KK"], ALAMAT=mother["ALAMAT"], RT=str(number % 9 + 1), RW=str(number % 4 + 1),
                AGAMA=draw.choice(["ISLAM", "KRISTEN", ""]), TGL_ENTRI=draw.choice(["", "05-06-2011"]),
            )  # fmt: skip
            if place > 1:
                person.update(NAMA_LGKP_IBU=mother["NAMA_LGKP"], NIK_IBU=mother["NIK"], SHDK="4")
        if len(members) > 3:
            elder = members[2]
            born = {name: elder[name] for name in ("TGL_LHR", "JENIS_KLMIN", "NAMA_LGKP_AYAH", "TMPT_LHR")}
            members[3].update(born, NIK=elder["NIK"][:12] + "0999")
        rows += members
        if number % 3 == 0:
            card = mother["NO_KK"][:12] + f"{number + 9001:04d}"
            rows += [damaged(draw, person | {"NO_KK": card}) for person in members[: draw.randint(1, len(members))]]
    return rows


def damaged(draw, person):
    """A person recorded once more, by an office that wrote something else."""
    names = person["NAMA_LGKP"].split()
    slips = [
        {"NIK": ""},
        {"NIK": person["NIK"][:12] + f"{draw.randint(1, 99):04d}", "ALAMAT": ""},
        {"NAMA_LGKP": names[0], "NIK": ""},
        {"TGL_LHR": person["TGL_LHR"][-4:], "NAMA_LGKP_IBU": ""},
        {"NAMA_LGKP": person["NAMA_LGKP"].replace("A", "E", 1), "TMPT_LHR": ""},
    ]
    return person | draw.choice(slips)


def asking_model(linked, features=FAMILY_FEATURES, *, seed=0):
    """Return a model on top of the weights of a run, in which some features of the family decide much.

    Every other feature moves a pair a little at several of the values it has in that run, so that none may differ.
    """
    records, spec, chosen = linked.records, linked.spec, linked.chosen
    people_, weight = record_facts(records, spec.older_regions), linked.survivors.weight + chosen.model.prior_log2odds
    agreements = compare_records(people_, linked.facts)
    evidence = pair_evidence(
        linked.survivors, weight, records, spec, people_, linked.facts, agreements, linked.frequencies
    )
    columns, matrix = feature_matrix(evidence)
    names = tuple(item.name for item in columns)
    draw = random.Random(seed)
    certain = [names.index("fs_weight")] * 8
    trees = [
        stump(place, bits, False, -0.7, 0.7)
        for place, bits in zip(certain, np.arange(4.0, 36.0, 4.0).tolist(), strict=True)
    ]
    for place, name in enumerate(names):
        if name in FAMILY_FEATURES:
            continue
        values = np.unique(matrix[~np.isnan(matrix[:, place]), place])
        for value in values[:: max(1, values.size // 5)].tolist():
            trees.append(stump(place, value, draw.random() < 0.5, *(draw.uniform(-0.04, 0.04) for _ in range(2))))
    for name in features:
        column = matrix[:, names.index(name)]
        values = np.unique(column[~np.isnan(column)])
        for value in values[:: max(1, values.size // 8)].tolist():
            trees.append(stump(names.index(name), value, draw.random() < 0.5, draw.uniform(-1, 0), draw.uniform(0, 1)))
    scorer = Boosting(0.0, tuple(trees), len(names))
    supervised = SupervisedModel(
        names,
        tuple(item.group for item in columns),
        tuple(item.direction for item in columns),
        scorer,
        Calibration((0.0,), (0.0,), 1.0, 1.0),
        TrainingShare(0.5),
    )
    return LinkageModel(chosen.model, supervised)


def stump(feature, threshold, missing_left, low, high):
    """A tree of one split."""
    return Tree((feature, -1, -1), (threshold,), (missing_left,), (low, high), (1, 1))
