"""One thing as it was: for whoever may read it now and could then, and no more than both let them know."""

from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest

from api.usecases import adapting, cases, consenting, lessons, processes
from api.usecases.adapting import NewAdaptation
from api.usecases.cases import NewCase
from api.usecases.looking import load
from api.usecases.past import Past, load_as_of
from api.usecases.process_steps import STEPS
from api.usecases.processes import NewProcess
from domain.adaptation import Adaptation
from domain.aggregate import Aggregate
from domain.case import Case
from domain.cluster import Cluster
from domain.errors import Invalid, NotAllowed, NotFound, Refused, SignInFirst
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.release import State, Visibility
from domain.viewer import ANYBODY, Viewer

World: TypeAlias = Any
EVERYBODY = ("kari", "mona", "siv", "aud", "odd", "ari", "sven", "alan", "operator")
NOTHING = "There was nothing here for you to read at that time."


def look(world: World, name: str, cls: type[Any], id: UUID, as_of: str) -> Past[Any]:
    with world.acts(name) as viewer:
        return load_as_of(world.system, viewer, cls, id, as_of)


def told(world: World, name: str, cls: type[Any], id: UUID, as_of: str) -> str | None:
    """The English title as it was; None where there was nothing to read."""
    try:
        return look(world, name, cls, id, as_of).thing.current.title.en
    except NotFound as refused:
        if str(refused) != NOTHING:
            raise
        return None


def readers_of(world: World, id: UUID, as_of: str, cls: type[Any] = Lesson) -> set[str]:
    return {name for name in EVERYBODY if told(world, name, cls, id, as_of) is not None}


def change(world: World, name: str, id: UUID, **fields: Any) -> None:
    with world.acts(name) as viewer:
        lessons.change_lesson(world.system, viewer, id, world.system.store.get(Lesson, id).version, fields)


def publish(world: World, id: UUID) -> None:
    with world.acts("kari") as kari:
        version = lessons.submit_lesson(world.system, kari, id, load(world.system, kari, Lesson, id).version).version
    with world.acts("operator") as operator:
        lessons.publish_lesson(world.system, operator, id, version)


def days(world: World, number: int) -> str:
    """So many days later; and that day."""
    world.now += timedelta(days=number)
    return world.now.date().isoformat()


@pytest.fixture
def lesson(world: World) -> UUID:
    """Of our cluster: drafted on the 24th, published to everybody on the 25th, revised on the 27th."""
    id = world.lesson("kari", published=False, visibility="public").id
    days(world, 1)
    publish(world, id)
    days(world, 1)
    change(world, "kari", id, title={"en": "Recruit earlier"})
    days(world, 1)
    publish(world, id)
    return id


class TestWhatItSaid:
    @pytest.mark.parametrize(
        ("as_of", "said"),
        [
            ("2026-11-23", None),
            ("2026-11-24", None),
            ("2026-11-25T11:59:59.999999Z", None),
            ("2026-11-25T12:00:00Z", "Recruit early"),
            ("2026-11-25T13:00:00+01:00", "Recruit early"),
            ("2026-11-26", "Recruit early"),
            ("2026-11-27", "Recruit earlier"),
            ("v0", None),
            ("v1", "Recruit early"),
            ("v2", "Recruit earlier"),
            ("v3", None),
            ("v" + "9" * 18, None),
        ],
    )
    def test_to_a_reader_what_was_released(self, world: World, lesson: UUID, as_of: str, said: str | None) -> None:
        assert {told(world, name, Lesson, lesson, as_of) for name in ("odd", "sven")} == {said}

    def test_to_those_who_write_it_its_drafts(self, world: World, lesson: UUID) -> None:
        for name in ("kari", "mona", "aud", "operator"):
            drafts = [look(world, name, Lesson, lesson, f"v{n}").thing.draft for n in range(1, 7)]
            assert [d and d.title.en for d in drafts] == [
                "Recruit early", "Recruit early", None, "Recruit earlier", "Recruit earlier", None,
            ]  # fmt: skip

    def test_its_version_state_and_times_are_those_of_then(self, world: World, lesson: UUID) -> None:
        change(world, "kari", lesson, visibility="managers")
        past = look(world, "odd", Lesson, lesson, "v1")
        first = datetime(2026, 11, 25, 12, tzinfo=UTC)
        one = past.thing
        assert (one.version, one.state, one.created_at, one.modified_at, past.at) == (
            1, State.PUBLISHED, first, first, first,
        )  # fmt: skip
        assert (len(one.releases), one.releases[0].until, past.readers) == (1, None, Visibility.PUBLIC)
        assert look(world, "odd", Lesson, lesson, "2026-11-26").at.isoformat() == "2026-11-26T23:59:59.999999+00:00"

    def test_what_has_changed_since_of_what_is_released(self, world: World, lesson: UUID) -> None:
        change(world, "kari", lesson, topics=["a draft"])
        for name in ("odd", "kari"):
            past = look(world, name, Lesson, lesson, "2026-11-26")
            assert [(c.field, c.before, c.after) for c in past.changes] == [
                ("title.en", "Recruit early", "Recruit earlier")
            ]
        assert look(world, "odd", Lesson, lesson, "v2").changes == ()

    def test_of_a_draft_that_it_was_one(self, world: World, lesson: UUID) -> None:
        past = look(world, "mona", Lesson, lesson, "2026-11-24")
        assert (past.readers, past.thing.releases, past.thing.draft.title.en) == (None, (), "Recruit early")
        assert ("state", "draft", "published") in {(c.field, c.before, c.after) for c in past.changes}

    def test_a_cluster_as_it_was_called(self, world: World) -> None:
        from api.usecases.clusters import rename_cluster

        with world.acts("operator") as operator:
            rename_cluster(world.system, operator, world["ours"], world.cluster().version, "Smart", "2026-11-24")
        past = look(world, "sven", Cluster, world["ours"], f"v{world.cluster().version - 1}")
        assert (past.thing.name, past.readers) == ("The cluster called ours", Visibility.PUBLIC)
        assert ("name", "The cluster called ours", "Smart") in {(c.field, c.before, c.after) for c in past.changes}


class TestWhoMay:
    def test_what_was_not_shared_with_them_then(self, world: World) -> None:
        id = world.lesson("kari", visibility="own-cluster").id
        assert readers_of(world, id, "2026-11-24") == {"kari", "mona", "siv", "aud", "operator"}
        days(world, 1)
        change(world, "kari", id, visibility="managers")
        days(world, 1)
        change(world, "kari", id, visibility="public")
        of_ours = {"kari", "mona", "siv", "aud", "operator"}
        assert readers_of(world, id, "2026-11-24") == of_ours
        assert readers_of(world, id, "2026-11-25") == of_ours | {"odd", "ari"}
        assert readers_of(world, id, "2026-11-26") == set(EVERYBODY)

    def test_what_is_no_longer_shared_with_them(self, world: World, lesson: UUID) -> None:
        assert readers_of(world, lesson, "2026-11-26") == set(EVERYBODY)
        change(world, "kari", lesson, visibility="own-cluster")
        for as_of in ("2026-11-26", "v3", "v6"):
            assert readers_of(world, lesson, as_of) <= {"kari", "mona", "siv", "aud", "operator"}

    def test_a_withdrawn_one_is_read_as_it_was_before(self, world: World, lesson: UUID) -> None:
        with world.acts("mona") as mona:
            lessons.withdraw_lesson(world.system, mona, lesson, 6, "No longer true.")
        past = look(world, "sven", Lesson, lesson, "v2")
        assert past.thing.state is State.PUBLISHED
        assert [(c.field, c.before, c.after) for c in past.changes] == [("state", "published", "withdrawn")]

    def test_reviewers_read_no_draft_of_the_past(self, world: World) -> None:
        id = world.lesson("kari", published=False).id
        with world.acts("kari") as kari:
            lessons.submit_lesson(world.system, kari, id, 1)
        assert told(world, "siv", Lesson, id, "v1") is None
        assert look(world, "siv", Lesson, id, "v2").thing.draft is not None
        with world.acts("siv") as siv:
            lessons.publish_lesson(world.system, siv, id, 2)
        assert [told(world, "siv", Lesson, id, f"v{n}") for n in (1, 2, 3)] == [None, None, "Recruit early"]

    @pytest.mark.parametrize("as_of", ["2026-11-20", "2026-11-24", "2026-11-24T12:00:00Z", "v1", "v7"])
    def test_what_is_hidden_is_not_there(self, world: World, as_of: str) -> None:
        hidden = world.lesson("kari").id
        assert [told(world, "sven", Lesson, id, as_of) for id in (hidden, uuid4(), world["ours"])] == [None] * 3

    def test_positions_are_for_those_who_may_read_the_log(self, world: World, lesson: UUID) -> None:
        store = world.system.store
        [position] = [row.id for row in store.read(0, 1_000) if row.topic == "lesson.published"][:1]
        assert told(world, "aud", Lesson, lesson, f"p{position}") == "Recruit early"
        assert look(world, "aud", Lesson, lesson, f"p{position - 1}").thing.releases == ()
        assert told(world, "aud", Lesson, lesson, "p0") is None
        with pytest.raises(Invalid, match="has not come so far"):
            look(world, "aud", Lesson, lesson, f"p{store.position + 1}")
        for id in (lesson, uuid4()):
            with pytest.raises(NotAllowed):
                look(world, "kari", Lesson, id, f"p{position}")
            with world.acts("sven"), pytest.raises(SignInFirst):
                load_as_of(world.system, Viewer(ANYBODY), Lesson, id, "p999999999")


class TestOrigin:
    """Of an anonymous lesson; the stricter of now and then holds."""

    ORIGIN = ("cluster", "programmes", "sector", "source")

    def origin(self, past: Past[Lesson]) -> dict[str, Any]:
        record = past.thing.current
        return {n: value for n in self.ORIGIN if (value := getattr(record, n))} | {
            n: value for n in ("author", "owner") if (value := getattr(past.thing, n))
        }

    @pytest.mark.parametrize(("then", "now"), [(True, False), (False, True), (True, True)])
    def test_is_hidden_where_it_is_or_was(self, world: World, then: bool, now: bool) -> None:
        id = world.lesson("kari", visibility="public", sector="energy", anonymous=then).id
        days(world, 1)
        change(world, "kari", id, visibility="managers" if then is now else "public", anonymous=now)
        for name in ("odd", "ari", "siv"):
            past = look(world, name, Lesson, id, "2026-11-24")
            assert (self.origin(past), past.thing.anonymous) == ({}, True)
            named_now = {"cluster", "programmes", "sector", "owner", "anonymous"} if not now else set[str]()
            assert {c.field for c in past.changes} == (named_now if then != now else {"visibility"})
        for name in ("kari", "mona", "aud"):
            past = look(world, name, Lesson, id, "2026-11-24")
            assert (len(self.origin(past)), past.thing.anonymous) == (5, then)

    def test_its_times_are_told_by_the_day_and_no_finer_one_can_be_tried(self, world: World) -> None:
        id = world.lesson("kari", visibility="public", anonymous=True).id
        world.now += timedelta(hours=3)
        change(world, "kari", id, title={"en": "Recruit earlier"})
        publish(world, id)
        world.now += timedelta(days=2)
        end = datetime(2026, 11, 24, 23, 59, 59, 999999, UTC)
        for as_of in ("2026-11-24T00:00:00Z", "2026-11-24T12:00:00Z", "2026-11-25T00:30:00+01:00", "2026-11-24", "v2"):
            past = look(world, "odd", Lesson, id, as_of)
            assert (past.thing.current.title.en, past.at) == ("Recruit earlier", end)
        assert told(world, "odd", Lesson, id, "2026-11-23") is None
        assert told(world, "mona", Lesson, id, "2026-11-24T14:59:59Z") == "Recruit early"


class TestWhatIsNamed:
    def test_no_lesson_that_the_case_may_not_tell_of_now(self, world: World) -> None:
        """Consented to when the case was published, and taken back since."""
        hidden, shared = world.lesson("kari").id, world.lesson("kari", visibility="public").id
        with world.acts("siv") as siv:
            new = NewCase.model_validate({
                "title": {"en": "A case"}, "summary": {"en": "x"}, "body": {"en": "y"}, "visibility": "public",
                "programmes": [world["NCE"]], "lessons": [hidden, shared],
            })  # fmt: skip
            case = cases.draft_case(world.system, siv, new)
        with world.acts("kari") as kari:
            consenting.consent(world.system, kari, hidden, 3, case.id, ("title",))
        with world.acts("siv") as siv:
            case = cases.publish_case(world.system, siv, case.id, case.version)
        assert look(world, "sven", Case, case.id, "v1").thing.current.lessons == (hidden, shared)
        days(world, 1)
        with world.acts("mona") as mona:
            consenting.consent(world.system, mona, hidden, 4, case.id, ())
        assert look(world, "sven", Case, case.id, "v1").thing.current.lessons == (shared,)
        assert look(world, "aud", Case, case.id, "v2").thing.current.lessons == (hidden, shared)
        assert told(world, "sven", Case, case.id, "2026-11-23") is None

    def test_consents_to_those_who_give_them_alone(self, world: World, lesson: UUID) -> None:
        with world.acts("siv") as siv:
            new = NewCase.model_validate({"title": {"en": "A draft"}, "lessons": [lesson]})
            case = cases.draft_case(world.system, siv, new)
        with world.acts("mona") as mona:
            consenting.consent(world.system, mona, lesson, 6, case.id, ("title",))
        fields = {
            n: {c.field for c in look(world, n, Lesson, lesson, "2026-11-27T11:00:00Z").changes} for n in EVERYBODY
        }
        assert {name for name, told in fields.items() if "consents" in told} == {"kari", "mona", "aud", "operator"}

    def test_people_of_a_process_to_those_who_may_know_them(self, world: World) -> None:
        with world.acts("mona") as mona:
            new = NewProcess.model_validate({"title": {"en": "Smart 2035"}, "cluster": world["ours"]})
            process = processes.open_process(world.system, mona, new.model_copy(update={"visibility": "public"}))
            [invite] = [step for step in STEPS if step.name == "invite"]
            asked = invite.asks.model_validate({
                "organisation": "Elkem", "organisation_kind": "company", "person": str(world["nils"]),
            })  # fmt: skip
            processes.take(world.system, mona, process.id, 1, invite, asked)
        people = {
            name: [
                p.record.person
                for p in look(world, name, ForesightProcess, process.id, "v2").thing.participants.values()
            ]
            for name in EVERYBODY
        }
        knowing = {name for name, persons in people.items() if persons == [str(world["nils"])]}
        assert knowing == {"kari", "mona", "siv", "aud", "operator"}
        assert all(persons == [None] for name, persons in people.items() if name not in knowing)
        then = look(world, "sven", ForesightProcess, process.id, "v1")
        assert (then.thing.participants, then.readers) == ({}, Visibility.PUBLIC)
        assert [(c.field, c.before, c.after) for c in then.changes] == [("participants", "", "Elkem (invited)")]

    def test_an_adaptation_only_where_its_lesson_could_be_read(self, world: World) -> None:
        id = world.lesson("mona", visibility="managers").id
        with world.acts("odd") as odd:
            new = NewAdaptation.model_validate({"lesson": id, "cluster": world["theirs"], "why": {"en": "Small."}})
            made = adapting.make_adaptation(world.system, odd, new)
        days(world, 1)
        change(world, "mona", id, visibility="own-cluster")
        days(world, 1)
        change(world, "mona", id, visibility="managers")
        with world.acts("odd") as odd:
            adapting.change_adaptation(world.system, odd, made.id, 1, {"why": {"en": "Few."}})

        def why(name: str, as_of: str) -> str | None:
            try:
                past: Past[Adaptation] = look(world, name, Adaptation, made.id, as_of)
            except NotFound as refused:
                if str(refused) != NOTHING:
                    raise
                return None
            assert past.readers is Visibility.MANAGERS
            return past.thing.current.why.en

        asked = ("2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "v1", "v2")
        assert [why("odd", as_of) for as_of in asked] == [None, "Small.", None, "Few.", "Small.", "Few."]
        assert [why("aud", as_of) for as_of in asked] == [None, "Small.", "Small.", "Few.", "Small.", "Few."]
        assert [why("sven", as_of) for as_of in asked] == [None] * 6


@pytest.mark.parametrize(
    "as_of",
    [
        *("", " ", "yesterday", "NaN", "2011", "2011-02-30", "0000-01-01", "2026-13-01", "2026-11-24T12:00:00", "3"),
        *("v", "v-1", "v1.5", f"v{2**70}", f"p{2**70}", "v٣", "p1 ", "V1", "2026-11-24\n", "9999-12-31"),
        *("2026-11-26", "2026-11-24T12:00:00.000001Z", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_what_is_no_moment_of_the_past(world: World, as_of: str) -> None:
    """The same for what is there and what is not."""
    told: set[tuple[type[Refused], str, str | None]] = set()
    for id in (world["ours"], uuid4()):
        with world.acts("aud") as aud, pytest.raises(Invalid) as refused:
            load_as_of(world.system, aud, Cluster, id, as_of)
        told.add((type(refused.value), str(refused.value), refused.value.field))
    [(_, text, field)] = told
    assert (field, text.isascii(), as_of.strip() in text if len(as_of) > 10 else False) == ("as_of", True, False)


@pytest.mark.parametrize(("hours", "taken"), [(0, True), (24 - 14, True), (24 - 15, False)])
def test_today_is_taken_wherever_it_has_begun(world: World, hours: int, taken: bool) -> None:
    world.now = datetime(2026, 11, 24, hours, tzinfo=UTC)
    day = "2026-11-24" if hours == 0 else "2026-11-25"
    if taken:
        assert look(world, "sven", Cluster, world["ours"], day).changes == ()
    else:
        with pytest.raises(Invalid, match="yet to come"):
            look(world, "sven", Cluster, world["ours"], day)


def test_auditors_read_every_state_of_everything(world: World, lesson: UUID) -> None:
    for thing in (world.system.store.get(Lesson, lesson), world.cluster()):
        assert isinstance(thing, Aggregate)
        read = [look(world, "aud", type(thing), thing.id, f"v{n}").thing.version for n in range(1, thing.version + 1)]
        assert read == [*range(1, thing.version + 1)]


def test_that_somebody_else_reads_a_draft_of_the_past_is_recorded(world: World, lesson: UUID) -> None:
    def reads() -> list[str]:
        return [row.topic for row in world.system.store.read(0, 1_000) if row.topic == "access.read"]

    look(world, "mona", Lesson, lesson, "v1")
    look(world, "sven", Lesson, lesson, "v1")
    assert (told(world, "sven", Lesson, lesson, "2026-11-24"), reads()) == (None, [])
    look(world, "aud", Lesson, lesson, "v1")
    look(world, "aud", Lesson, lesson, "v2")
    assert reads() == ["access.read"]
