"""Pages of adaptations: adapting a lesson, saying what came of it, what waits, and the lessons for a phase."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from api.pages.fitting import lessons_shown
from api.usecases import adapting, lessons, processes
from api.usecases.adapting import NewAdaptation
from api.usecases.lessons import NewLesson
from api.usecases.process_steps import STEPS
from api.usecases.processes import NewProcess
from api.wiring import System
from domain.acting import acting
from domain.adaptation import Adaptation, Outcome, Rater
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.viewer import Viewer
from tests.pages.conftest import Cast, Things

EN = {"Accept-Language": "en"}


@pytest.fixture
def other(cast: Cast, things: Things) -> Viewer:
    """Manages the other cluster, and is at the door."""
    cast.now = replace(cast.stranger, manages=frozenset({things.other_cluster}))
    return cast.now


def adapt(system: System, things: Things, viewer: Viewer, lesson: UUID, **fields: Any) -> Adaptation:
    given = {"lesson": lesson, "cluster": things.other_cluster, "why": {"en": "We are smaller."}, **fields}
    with acting(viewer.person):
        return adapting.make_adaptation(system, viewer, NewAdaptation.model_validate(given))


def sent(client: TestClient, path: str, **fields: str) -> Any:
    return client.post(path, data={"key": str(uuid4()), "version": "1", **fields}, headers=EN)


def test_a_lesson_is_adapted_by_its_form(client: TestClient, system: System, things: Things, other: Viewer) -> None:
    url = f"/lessons/{things.published}"
    assert f'href="{url}/adapt"' in client.get(url, headers=EN).text
    form = client.get(f"{url}/adapt", headers=EN).text
    assert f'value="{things.other_cluster}" selected' in form
    assert f'value="{things.cluster}"' not in form
    fields = {"cluster": str(things.other_cluster), "kept.en": "Four gatherings.", "why.en": "It fits."}
    answer = sent(client, f"{url}/adapt", **fields)
    assert (answer.status_code, answer.headers["location"].partition("?")[2]) == (303, "done=adaptation.adapt")
    shown = client.get(answer.headers["location"], headers=EN).text
    assert [text in shown for text in ("Four gatherings.", "It fits.", "In half a year you are asked")] == [True] * 3
    lesson = client.get(url, headers=EN).text
    assert "Adapted once" in lesson
    assert "Arena Usus" in lesson
    made = UUID(answer.headers["location"].partition("?")[0].rsplit("/", 1)[1])
    assert system.store.get(Adaptation, made).current.kept is not None


def test_what_was_typed_is_kept_where_it_is_refused(client: TestClient, things: Things, other: Viewer) -> None:
    url = f"/lessons/{things.published}/adapt"
    answer = sent(client, url, **{"cluster": str(things.other_cluster), "dropped.nb": "Middagen."})
    assert (answer.status_code, "Middagen." in answer.text, 'href="#f-why-en"' in answer.text) == (422, True, True)
    answer = sent(client, url, **{"cluster": str(things.cluster), "why.en": "It fits."})
    refused = "Adapt a lesson for a cluster that you manage or contribute to."
    assert (answer.status_code, "It fits." in answer.text, refused in answer.text) == (422, True, True)


def test_sent_twice_it_is_one(client: TestClient, system: System, things: Things, other: Viewer) -> None:
    url, fields = f"/lessons/{things.published}/adapt", {"cluster": str(things.other_cluster), "why.en": "It fits."}
    key = str(uuid4())
    first, again = (sent(client, url, key=key, **fields) for _ in range(2))
    assert (first.status_code, first.headers["location"]) == (303, again.headers["location"])


def test_who_may_not_adapt_is_offered_nothing(client: TestClient, cast: Cast, things: Things) -> None:
    cast.now = cast.stranger
    url = f"/lessons/{things.published}"
    assert f"{url}/adapt" not in client.get(url).text
    assert client.get(f"{url}/adapt").status_code == sent(client, f"{url}/adapt").status_code == 403


def test_the_outcome_is_told_on_the_page_of_the_lesson_apart_by_who_says_so(
    client: TestClient, cast: Cast, system: System, things: Things, other: Viewer
) -> None:
    made = adapt(system, things, other, things.published)
    page = client.get(f"/adaptations/{made.id}", headers=EN).text
    assert f"/adaptations/{made.id}/rate-for-programme" not in page
    assert f'href="/adaptations/{made.id}/rate"' in page
    answer = sent(client, f"/adaptations/{made.id}/rate", outcome="partly", on="2026-01-02", note="Half came.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/adaptations/{made.id}?done=adaptation.rate")
    cast.now = cast.staff
    sent(client, f"/adaptations/{made.id}/rate-for-programme", version="2", outcome="worked", on="2026-01-03")
    rated = system.store.get(Adaptation, made.id)
    assert [rated.outcome(by) for by in Rater] == [Outcome.PARTLY, Outcome.WORKED]
    cast.now = other
    lesson = client.get(f"/lessons/{things.published}", headers=EN).text
    assert [words in lesson for words in ("it worked partly: 1", "it worked: 1")] == [True, True]
    history = client.get(f"/adaptations/{made.id}/history", headers=EN).text
    assert "said what came of it" in history


def test_it_is_changed_and_withdrawn(client: TestClient, system: System, things: Things, other: Viewer) -> None:
    made = adapt(system, things, other, things.published)
    url = f"/adaptations/{made.id}"
    assert "The adaptation" in client.get(f"{url}/edit", headers=EN).text
    assert sent(client, f"{url}/edit", **{"why.en": "We are larger now."}).status_code == 303
    assert sent(client, f"{url}/withdraw", version="2", reason="Never done.").status_code == 303
    kept = system.store.get(Adaptation, made.id)
    assert (kept.current.why.en, kept.withdrawn) == ("We are larger now.", True)
    assert f"{url}/edit" not in client.get(url, headers=EN).text


def test_whoever_may_not_read_the_lesson_finds_nothing(
    client: TestClient, cast: Cast, system: System, things: Things, other: Viewer
) -> None:
    made = adapt(system, things, other, things.published)
    with acting(cast.staff.person):
        version = system.store.get(Lesson, things.published).version
        lessons.change_lesson(system, cast.staff, things.published, version, {"visibility": "own-cluster"})
    for tail in ("", "/history", "/rate", "/edit", "/withdraw"):
        assert client.get(f"/adaptations/{made.id}{tail}").status_code == 404
    assert str(made.id) not in client.get("/adaptations").text + client.get("/review").text


def test_what_waits_is_on_the_page_of_reviews(
    client: TestClient, cast: Cast, system: System, things: Things, other: Viewer
) -> None:
    due = adapt(system, things, other, things.revised)
    with acting(other.person, clock=lambda: datetime.now(UTC) - timedelta(days=200)):
        old = adapting.make_adaptation(
            system,
            other,
            NewAdaptation.model_validate(
                {"lesson": things.published, "cluster": things.other_cluster, "why": {"en": "It fits."}}
            ),
        )
    with acting(cast.staff.person):
        version = system.store.get(Lesson, things.revised).version
        lessons.withdraw_lesson(system, cast.staff, things.revised, version, "It holds no more.")
    review = client.get("/review", headers=EN).text
    assert "Lessons you adapted that were withdrawn or superseded" in review
    assert f'href="/adaptations/{due.id}"' in review
    assert f'href="/adaptations/{old.id}/rate"' in review
    assert "Asked for after 6 months" in review
    assert "The lesson was withdrawn" in client.get(f"/adaptations/{due.id}", headers=EN).text
    cast.now = cast.manager
    assert "Lessons you adapted" not in client.get("/review", headers=EN).text


def test_where_a_lesson_went_is_a_table_too(client: TestClient, system: System, things: Things, other: Viewer) -> None:
    url = f"/lessons/{things.published}/provenance"
    assert "no cluster has adapted it yet" in client.get(url, headers=EN).text
    made = adapt(system, things, other, things.published)
    found = client.get(url, headers=EN).text
    assert (f'href="/adaptations/{made.id}"' in found, "Adapted by Arena Usus" in found) == (True, True)
    assert client.get("/adaptations", headers=EN).text.count(f'href="/adaptations/{made.id}"') == 1


def a_process(system: System, things: Things, viewer: Viewer) -> ForesightProcess:
    with acting(viewer.person):
        new = NewProcess.model_validate({"title": {"en": "Heat 2040"}, "cluster": things.other_cluster})
        process = processes.open_process(system, viewer, new)
        enter = next(step for step in STEPS if step.name == "enter-phase")
        asked = enter.asks.model_validate({"phase": "recruitment", "on": "2026-11-01"})
        return processes.take(system, viewer, process.id, None, enter, asked)


def opposed(system: System, things: Things, staff: Viewer) -> UUID:
    """A lesson that disagrees with the one that is revised."""
    body = {
        "title": {"en": "Recruit late"}, "lesson": {"en": "They forget."}, "recommendation": {"en": "Wait."},
        "phase": "recruitment", "polarity": "change", "topics": ["commitment"], "cluster": things.cluster,
        "visibility": "public",
    }  # fmt: skip
    with acting(staff.person):
        made = lessons.draft_lesson(system, staff, NewLesson.model_validate(body))
        lessons.submit_lesson(system, staff, made.id, made.version)
        lessons.publish_lesson(system, staff, made.id, made.version + 1)
    return made.id


def test_the_lessons_for_a_process_as_its_page_shows_them(
    client: TestClient, cast: Cast, system: System, things: Things, other: Viewer
) -> None:
    process = a_process(system, things, other)
    against = opposed(system, things, cast.staff)
    made = adapt(system, things, other, things.revised, process=process.id)
    with acting(other.person):
        shown = lessons_shown(system, other, process, "nb")
        groups = [[one.fitting.lesson.id for one in group] for group in shown["fitting"]]
        assert {things.revised, against} in [set(group) for group in groups]
        assert shown["fitting"][0][0].reasons[0] == "passer til rekruttering, fasen dere er i"
        assert [one.adaptation.id for one in shown["adapted_here"]] == [made.id]
        assert shown["adapt_query"] == f"?cluster={things.other_cluster}&process={process.id}"
        reader = replace(cast.stranger, auditor=True)
        assert lessons_shown(system, reader, process, "en")["adapt_query"] is None
