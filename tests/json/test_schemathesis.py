"""Made-up requests against everything OpenAPI describes: no answer is unforeseen, and each is as it is described."""

# The checks of schemathesis are generic over a type that no caller can name.
# pyright: reportUnknownVariableType=false

from collections.abc import Iterator
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

from tests.access.world import World, a_world

CHECKS: list[Any] = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
NOTHING_TO_GET_WRONG = {
    *("GET /health/live", "GET /health/ready", "GET /api/v1/people/{id}", "GET /api/v1/me", "GET /api/v1/me/data"),
    *("POST /api/v1/me/erasure", "GET /api/v1/me/tokens", "DELETE /api/v1/me/sessions"),
}
OTHERS = ("visitor", "manager", "contributor", "nce", "auditor", "admin", "reading program")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies", "ignore:Use 'content")
def test_every_operation_answers_as_described(client: TestClient, published: Any, mode: GenerationMode) -> None:
    """Requests that fit the description, and requests that do not; on a lesson that exists as on what does not."""
    silent = fuzzed(client, mode, published()["id"], examples=6)
    assert silent == (NOTHING_TO_GET_WRONG if mode is GenerationMode.NEGATIVE else set())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("fuzzed") / "data") as world:
        yield world


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("part", OTHERS)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies", "ignore:Use 'content")
def test_and_so_it_does_for_everybody(world: World, part: str, mode: GenerationMode) -> None:
    world.let_in(world.viewers[part])
    with world.client() as client:
        silent = fuzzed(client, mode, str(world.id("lesson public")), examples=2)
    assert silent == (NOTHING_TO_GET_WRONG if mode is GenerationMode.NEGATIVE else set())


def fuzzed(client: TestClient, mode: GenerationMode, lesson: str, *, examples: int) -> set[str]:
    """The operations for which no request of the mode could be made up; the others have answered as described."""
    schema: Any = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    silent: set[str] = set()

    def fuzz(operation: Any) -> None:
        @seed(1)
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=SLOW)
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
    assert len(operations) == len({o.label for o in operations}) >= 60
    for operation in operations:
        fuzz(operation)
    return silent
