"""What was ever stored stays readable: topics and events that were released are kept in golden files beside this one.

A new topic, or a new schema version of one, is added to `topics.golden` and with a stored example to
`events.golden.jsonl`. Lines are never taken out of either.
"""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain.aggregate import Aggregate
from domain.registry import AGGREGATES, TOPICS, UnknownTopic, aggregate_class, event_class
from store.mapper import EventMapper

HERE = Path(__file__).parent
GOLDEN_EVENTS: list[dict[str, Any]] = [json.loads(line) for line in (HERE / "events.golden.jsonl").open("rb")]


def test_no_topic_is_lost_and_none_is_new() -> None:
    released = (HERE / "topics.golden").read_text("utf-8").splitlines()
    assert sorted(f"{topic} {event.schema_version}" for topic, event in TOPICS.items()) == released


def test_the_topics_of_an_aggregate_begin_with_its_kind() -> None:
    for kind, aggregate in AGGREGATES.items():
        assert {topic.partition(".")[0] for topic in aggregate.events()} == {kind}
        assert all(aggregate_class(topic) is aggregate for topic in aggregate.events())


@pytest.mark.parametrize(
    "topic", ["", "lesson", "lesson.", "lesson.burned", "Lesson.drafted", "os:system", "domain.lesson:Lesson"]
)
def test_a_topic_that_was_never_released_is_refused(topic: str) -> None:
    for look_up in (event_class, aggregate_class):
        with pytest.raises(UnknownTopic) as refused:
            look_up(topic)
        assert str(refused.value) == "A stored event names a topic that this program never released."


def stored(golden: dict[str, Any]) -> StoredEvent:
    state = json.dumps(golden["state"], ensure_ascii=False).encode()
    return StoredEvent(
        originator_id=UUID(golden["id"]), originator_version=golden["version"], topic=golden["topic"], state=state
    )


def test_there_is_a_stored_example_of_every_topic_and_schema_version() -> None:
    examples = {f"{g['topic']} {g['state']['schema']}" for g in GOLDEN_EVENTS}
    assert sorted(examples) == (HERE / "topics.golden").read_text("utf-8").splitlines()


@pytest.mark.parametrize("golden", GOLDEN_EVENTS, ids=[g["topic"] for g in GOLDEN_EVENTS])
def test_a_stored_event_still_says_what_it_said(golden: dict[str, Any]) -> None:
    """Fields that came later may stand beside; of those stored none is lost or changed."""
    event = EventMapper().to_domain_event(stored(golden))
    says = event.model_dump(mode="json")
    assert (event.topic, str(event.originator_id), event.originator_version) == (
        golden["topic"],
        golden["id"],
        golden["version"],
    )
    state = {name: value for name, value in golden["state"].items() if name != "schema"}
    assert {name: says[name] for name in state} == state


def test_the_stored_lives_still_lead_to_the_same_states() -> None:
    lives: dict[str, Aggregate] = {}
    for golden in GOLDEN_EVENTS:
        event = EventMapper().to_domain_event(stored(golden))
        thing = lives.setdefault(golden["id"], aggregate_class(event.topic)(event.originator_id))
        thing.take(event)
    ends = {
        str(id): (t.kind, t.version, str(getattr(t, "state", "")), len(getattr(t, "releases", ())))
        for id, t in lives.items()
        if t.kind != "access"
    }
    assert sum(1 for t in lives.values() if t.kind == "access" and t.version == 1) == 13
    assert ends == {
        "00000000-0000-4000-8000-000000000001": ("programme", 3, "", 0),
        "00000000-0000-4000-8000-000000000002": ("cluster", 10, "", 0),
        "00000000-0000-4000-8000-000000000003": ("lesson", 10, "withdrawn", 1),
        "00000000-0000-4000-8000-000000000004": ("lesson", 4, "superseded", 1),
        "00000000-0000-4000-8000-000000000005": ("case", 5, "withdrawn", 1),
        "00000000-0000-4000-8000-000000000006": ("name", 2, "", 0),
        "00000000-0000-4000-8000-000000000020": ("person", 5, "", 0),
        "00000000-0000-4000-8000-000000000030": ("lesson", 2, "draft", 0),
        "00000000-0000-4000-8000-000000000050": ("invitations", 2, "", 0),
        "00000000-0000-4000-8000-000000000060": ("concept", 3, "", 0),
        "00000000-0000-4000-8000-000000000070": ("process", 42, "", 0),
        "00000000-0000-4000-8000-000000000080": ("adaptation", 4, "", 0),
        "00000000-0000-4000-8000-000000000081": ("programme", 2, "", 0),
        "00000000-0000-4000-8000-000000000090": ("process", 12, "", 0),
        "00000000-0000-4000-8000-000000000114": ("redaction", 1, "", 0),
    }
