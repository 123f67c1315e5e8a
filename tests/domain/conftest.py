"""Kari acts, at a clock that moves a minute with every look; `decided` tells what was recorded."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from domain.acting import acting
from domain.aggregate import Aggregate, Event

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)

Decided = Callable[[Aggregate], list[tuple[str, dict[str, Any]]]]


@pytest.fixture(autouse=True)
def kari() -> Iterator[None]:
    minutes = count()
    with acting("kari", request_id="request-1", clock=lambda: BEGIN + timedelta(minutes=next(minutes))):
        yield


@pytest.fixture
def decided() -> Decided:
    """The topic and own fields of each event recorded since the last call; what is left out is None or empty."""

    def collect(aggregate: Aggregate) -> list[tuple[str, dict[str, Any]]]:
        return [
            (
                event.topic,
                {n: v for n in type(event).model_fields if n not in Event.model_fields and (v := getattr(event, n))},
            )
            for event in aggregate.collect_events()
        ]

    return collect
