"""People and pairs to draw from, and the package's decision about them in the oracle's words."""

import numpy as np
import pytest

from linkage.decision.decide import decide
from linkage.decision.evidence import DecisionSettings
from tests.oracles.decision import Case, as_facts


@pytest.fixture(scope="session")
def package_settings():
    """Turn the oracle's settings into the package's."""

    def build(settings):
        links = sorted(tuple(sorted(link)) for link in settings.called_different)
        return DecisionSettings(
            link_threshold=settings.link,
            case_threshold=settings.case,
            review_threshold=settings.review,
            shared_nik_weight=settings.shared_nik_weight,
            max_cluster_size=settings.max_cluster_size,
            cannot_links=np.array(links, np.int32).reshape(-1, 2),
            left_count=settings.left_count,
            guard_answered_at=settings.answered_at,
        )

    return build


@pytest.fixture(scope="session")
def decided(package_settings):
    """Decide about people and pairs: the decision, its cases, and the cluster id of each person."""

    def run(people, pairs, settings):
        decision = decide(*as_facts(people, pairs, settings.guards_weighed), package_settings(settings))
        cases = [
            Case(*(tuple(value) if isinstance(value, list) else value for value in row.values()))
            for row in decision.case_table.to_pylist()
        ]
        return decision, cases, [people[label].id for label in decision.cluster_labels]

    return run
