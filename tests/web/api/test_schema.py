"""Whatever is sent to the API, it answers as its schema says: no failure, no undeclared status, no undeclared field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.config import SchemathesisConfig
from starlette.testclient import TestClient

from linkage.web.api.routes import router
from tests.oracles.queue_cases import make_case
from tests.web.api.conftest import Caller

REFUSED = {"positive_data_acceptance": {"expected-statuses": ["2xx", "401", "403", "404", "409", "422", "429", "503"]}}
"""What fits the schema may still break a rule of the queue, which no schema can tell, such as a reason of blanks."""

OPERATIONS = sorted(
    (method, route.path) for route in router.routes for method in route.methods if route.include_in_schema
)


@pytest.fixture
def asker(caller: Caller, load: Callable[..., Sequence[int]]) -> TestClient:
    """Somebody of the centre, before a queue with some cases."""
    load(make_case("a", "b"), make_case("c", "d", kind="SHARED_NIK"), make_case("e", "f", scope="32"))
    return caller("kirana")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_the_api_answers_as_it_says(app: FastAPI, asker: TestClient, method: str, path: str) -> None:
    headers = {"Authorization": asker.headers["authorization"]}
    config = SchemathesisConfig.from_dict({"base-url": "https://localhost", "headers": headers, "checks": REFUSED})
    schema = schemathesis.openapi.from_dict(asker.get("/api/v1/openapi.json").json(), config=config)
    schema.app = app
    operation = schema[path][method]

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        case.call_and_validate(headers=headers)

    answers()
