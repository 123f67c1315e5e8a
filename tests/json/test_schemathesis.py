"""Made-up requests against everything OpenAPI describes: no answer is unforeseen, and each is as it is described."""

# The checks of schemathesis are generic over a type that no caller can name.
# pyright: reportUnknownVariableType=false

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

CHECKS: list[Any] = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
NOTHING_TO_GET_WRONG = {"GET /health/live", "GET /health/ready", "GET /api/v1/people/{id}"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies", "ignore:Use 'content")
def test_every_operation_answers_as_described(client: TestClient, published: Any, mode: GenerationMode) -> None:
    """Requests that fit the description, and requests that do not; on a lesson that exists as on what does not."""
    lesson = published()["id"]
    schema: Any = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    silent: set[str] = set()

    def fuzz(operation: Any) -> None:
        @seed(1)
        @settings(max_examples=6, deadline=None, database=None, suppress_health_check=SLOW)
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            if mode is GenerationMode.POSITIVE and "lessons/{id}" in case.path:
                case.path_parameters["id"] = lesson
            case.validate_response(client.request(**case.as_transport_kwargs()), checks=CHECKS)

        try:
            holds()
        except Unsatisfiable:
            silent.add(operation.label)

    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == len({o.label for o in operations}) >= 42
    for operation in operations:
        fuzz(operation)
    assert silent == (NOTHING_TO_GET_WRONG if mode is GenerationMode.NEGATIVE else set())
