"""The catalogue under a scope: what may be read is listed and counted, and nothing else moves it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.wiring import System
from domain.access import Access
from domain.acting import but
from domain.audiences import ALWAYS, audiences
from domain.case import Case, CaseRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord
from domain.person import Part, Person, Role
from domain.policy import may
from domain.release import Visibility
from domain.text import Title
from domain.viewer import Viewer
from projections.catalogue import Entry

FIRST, SECOND, THIRD, CASE, HALDEN, RAUFOSS, NCE, ARENA = (UUID(int=n) for n in (31, 32, 33, 41, 21, 22, 11, 12))
VISITOR = audiences(Viewer("anybody"))
OTHER = audiences(Viewer("mona", manages=frozenset({RAUFOSS})))
OWN = audiences(Viewer("hans", manages=frozenset({HALDEN})))
Draft = Callable[..., Lesson]


@pytest.fixture
def draft(system: System, record: LessonRecord) -> Draft:
    """A draft by Kari of the cluster Halden, unless told; saved, and in the lists. `steps` are carried out before."""

    def made(*steps: str, id: UUID | None = None, anonymous: bool = False, **changed: Any) -> Lesson:
        visibility = changed.pop("visibility", Visibility.PUBLIC)
        new = record.model_copy(update=changed)
        lesson = Lesson.draft_new(id or uuid4(), new, owner="kari", visibility=visibility, anonymous=anonymous)
        for step in steps:
            getattr(lesson, step)()
        system.store.save(lesson)
        system.projector.catch_up()
        return lesson

    return made


def ids(entries: tuple[Entry, ...]) -> list[UUID]:
    return [entry.id for entry in entries]


class TestTheStory:
    @pytest.fixture(autouse=True)
    def entries(self, system: System, tell: Callable[..., None]) -> tuple[Entry, ...]:
        tell(system.store)
        system.projector.catch_up()
        return system.catalogue.listing(scope=ALWAYS)

    def test_what_there_is(self, entries: tuple[Entry, ...]) -> None:
        recruit = {"en": "Recruit early", "nb": "Rekrutter tidlig"}
        assert entries == (
            Entry(ARENA, "programme", {"nb": "Arena"}, "Arena"),
            Entry(NCE, "programme", {"en": "Centres of Expertise"}, "NCE"),
            Entry(CASE, "case", {"en": "Foresight in Halden"}, None),
            Entry(FIRST, "lesson", recruit, None),
            Entry(SECOND, "lesson", recruit, None),
            Entry(RAUFOSS, "cluster", {"en": "NCE Raufoss", "nb": "NCE Raufoss"}, None),
            Entry(HALDEN, "cluster", {"en": "NCE Smart", "nb": "NCE Smart"}, None),
            Entry(THIRD, "lesson", recruit, None),
        )

    def test_listed_by_kind_state_and_page(self, system: System, entries: tuple[Entry, ...]) -> None:
        of = system.catalogue.listing
        assert ids(of("lesson", scope=ALWAYS, state=("withdrawn", "superseded"))) == [FIRST, SECOND]
        assert ids(of(scope=ALWAYS, draft_state="returned")) == [THIRD]
        assert ids(of("lesson", scope=ALWAYS, state=("draft",))) == []
        assert ids(of(scope=ALWAYS, limit=4, without=[NCE, FIRST])) == [ARENA, CASE, SECOND, RAUFOSS]
        assert (*of(scope=ALWAYS, limit=3), *of(scope=ALWAYS, limit=100, offset=3)) == entries

    def test_looked_up_by_id(self, system: System, entries: tuple[Entry, ...]) -> None:
        at, of = {entry.id: entry for entry in entries}, system.catalogue.entries
        assert of([FIRST, uuid4(), str(HALDEN)], scope=ALWAYS) == {id: at[id] for id in (FIRST, HALDEN)}
        assert of([FIRST, THIRD, HALDEN], scope=VISITOR) == {id: at[id] for id in (FIRST, HALDEN)}
        assert of([], scope=ALWAYS) == {}

    def test_more_ids_than_a_statement_takes_can_be_looked_up(self, system: System) -> None:
        many = [uuid4() for _ in range(1_200)]
        assert list(system.catalogue.entries([*many, FIRST], scope=ALWAYS)) == [FIRST]

    @pytest.mark.parametrize(
        ("id", "kind", "expected"),
        [
            (RAUFOSS, None, [FIRST]),
            (FIRST, None, [CASE]),
            (HALDEN, "case", [CASE]),
            (HALDEN, "lesson", [SECOND, THIRD]),
            (NCE, None, [HALDEN]),
            (uuid4(), None, []),
        ],
    )
    def test_what_names_a_thing(self, system: System, id: UUID, kind: str | None, expected: list[UUID]) -> None:
        assert ids(system.catalogue.linked_to(id, kind, scope=ALWAYS)) == expected

    def test_what_names_a_thing_and_is_hidden_is_not_told(self, system: System) -> None:
        assert ids(system.catalogue.linked_to(HALDEN, "lesson", scope=VISITOR)) == [SECOND]
        assert set(system.catalogue.naming(HALDEN)) == {FIRST, SECOND, THIRD, CASE}

    @pytest.mark.parametrize(
        ("scope", "expected"),
        [(VISITOR, [FIRST, SECOND]), (OTHER, [FIRST, SECOND]), (OWN, [FIRST, SECOND, THIRD]), (frozenset[str](), [])],
    )
    def test_a_scope_sees_its_own(self, system: System, scope: frozenset[str], expected: list[UUID]) -> None:
        assert ids(system.catalogue.listing("lesson", scope=scope)) == expected
        by_page = [*(ids(system.catalogue.listing("lesson", scope=scope, limit=1, offset=n)) for n in range(4))]
        assert [id for page in by_page for id in page] == expected


class TestWho:
    @pytest.mark.parametrize("visibility", list(Visibility))
    @pytest.mark.parametrize("steps", [(), ("submit",), ("submit", "publish")])
    def test_is_listed_to_is_who_may_read_it(
        self, system: System, draft: Draft, visibility: Visibility, steps: tuple[str, ...]
    ) -> None:
        lesson = draft(*steps, visibility=visibility, programmes=(ARENA,))
        viewers = [
            Viewer("anybody"),
            Viewer("sven"),
            Viewer("kari", contributes=frozenset({HALDEN}), programmes=frozenset({ARENA})),
            *(Viewer("m", manages=frozenset({c})) for c in (HALDEN, RAUFOSS)),
            *(Viewer("c", contributes=frozenset({c}), programmes=frozenset({NCE})) for c in (HALDEN, RAUFOSS)),
            *(Viewer("s", staffs=frozenset({p})) for p in (NCE, ARENA)),
            Viewer("a", auditor=True),
            Viewer("d", administrator=True),
            Viewer("d", administrator=True, opened=frozenset({lesson.id})),
            Viewer("o", operator=True),
        ]
        listed = [bool(system.catalogue.listing(scope=audiences(v))) for v in viewers]
        assert listed == [may(v, "read", lesson) for v in viewers]
        asked = lesson.draft_state or "draft"
        drafts = [bool(system.catalogue.listing(scope=audiences(v), draft_state=asked)) for v in viewers]
        assert drafts == [lesson.draft is not None and may(v, "read-draft", lesson) for v in viewers]

    def test_may_read_what_is_published_learns_of_no_draft(self, system: System, draft: Draft) -> None:
        lesson = draft("submit", "publish")
        lesson.edit(lesson.current.model_copy(update={"title": Title(en="Better"), "cluster": RAUFOSS}))
        system.store.save(lesson)
        system.projector.catch_up()
        [entry] = system.catalogue.listing(scope=VISITOR)
        assert entry.title == {"en": "Recruit early", "nb": "Rekrutter tidlig"}
        assert system.catalogue.listing(scope=VISITOR, draft_state="draft") == ()
        assert ids(system.catalogue.listing(scope=OWN, draft_state="draft")) == [lesson.id]

    def test_is_told_otherwise_at_the_next_event(self, system: System, draft: Draft) -> None:
        lesson = draft("submit", "publish")
        assert ids(system.catalogue.listing(scope=VISITOR)) == [lesson.id]
        lesson.share(Visibility.OWN_CLUSTER, False)
        system.store.save(lesson)
        system.projector.catch_up()
        assert (system.catalogue.listing(scope=VISITOR), ids(system.catalogue.listing(scope=OWN))) == ((), [lesson.id])


class TestOrder:
    def test_a_draft_in_work_moves_nothing(self, system: System, draft: Draft) -> None:
        old, new = draft("submit", "publish"), draft("submit", "publish")
        old.edit(old.current.model_copy(update={"title": Title(en="Better")}))
        old.consent(CASE, ("title",))
        system.store.save(old)
        system.projector.catch_up()
        for scope in (VISITOR, OWN, ALWAYS):
            assert ids(system.catalogue.listing(scope=scope)) == [new.id, old.id]
        old.submit()
        old.publish()
        system.store.save(old)
        system.projector.catch_up()
        assert ids(system.catalogue.listing(scope=VISITOR)) == [old.id, new.id]

    def test_nor_does_one_of_a_case(self, system: System) -> None:
        record = CaseRecord(title=Title(en="x"), summary={"en": "y"}, body={"en": "z"})  # pyright: ignore[reportArgumentType]
        made = [Case.draft_new(uuid4(), record, visibility=Visibility.PUBLIC) for _ in range(2)]
        for case in made:
            case.publish()
        made[0].edit(record.model_copy(update={"title": Title(en="Better")}))
        system.store.save(*made)
        system.projector.catch_up()
        assert ids(system.catalogue.listing(scope=VISITOR)) == [made[1].id, made[0].id]

    def test_anonymous_lessons_of_a_day_stand_by_id_whoever_recorded_which_first(
        self, system: System, draft: Draft
    ) -> None:
        made = [UUID(int=n) for n in (7, 3, 9, 5)]
        for id in made:
            draft("submit", "publish", id=id, anonymous=True)
        named = draft("submit", "publish", id=UUID(int=1))
        assert ids(system.catalogue.listing(scope=VISITOR)) == [named.id, *sorted(made)]


def test_what_is_past_its_review_date(system: System, draft: Draft) -> None:
    made = [draft("submit", "publish") for _ in range(3)]
    for lesson, day in zip(made, ("2020-01-01", "2020-01-02", None), strict=True):
        lesson.renew_review(day)
        system.store.save(lesson)
    system.projector.catch_up()
    assert ids(system.catalogue.listing(scope=VISITOR, review_before="2020-01-02")) == [made[0].id]


def test_a_withdrawn_draft_waits_for_no_review(system: System, draft: Draft) -> None:
    lesson = draft("submit")
    assert ids(system.catalogue.listing(scope=ALWAYS, draft_state="submitted")) == [lesson.id]
    lesson.withdraw("A duplicate.")
    system.store.save(lesson)
    system.projector.catch_up()
    assert system.catalogue.listing(scope=ALWAYS, draft_state="submitted") == ()
    assert ids(system.catalogue.listing(scope=ALWAYS, state=("withdrawn",))) == [lesson.id]


def test_people_and_what_they_did_at_the_door_are_in_no_list(system: System, draft: Draft) -> None:
    lesson = draft()
    person = Person(uuid4())
    person.appoint(Part(Role.AUDITOR), "2026")
    with but(actor=str(person.id)):
        person.break_glass(lesson.id, "A complaint.", until=lesson.created_at)  # pyright: ignore[reportArgumentType]
        access = Access.note(uuid4(), Access.SignedIn, person=str(person.id), method="password")
    system.store.save(person, access)
    system.projector.catch_up()
    assert ids(system.catalogue.listing(scope=ALWAYS)) == [lesson.id]
    assert system.catalogue.entries([person.id, access.id], scope=ALWAYS) == {}
    assert system.dead_letters.all() == ()
