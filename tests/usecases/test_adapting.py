"""Adapting lessons: who may, for whom, what is known of it to whom, what came of it, and where a practice came from."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from api.usecases import adapting, lessons
from api.usecases.adapted import adapted_any, adapted_of, all_adapted, effect_of, waiting
from api.usecases.adapting import NewAdaptation
from api.usecases.histories import history_of
from api.usecases.looking import load
from api.usecases.persons import appoint
from api.usecases.processes import NewProcess, open_process
from api.usecases.provenance import Edge, provenance_of
from domain.acting import acting
from domain.adaptation import Adaptation, Outcome, Rater
from domain.errors import Invalid, NotAllowed, NotFound, Refused, Stale, WrongState
from domain.lesson import Lesson
from domain.person import Part, Role
from domain.release import State, Visibility
from domain.viewer import ANYBODY, Viewer
from tests.usecases.conftest import World

WHY: dict[str, Any] = {"why": {"en": "We are smaller."}}


def adapt(world: World, by: str, lesson: UUID, cluster: str = "theirs", **fields: Any) -> Adaptation:
    with world.acts(by) as viewer:
        new = NewAdaptation.model_validate({"lesson": lesson, "cluster": world[cluster], **WHY, **fields})
        return adapting.make_adaptation(world.system, viewer, new)


def rate(world: World, who: str, adaptation: Adaptation, outcome: Outcome, **fields: Any) -> Adaptation:
    now = world.system.store.get(Adaptation, adaptation.id).version
    with world.acts(who) as viewer:
        return adapting.rate_adaptation(world.system, viewer, adaptation.id, now, outcome, **fields)


def a_process(world: World, by: str, cluster: str, **fields: Any) -> UUID:
    with world.acts(by) as viewer:
        new = NewProcess.model_validate({"title": {"en": "Heat 2040"}, "cluster": world[cluster], **fields})
        return open_process(world.system, viewer, new).id


def share(world: World, lesson: Lesson, visibility: Visibility, *, anonymous: bool = False) -> None:
    version = world.system.store.get(Lesson, lesson.id).version
    with world.acts("mona") as mona:
        changes: dict[str, Any] = {"visibility": visibility, "anonymous": anonymous}
        lessons.change_lesson(world.system, mona, lesson.id, version, changes)


@pytest.fixture
def lesson(world: World) -> Lesson:
    return world.lesson("mona", visibility="managers")


@pytest.fixture
def adaptation(world: World, lesson: Lesson) -> Adaptation:
    return adapt(world, "odd", lesson.id)


def test_it_is_of_the_released_revision_in_the_programmes_of_today(world: World, lesson: Lesson) -> None:
    process = a_process(world, "odd", "theirs")
    made = adapt(world, "odd", lesson.id, process=process, kept={"nb": "Brevet."}, since="2026-10")
    kept = world.system.store.get(Adaptation, made.id)
    assert (kept.lesson, kept.revision, kept.cluster, kept.programmes, kept.process) == (
        *(lesson.id, 1, world["theirs"]),
        *((world["Arena"],), process),
    )
    assert (kept.current.kept and kept.current.kept.nb, kept.current.since) == ("Brevet.", "2026-10")


def test_a_contributor_may_too_and_visitors_and_strangers_may_not(world: World, lesson: Lesson) -> None:
    theirs = world.lesson("odd", cluster=world["theirs"], visibility="managers")
    with pytest.raises(Invalid):  # of another cluster's managers alone, which a contributor is not
        adapt(world, "kari", theirs.id, "ours")
    public = world.lesson("odd", cluster=world["theirs"], visibility="public")
    assert adapt(world, "kari", public.id, "ours").cluster == world["ours"]
    for nobody in ("sven", "siv", "aud"):
        with pytest.raises(NotAllowed):
            adapt(world, nobody, lesson.id)


@pytest.mark.parametrize(
    ("by", "cluster", "wrong", "kind"),
    [
        ("odd", "ours", {}, Invalid),  # not a cluster of theirs
        ("mona", "ours", {}, Invalid),  # the lesson's own
        ("odd", "theirs", {"lesson": UUID(int=5)}, Invalid),
        ("odd", "theirs", {"process": UUID(int=5)}, Invalid),
    ],
)
def test_refusals(
    world: World, lesson: Lesson, by: str, cluster: str, wrong: dict[str, Any], kind: type[Refused]
) -> None:
    before = world.system.store.position
    with pytest.raises(kind) as refused:
        adapt(world, by, wrong.get("lesson", lesson.id), cluster, **{k: v for k, v in wrong.items() if k != "lesson"})
    assert (refused.value.field, world.system.store.position) == (next(iter(wrong), "cluster"), before)


def test_neither_what_is_no_lesson_of_the_viewers_nor_what_does_not_hold(world: World, lesson: Lesson) -> None:
    hidden = world.lesson("mona", visibility="own-cluster")
    with pytest.raises(Invalid):
        adapt(world, "odd", hidden.id)
    draft = world.lesson("odd", published=False, cluster=world["theirs"])
    with pytest.raises(WrongState):
        adapt(world, "operator", draft.id, "ours")
    with world.acts("mona") as mona:
        lessons.withdraw_lesson(world.system, mona, lesson.id, lesson.version, "No.")
    with pytest.raises(WrongState):
        adapt(world, "odd", lesson.id)


def test_in_a_process_of_the_cluster_that_goes_on(world: World, lesson: Lesson) -> None:
    ours = a_process(world, "mona", "ours", visibility="managers")
    with pytest.raises(Invalid) as refused:
        adapt(world, "odd", lesson.id, process=ours)
    assert refused.value.field == "process"


def test_a_change_keeps_what_is_left_out_and_wants_the_latest_version(world: World, adaptation: Adaptation) -> None:
    with world.acts("odd") as odd:
        changed = adapting.change_adaptation(
            world.system, odd, adaptation.id, 1, {"dropped": {"en": "The dinner."}, "reason": "Asked."}
        )
        assert (changed.current.why.en, changed.current.dropped) == ("We are smaller.", changed.current.dropped)
        assert changed.current.dropped is not None
        with pytest.raises(Stale):
            adapting.change_adaptation(world.system, odd, adaptation.id, 1, {"dropped": None})
        again = adapting.change_adaptation(world.system, odd, adaptation.id, 2, {"dropped": {"en": "The dinner."}})
    assert again.version == 2
    for other in ("mona", "siv", "ari"):
        with pytest.raises(NotAllowed), world.acts(other) as viewer:
            adapting.change_adaptation(world.system, viewer, adaptation.id, 2, {"dropped": None})


def test_the_outcome_is_rated_by_the_cluster_and_apart_from_it_by_the_programme(
    world: World, adaptation: Adaptation
) -> None:
    rate(world, "odd", adaptation, Outcome.WORKED)
    rated = rate(world, "ari", adaptation, Outcome.PARTLY, on="2026-11-20", note="Half.")
    assert (rated.outcome(Rater.CLUSTER), rated.outcome(Rater.PROGRAMME)) == (Outcome.WORKED, Outcome.PARTLY)
    assert [r.on for r in rated.ratings] == ["2026-11-20", "2026-11-24"]
    for other in ("mona", "siv"):
        with pytest.raises(NotAllowed):
            rate(world, other, adaptation, Outcome.WORKED)
    with pytest.raises(NotAllowed):
        rate(world, "odd", adaptation, Outcome.WORKED, by=Rater.PROGRAMME)
    with pytest.raises(Invalid):
        rate(world, "odd", adaptation, Outcome.WORKED, on="2026-11-25")


def test_whoever_is_both_says_which(world: World, adaptation: Adaptation) -> None:
    with world.acts("operator") as operator:
        appoint(world.system, operator, world["ari"], Part(Role.CLUSTER_CONTRIBUTOR, world["theirs"]), "2026-01-01")
    with pytest.raises(Invalid) as refused:
        rate(world, "ari", adaptation, Outcome.WORKED)
    assert refused.value.field == "by"
    rated = rate(world, "ari", adaptation, Outcome.WORKED, by=Rater.CLUSTER)
    assert (rated.outcome(Rater.CLUSTER), rated.outcome(Rater.PROGRAMME)) == (Outcome.WORKED, None)


def test_what_is_withdrawn_counts_no_more(world: World, lesson: Lesson, adaptation: Adaptation) -> None:
    with world.acts("odd") as odd:
        adapting.withdraw_adaptation(world.system, odd, adaptation.id, 1, "Never done.")
        assert adapted_of(world.system, odd, lesson.id) == []
        assert [one.adaptation.withdrawn for one in all_adapted(world.system, odd, 0, 9)[0]] == [True]
        with pytest.raises(WrongState):
            adapting.rate_adaptation(world.system, odd, adaptation.id, 2, Outcome.WORKED)


def told(world: World, viewer: Viewer, adaptation: Adaptation) -> list[bool]:
    """Whether the viewer learns of it in each way that there is."""
    system, found = world.system, list[bool]()
    for ask in (
        lambda: load(system, viewer, Adaptation, adaptation.id),
        lambda: history_of(system, viewer, Adaptation, adaptation.id),
        lambda: adapting.change_adaptation(system, viewer, adaptation.id, 9, {}),
        lambda: adapting.rate_adaptation(system, viewer, adaptation.id, 9, Outcome.WORKED),
        lambda: adapting.withdraw_adaptation(system, viewer, adaptation.id, 9, "x"),
    ):
        try:
            with acting(viewer.person, clock=lambda: world.now):
                ask()
            found.append(True)
        except NotFound:
            found.append(False)
        except (NotAllowed, Stale):
            found.append(True)
    found.append(bool(adapted_of(system, viewer, adaptation.lesson)))
    found.append(bool(adapted_any(system, viewer, [adaptation.cluster])))
    return [*found, bool(all_adapted(system, viewer, 0, 9)[0])]


def test_whoever_may_not_read_the_lesson_now_learns_nothing_of_its_adaptations(
    world: World, lesson: Lesson, adaptation: Adaptation
) -> None:
    assert set(told(world, world.viewer("mona"), adaptation)) == {True}
    assert set(told(world, world.viewer("ari"), adaptation)) == {True}
    assert set(told(world, world.viewer("sven"), adaptation)) == {False}
    assert set(told(world, Viewer(ANYBODY), adaptation)) == {False}
    share(world, lesson, Visibility.OWN_CLUSTER)
    for name in ("odd", "ari"):
        assert set(told(world, world.viewer(name), adaptation)) == {False}, name
    assert set(told(world, world.viewer("mona"), adaptation)) == {True}


def test_the_process_is_told_to_those_who_may_read_it(world: World, lesson: Lesson) -> None:
    process = a_process(world, "odd", "theirs")
    made = adapt(world, "odd", lesson.id, process=process)
    seen = {n: load(world.system, world.viewer(n), Adaptation, made.id).process for n in ("odd", "ari", "mona", "siv")}
    assert seen == {"odd": process, "ari": process, "mona": None, "siv": None}
    found = {n: len(adapted_any(world.system, world.viewer(n), [process])) for n in seen}
    assert found == {"odd": 1, "ari": 1, "mona": 0, "siv": 0}


def test_the_effect_counts_what_the_viewer_may_read_and_the_last_that_was_said(world: World, lesson: Lesson) -> None:
    first, second = (adapt(world, "odd", lesson.id) for _ in range(2))
    rate(world, "odd", first, Outcome.DID_NOT, on="2026-11-20")
    rate(world, "odd", first, Outcome.WORKED)
    rate(world, "odd", second, Outcome.PARTLY)
    rate(world, "ari", second, Outcome.WORKED)
    effect = effect_of(adapted_of(world.system, world.viewer("mona"), lesson.id))
    assert (effect.times, effect.clusters, effect.programmes) == (2, 1, 1)
    assert effect.by_cluster == {Outcome.WORKED: 1, Outcome.PARTLY: 1, Outcome.DID_NOT: 0}
    assert effect.by_programme == {Outcome.WORKED: 1, Outcome.PARTLY: 0, Outcome.DID_NOT: 0}
    assert effect_of(adapted_of(world.system, world.viewer("sven"), lesson.id)).times == 0


def test_a_page_of_all_is_counted_of_what_may_be_read(world: World, lesson: Lesson) -> None:
    hidden = world.lesson("mona", visibility="managers")
    for _ in range(3):
        adapt(world, "odd", hidden.id)
    kept = sorted((adapt(world, "odd", lesson.id).id for _ in range(2)), key=str)  # at the same instant
    share(world, hidden, Visibility.OWN_CLUSTER)
    odd = world.viewer("odd")
    pages = [all_adapted(world.system, odd, offset, 1) for offset in (0, 1, 2)]
    assert [([a.adaptation.id for a in found], more) for found, more in pages] == [
        ([kept[0]], True),
        ([kept[1]], False),
        ([], False),
    ]


def test_those_who_adapted_it_are_told_that_a_lesson_no_longer_holds(
    world: World, lesson: Lesson, adaptation: Adaptation
) -> None:
    successor = world.lesson("mona", visibility="own-cluster")
    other = world.lesson("mona", visibility="managers")
    adapt(world, "odd", other.id)
    with world.acts("odd") as odd:
        assert waiting(world.system, odd).over == []
    with world.acts("mona") as mona:
        lessons.supersede_lesson(world.system, mona, lesson.id, lesson.version, successor.id)
        lessons.withdraw_lesson(world.system, mona, other.id, other.version, "No.")
        assert waiting(world.system, mona).over == []
    with world.acts("odd") as odd:
        over = waiting(world.system, odd).over
    assert {(one.lesson.id, one.over) for one in over} == {
        (lesson.id, State.SUPERSEDED),
        (other.id, State.WITHDRAWN),
    }
    assert [one.lesson.superseded_by for one in over if one.lesson.id == lesson.id] == [None]


@pytest.mark.parametrize(("month", "months"), [(4, None), (5, 6), (11, 12)])
def test_the_outcome_is_asked_for_of_each_who_may_tell(
    world: World, lesson: Lesson, adaptation: Adaptation, month: int, months: int | None
) -> None:
    world.now = datetime(2027, month, 25, tzinfo=UTC)

    def asked(name: str) -> list[tuple[Rater, int]]:
        with world.acts(name) as viewer:
            return [(one.by, one.months) for one in waiting(world.system, viewer).due]

    assert asked("odd") == ([(Rater.CLUSTER, months)] if months else [])
    assert asked("ari") == ([(Rater.PROGRAMME, months)] if months else [])
    assert asked("mona") == asked("siv") == asked("sven") == []
    rate(world, "odd", adaptation, Outcome.WORKED)
    assert asked("odd") == []


def a_chain(world: World, *, anonymous: bool = False) -> tuple[Lesson, Adaptation, Lesson, Adaptation]:
    """Ours, adapted by theirs in a process; what they drew from it, adapted by us."""
    first = world.lesson("mona", visibility="public")
    process = a_process(world, "odd", "theirs", visibility="public")
    adapted = adapt(world, "odd", first.id, process=process)
    second = world.lesson("odd", cluster=world["theirs"], process=process, visibility="public", anonymous=anonymous)
    world.lesson("odd", cluster=world["theirs"], visibility="public")  # of no process
    return first, adapted, second, adapt(world, "mona", second.id, "ours")


def test_where_a_practice_came_from_and_where_it_went(world: World) -> None:
    first, adapted, second, back = a_chain(world)
    edges = [Edge(first.id, adapted.id), Edge(adapted.id, second.id), Edge(second.id, back.id)]
    for about, steps in ((first, (0, 1, 2, 3)), (second, (-2, -1, 0, 1))):
        found = provenance_of(world.system, world.viewer("mona"), about)
        assert found.steps == dict(zip((first.id, adapted.id, second.id, back.id), steps, strict=True))
        assert sorted(found.edges, key=str) == sorted(edges, key=str)
        assert found.whole


def test_a_visitor_sees_lessons_alone(world: World) -> None:
    first, *_ = a_chain(world)
    found = provenance_of(world.system, Viewer(ANYBODY), first)
    assert (found.steps, found.edges) == ({first.id: 0}, [])


def test_an_anonymous_lesson_hangs_on_nothing_that_tells_of_its_origin(world: World) -> None:
    first, adapted, second, back = a_chain(world, anonymous=True)
    mona, odd = world.viewer("mona"), world.viewer("odd")
    assert set(provenance_of(world.system, mona, first).steps) == {first.id, adapted.id}
    nameless = load(world.system, mona, Lesson, second.id)
    assert set(provenance_of(world.system, mona, nameless).steps) == {second.id, back.id}
    assert set(provenance_of(world.system, odd, first).steps) == {first.id, adapted.id, second.id, back.id}
