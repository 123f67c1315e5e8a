"""Made-up requests against everything OpenAPI describes: no answer is unforeseen, and each is as it is described."""

# The checks of schemathesis are generic over a type that no caller can name.
# pyright: reportUnknownVariableType=false

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from typing import Any, TypeAlias

import httpx2
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
from tests.sampling import by_turns, enough

CHECKS: list[Any] = [
    *(not_a_server_error, status_code_conformance, content_type_conformance),
    *(response_headers_conformance, response_schema_conformance),
]
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
NOTHING_TO_GET_WRONG = {
    *("GET /health/live", "GET /health/ready", "GET /api/v1/people/{id}", "GET /api/v1/me", "GET /api/v1/me/data"),
    *("GET /api/v1/me/tokens", "DELETE /api/v1/me/sessions", "GET /thesaurus.ttl"),
    *("GET /api/v1/me/searches", "GET /opensearch.xml", "GET /api/v1/missing"),
    *("GET /api/v1/audit/state", "GET /api/v1/audit/checkpoint"),
}
MadeUp: TypeAlias = Sequence[tuple[Any, list[Any]]]
"""Each operation with the requests made up for it; none where the mode leaves nothing to make up."""
OTHERS = ("visitor", "manager", "contributor", "leader", "nce", "auditor", "admin", "reading program")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies", "ignore:Use 'content")
def test_every_operation_answers_as_described(client: TestClient, published: Any, mode: GenerationMode) -> None:
    """Requests that fit the description, and requests that do not; on a lesson that exists as on what does not."""
    requests = made_up(client, mode, examples=enough(6, of=2))
    assert fuzzed(client, requests, mode, published()["id"]) == expected_silent(requests, mode)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with a_world(tmp_path_factory.mktemp("fuzzed") / "data") as world:
        yield world


@pytest.fixture(scope="module")
def requests(world: World) -> Callable[[GenerationMode], MadeUp]:
    """Those of a mode. To make them up takes longer than to send them, and the seed makes the same for everybody."""

    @cache
    def requests(mode: GenerationMode) -> MadeUp:
        with world.client() as client:
            return made_up(client, mode, examples=2)

    return requests


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("part", OTHERS)
@pytest.mark.filterwarnings("ignore:Setting per-request cookies", "ignore:Use 'content")
def test_and_so_it_does_for_everybody(
    world: World, requests: Callable[[GenerationMode], MadeUp], part: str, mode: GenerationMode
) -> None:
    """Each operation by two of them, the next operation by the next two; with WHOLE=1, by all."""
    world.let_in(world.viewers[part])
    sent = by_turns(requests(mode), OTHERS.index(part), of=4)
    with world.client() as client:
        silent = fuzzed(client, sent, mode, str(world.id("lesson public")))
    assert silent == expected_silent(sent, mode)


def made_up(client: TestClient, mode: GenerationMode, *, examples: int) -> MadeUp:
    """For every operation that is described, up to so many requests of the mode; always the same."""
    schema: Any = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    operations: list[Any] = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) == len({o.label for o in operations}) >= 60

    def cases_of(operation: Any) -> list[Any]:
        cases: list[Any] = []

        @seed(1)
        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=SLOW)
        @given(case=operation.as_strategy(generation_mode=mode))
        def make(case: Any) -> None:
            cases.append(case)

        with suppress(Unsatisfiable):
            make()
        return cases

    return [(operation, cases_of(operation)) for operation in operations]


def expected_silent(requests: MadeUp, mode: GenerationMode) -> set[str]:
    asked = {operation.label for operation, _ in requests}
    return asked & NOTHING_TO_GET_WRONG if mode is GenerationMode.NEGATIVE else set()


def fuzzed(client: TestClient, requests: MadeUp, mode: GenerationMode, lesson: str) -> set[str]:
    """The operations for which no request of the mode could be made up; the others have answered as described."""
    for _, cases in requests:
        for case in cases:
            if mode is GenerationMode.POSITIVE and "lessons/{id}" in case.path:
                case.path_parameters["id"] = lesson
            with suppress(httpx2.InvalidURL):  # longer than the client sends
                case.validate_response(client.request(**case.as_transport_kwargs()), checks=CHECKS)
    return {operation.label for operation, cases in requests if not cases}
