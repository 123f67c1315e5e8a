"""Another state in the place of a stored one, on both engines: the ledger goes on proving what was there first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import Conflict, Invalid
from domain.lesson import Lesson
from domain.redaction import Redaction
from domain.text import Title
from store.event_store import EventStore
from store.ledger.leaf import digest_of
from store.redacting import REDACTED, pattern_of

WHY = "They asked for it."


def redacted(store: EventStore, lesson: Lesson, words: str) -> Any:
    found = store.redacted(lesson.id, words)
    redaction = store.find(Redaction, Redaction.of(lesson.id).id) or Redaction.of(lesson.id)
    for one in found:
        redaction.make(lesson.id, one.row.originator_version, one.fields, one.digest, WHY)
    store.redact(redaction, [one.row for one in found])
    return found


def test_the_state_is_another_and_an_event_says_which(store: EventStore, a_lesson: Callable[..., Lesson]) -> None:
    lesson, told = a_lesson(), list[int]()
    store.save(lesson)
    store.on_saved.append(told.append)
    [one] = redacted(store, lesson, "start  EARLY")
    row = store.stored(lesson.id, 1)
    assert row is not None
    assert (row.state, one.fields, one.left) == (one.row.state, ("record.title.en",), ())
    assert b"Start early" not in row.state
    assert store.get(Lesson, lesson.id).current.title.en == "[removed]"
    [event] = store.events(Redaction.of(lesson.id).id)
    assert isinstance(event, Redaction.Made)
    assert (event.of, event.of_version, event.digest, event.reason) == (lesson.id, 1, digest_of(row.state).hex(), WHY)
    assert told == [store.position]


@pytest.fixture
def elsewhere(open_store: Callable[[], EventStore]) -> EventStore:
    """Of another process."""
    return open_store()


def test_what_is_read_while_words_are_removed_is_not_kept_with_them(
    store: EventStore, elsewhere: EventStore, long: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = store._rows  # pyright: ignore[reportPrivateUsage]

    def meanwhile(id: UUID, **given: Any) -> Any:
        found = rows(id, **given)
        if id == long.id and not elsewhere.events(Redaction.of(id).id):
            redacted(elsewhere, long, "early")
        return found

    monkeypatch.setattr(store, "_rows", meanwhile)
    store.get(Lesson, long.id)
    monkeypatch.undo()
    assert store.get(Lesson, long.id).current.title.en == "Start [removed]"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(("look", "write", "remove")), max_size=12))
def test_what_is_kept_in_memory_is_what_the_events_give(
    store: EventStore, elsewhere: EventStore, a_long: Callable[[], Lesson], steps: list[str]
) -> None:
    id = a_long().id
    for number, step in enumerate((*steps, "look")):
        lesson = elsewhere.get(Lesson, id)
        if step == "write":
            lesson.edit(lesson.current.model_copy(update={"title": Title(en=f"Early, {number}")}))
            elsewhere.save(lesson)
        elif step == "remove" and elsewhere.redacted(id, "early"):
            redacted(elsewhere, lesson, "early")
        elif step == "look":
            assert vars(store.get(Lesson, id)) == vars(Lesson.replay(id, elsewhere.events(id)))


def test_of_two_at_the_same_moment_one_removes(store: EventStore, a_lesson: Callable[..., Lesson]) -> None:
    lesson = a_lesson()
    store.save(lesson)
    both = [(Redaction.of(lesson.id), store.redacted(lesson.id, words)[0]) for words in ("early", "Begin.")]
    for redaction, one in both:
        redaction.make(lesson.id, 1, one.fields, one.digest, WHY)
    (first, kept), (second, late) = both
    store.redact(first, [kept.row])
    position = store.position
    with pytest.raises(Conflict):
        store.redact(second, [late.row])
    now = store.stored(lesson.id, 1)
    assert now is not None
    assert (now.state, store.position) == (kept.row.state, position)


def test_the_cipher_of_the_text_is_another_each_time(store: EventStore, a_lesson: Callable[..., Lesson]) -> None:
    lesson = a_lesson()
    store.save(lesson)
    [first], [second] = (store.redacted(lesson.id, "early") for _ in range(2))
    assert first.row.state != second.row.state
    assert first.row.state.startswith(b'{"%s":{"record.title.en":"' % REDACTED.encode())


@pytest.mark.parametrize(
    ("words", "text", "found"),
    [
        ("Kari Nordmann", "KARI\n NORDMANN", True),
        ("Kari Nordmann", "https://example.org/kari-nordmann", True),
        ("Kari Nordmann", "kari.nordmann@example.org", True),
        ("Kari", "Karis", True),
        ("Kari Nordmann", "KariNordmann", False),
        ("a.b", "axb", False),
        ("Åse", "ÅSE", True),
    ],
)
def test_how_words_are_found(words: str, text: str, found: bool) -> None:
    assert bool(pattern_of(words).search(text)) is found


@pytest.mark.parametrize("words", ["", "x", " \n", "remove", "fjern", "\x00ab"])
def test_words_that_cannot_be_looked_for(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        pattern_of(words)
    assert refused.value.field == "words"


def test_a_thing_that_is_not_there_has_none(store: EventStore) -> None:
    assert store.redacted(uuid4(), "early") == ()
