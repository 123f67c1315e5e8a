"""A stored row and its event: both ways of reading it agree, and neither believes what it should not."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain.aggregate import Event
from store.mapper import EventMapper, UnreadableEvent
from store.redacting import REDACTED

GOLDEN = Path(__file__).parent.parent / "domain" / "events.golden.jsonl"
EXAMPLES: list[dict[str, Any]] = [json.loads(line) for line in GOLDEN.open("rb")]
ANNE = UUID(int=7)


def read(example: dict[str, Any], state: bytes) -> Event:
    stored = StoredEvent(UUID(example["id"]), example["version"], example["topic"], state)
    return EventMapper().to_domain_event(stored)


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["topic"] for e in EXAMPLES])
def test_it_is_the_same_event_however_it_is_spaced_and_comes_back_as_it_was_written(example: dict[str, Any]) -> None:
    event = read(example, json.dumps(example["state"]).encode())
    assert read(example, json.dumps(example["state"], separators=(",", ":")).encode()) == event
    stored = EventMapper().to_stored_event(event)
    assert EventMapper().to_domain_event(stored) == event
    assert stored.state.startswith(b'{"schema":%d,' % event.schema_version)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")], ids=["close", "wide"])
def test_what_was_removed_from_it_is_no_part_of_the_event(separators: tuple[str, str]) -> None:
    example = EXAMPLES[0]
    state = {**example["state"], REDACTED: {"reason": "cipher"}}
    assert read(example, json.dumps(state, separators=separators).encode()) == read(
        example, json.dumps(example["state"]).encode()
    )


@pytest.mark.parametrize("spaces", [(",", ":"), (", ", ": ")], ids=["close", "wide"])
def test_whose_it_is_says_the_row_and_not_the_state(spaces: tuple[str, str]) -> None:
    example = EXAMPLES[0]
    for state in (
        {**example["state"], "originator_id": str(ANNE), "originator_version": 99},
        {"schema": example["state"]["schema"], "originator_id": str(ANNE), **example["state"]},
    ):
        event = read(example, json.dumps(state, separators=spaces).encode())
        assert (str(event.originator_id), event.originator_version) == (example["id"], example["version"])


@pytest.mark.parametrize(
    "state",
    [b"", b"{", b"{}", b"[]", b'{"schema":1,', b'{"schema":1,}', b'{"schema":1,"x":', b'{"schema":1}',
     b'{"schema":9,"x":1}', b'{"schema":1,"unknown":"anne@example.org"}', b"\xff", b'{"schema":1,"reason":"\xff"}'],
)  # fmt: skip
def test_a_damaged_state_is_refused_and_nothing_of_it_is_told(state: bytes) -> None:
    with pytest.raises(UnreadableEvent) as refused:
        read(EXAMPLES[0], state)
    assert str(refused.value).endswith(f"Aggregate {EXAMPLES[0]['id']}, version {EXAMPLES[0]['version']}.")
    assert "anne" not in str(refused.value)
