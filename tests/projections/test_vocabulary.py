"""What staff changed of the thesaurus, as those who search know it: one row a concept, however often it is applied."""

from collections.abc import Callable
from typing import Any

import pytest

from api.wiring import System
from domain.concept import Concept
from domain.concept_record import ConceptRecord
from projections.projection import Recorded
from projections.vocabulary import Override, Vocabulary


def a(name: str, **fields: Any) -> ConceptRecord:
    return ConceptRecord.model_validate({"preferred": {"en": name, "nb": name}, **fields})


STORY: tuple[tuple[str, Callable[[Concept], None]], ...] = (
    ("core-group", lambda c: c.describe(a("core"))),
    ("facilitator", lambda c: c.retire("x")),
    ("signpost", lambda c: c.retire("x")),
    ("trust", lambda c: c.describe(a("trust"))),
    ("core-group", lambda c: c.describe(a("core group", alternative={"nb": ["kjerne", "Å"]}, broader=["trust"]))),
    ("signpost", lambda c: c.restore("x")),
    ("trust", lambda c: c.retire("x")),
)


@pytest.fixture
def told(system: System) -> tuple[Override, ...]:
    """Four lives of a concept: described twice, retired as it came, retired and restored, described and retired."""
    lives = {slug: Concept.called(slug) for slug in ("core-group", "facilitator", "signpost", "trust")}
    for slug, decide in STORY:
        decide(lives[slug])
        system.store.save(lives[slug])
    system.projector.catch_up()
    return (
        Override("core-group", lives["core-group"].current, False, 5),
        Override("facilitator", None, True, 2),
        Override("signpost", None, False, 6),
        Override("trust", a("trust"), True, 7),
    )


def test_nothing_is_changed_before_the_first_change(system: System) -> None:
    assert (system.vocabulary.version(), system.vocabulary.overrides()) == (0, ())


def test_what_was_changed(system: System, told: tuple[Override, ...]) -> None:
    assert (system.vocabulary.version(), system.vocabulary.overrides()) == (7, told)


def test_applied_twice_is_applied_once(system: System, told: tuple[Override, ...]) -> None:
    events = [Recorded(row.id, system.store.decode(row)) for row in system.store.read(0, 100)]
    for again in (events, events[:5], events[::-1]):
        system.vocabulary.apply(again, 7)
        assert system.vocabulary.overrides() == told
    assert system.vocabulary.position == 7


def test_made_anew_it_says_the_same(system: System, told: tuple[Override, ...]) -> None:
    events = [Recorded(row.id, system.store.decode(row)) for row in system.store.read(0, 100)]
    with system.views.writing("vocabulary", 0) as db:
        db.execute("DELETE FROM vocabulary")
    anew = Vocabulary(system.views)
    assert (anew.version(), anew.overrides()) == (0, ())
    for one in events:
        anew.apply([one], one.position)
    assert (anew.version(), anew.overrides()) == (7, told)


def test_events_of_others_change_nothing(system: System, told: tuple[Override, ...], tell: Any) -> None:
    tell(system.store)
    system.projector.catch_up()
    assert (system.vocabulary.version(), system.vocabulary.overrides()) == (7, told)
    assert system.vocabulary.position == system.store.position > 7
