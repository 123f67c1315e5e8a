"""What is written and signed by others while the ledger is read makes no alarm."""

from collections.abc import Callable, Iterator

import pytest

from domain.lesson import Lesson
from domain.redaction import Redaction
from store.event_store import EventStore
from store.ledger.reading import Ledger
from store.ledger.rows import check_key
from store.ledger.sealer import Sealer
from tests.store.ledger.held import LEDGER_KEY, Held
from tests.store.overtaken import Overtaking


def overtaken(held: Held) -> Ledger:
    """Another sealer signs something new before each look."""

    def other() -> None:
        held.write(1)
        held.seal()

    return Ledger(Overtaking(held.ledger.database, other), held.ledger.events)


def test_the_key_is_known_again_while_others_write(held: Held) -> None:
    with Overtaking(held.ledger.database, lambda: held.write(1)).reading() as db:
        check_key(db, LEDGER_KEY)


def test_two_sealers_sign_side_by_side(held: Held) -> None:
    held.write(1)
    signed = Sealer(overtaken(held), LEDGER_KEY, held.keys.signers(make=True), held.checkpoints).seal()
    assert signed is not None
    assert held.verify(*held.kept()).found == 0
    assert held.ledger.state().refused is None


def test_never_more_is_sealed_than_there_is(held: Held) -> None:
    state = overtaken(held).state()
    assert state.sealed <= state.size


def redacting(store: EventStore, lesson: Lesson, *words: str) -> Iterator[None]:
    """One word after the other is removed from the lesson; then nothing happens."""
    for one in words:
        redaction = store.find(Redaction, Redaction.of(lesson.id).id) or Redaction.of(lesson.id)
        found = store.redacted(lesson.id, one)
        for made in found:
            redaction.make(lesson.id, made.row.originator_version, made.fields, made.digest, "They asked for it.")
        store.redact(redaction, [made.row for made in found])
        yield


@pytest.mark.parametrize("quiet", range(12))
def test_what_is_removed_while_it_is_counted_is_no_alarm(
    held: Held, store: EventStore, a_lesson: Callable[..., Lesson], quiet: int
) -> None:
    lesson = a_lesson()
    store.save(lesson)
    removed, statements = redacting(store, lesson, "Start", "early"), iter(range(quiet))

    def act() -> None:
        if next(statements, None) is None:
            next(removed, None)

    ledger = Ledger(Overtaking(held.ledger.database, act), held.ledger.events)
    sealed = Sealer(ledger, LEDGER_KEY, held.keys.signers(make=True), held.checkpoints).seal()
    assert sealed is not None
    assert held.ledger.state().refused is None
