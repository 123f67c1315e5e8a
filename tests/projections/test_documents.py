"""What search is told of each thing: intervals, audiences, facets, words; and what it is never told."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.audiences import audiences, released_to
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord, MemberKind
from domain.dates import Span
from domain.foresight.checks import Check
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.foresight.scenarios import ScenarioRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase
from domain.policy import may
from domain.programme import Programme, ProgrammeRecord
from domain.release import Visibility
from domain.text import Prose, Title
from domain.viewer import Viewer
from projections.documents import (
    case_documents,
    cluster_documents,
    lesson_documents,
    process_documents,
    programme_documents,
)
from search.index import Document

LESSON, OURS, THEIRS, NCE, ARENA = (UUID(int=n) for n in (31, 21, 22, 11, 12))
PUBLIC = Visibility.PUBLIC


class Around:
    """The things around a document, as they are given."""

    def __init__(self, *clusters: Cluster) -> None:
        self._clusters = {c.id: c for c in clusters}

    def cluster(self, id: UUID) -> Cluster | None:
        return self._clusters.get(id)

    def programme_code(self, id: UUID) -> str | None:
        return {NCE: "NCE", ARENA: "Arena"}.get(id)


@pytest.fixture
def ours() -> Cluster:
    cluster = Cluster.register(
        OURS, "Halden Energy", ClusterRecord(municipality="Halden", county="Østfold", sector="smart energy")
    )
    cluster.admit(ARENA, "2006-05")
    cluster.graduate(ARENA, NCE, "2009-10-01")
    return cluster


@pytest.fixture
def make(record: LessonRecord) -> Callable[..., Lesson]:
    """A published lesson; fields of its record can be given."""

    def made(visibility: Visibility = PUBLIC, *, anonymous: bool = False, **changed: Any) -> Lesson:
        new = record.model_copy(update=changed)
        lesson = Lesson.draft_new(LESSON, new, owner="person-7", visibility=visibility, anonymous=anonymous)
        release(lesson)
        return lesson

    return made


Make = Callable[..., Lesson]


def release(lesson: Lesson, record: LessonRecord | None = None) -> datetime:
    if record is not None:
        lesson.edit(record)
    lesson.submit()
    lesson.publish()
    return lesson.releases[-1].released_at


class TestIntervals:
    def test_a_draft_is_not_told(self, record: LessonRecord) -> None:
        draft = Lesson.draft_new(LESSON, record, owner="person-7", visibility=PUBLIC)
        assert lesson_documents(draft, Around(), 1) == []
        draft.submit()
        assert lesson_documents(draft, Around(), 2) == []

    def test_each_revision_ends_where_the_next_begins(self, make: Make, record: LessonRecord) -> None:
        lesson = make()
        first = lesson.releases[0].released_at
        second = release(lesson, record.model_copy(update={"title": Title(en="Recruit very early")}))
        lesson.edit(record)
        told = [
            (d.id, d.revision, d.title.get("en"), d.released_at, d.until, d.version)
            for d in lesson_documents(lesson, Around(), 7)
        ]
        assert told == [
            (f"lesson:{LESSON}:1", 1, "Recruit early", first, second, 7),
            (f"lesson:{LESSON}:2", 2, "Recruit very early", second, None, 7),
        ]

    @pytest.mark.parametrize("end", ["withdrawn", "superseded"])
    def test_the_last_ends_with_the_lesson(self, make: Make, record: LessonRecord, end: str) -> None:
        lesson = make()
        if end == "withdrawn":
            lesson.withdraw("x")
        else:
            successor = Lesson.draft_new(UUID(int=99), record, owner="person-7")
            release(successor)
            lesson.supersede(successor)
        [document] = lesson_documents(lesson, Around(), 1)
        assert (document.until, lesson.state) == (lesson.modified_at, end)

    def test_a_case_in_the_same_way(self) -> None:
        record = CaseRecord(title=Title(en="Halden"), summary=Prose(en="x"), body=Prose(en="y"))
        case = Case.draft_new(UUID(int=41), record, visibility=PUBLIC)
        assert case_documents(case, Around(), 1) == []
        case.publish()
        case.edit(record.model_copy(update={"title": Title(en="Halden again")}))
        case.publish()
        case.withdraw("x")
        first, second = case_documents(case, Around(), 1)
        assert (first.until, second.until) == (second.released_at, case.modified_at)
        assert (first.id, second.id) == (f"case:{case.id}:1", f"case:{case.id}:2")


class TestAudience:
    def test_it_is_changed_at_once_for_every_revision(self, make: Make, record: LessonRecord) -> None:
        lesson = make(Visibility.PUBLIC, programmes=(NCE,))
        release(lesson, record.model_copy(update={"title": Title(en="Second")}))
        lesson.share(Visibility.OWN_CLUSTER, False)
        told = {d.audience for d in lesson_documents(lesson, Around(), 1)}
        assert told == {frozenset({"operator", "auditors", "staff", f"cluster:{OURS}"})}

    @pytest.mark.parametrize("visibility", list(Visibility))
    @pytest.mark.parametrize("anonymous", [False, True])
    def test_who_finds_it_is_who_may_read_it(
        self, make: Make, ours: Cluster, visibility: Visibility, anonymous: bool
    ) -> None:
        """Whoever works on it aside: they are told of it by other ways than search."""
        lesson = make(visibility, anonymous=anonymous, programmes=(ARENA,))
        release(lesson, lesson.current.model_copy(update={"cluster": THEIRS, "programmes": ()}))
        viewers = [
            Viewer("sven"),
            Viewer("siv", operator=True),
            *(Viewer("m", manages=frozenset({c})) for c in (OURS, THEIRS, UUID(int=23))),
            *(Viewer("p", programmes=frozenset({p})) for p in (NCE, ARENA)),
        ]
        for document in lesson_documents(lesson, Around(ours), 1):
            finds = [bool(document.audience & audiences(v)) for v in viewers]
            assert finds == [may(v, "read", lesson) for v in viewers]

    @pytest.mark.parametrize("visibility", [v for v in Visibility if v is not Visibility.OWN_CLUSTER])
    def test_of_a_case_too(self, ours: Cluster, visibility: Visibility) -> None:
        record = CaseRecord(
            title=Title(en="Halden"), summary=Prose(en="x"), body=Prose(en="y"), clusters=(OURS,), programmes=(ARENA,)
        )
        case = Case.draft_new(UUID(int=41), record, visibility=visibility)
        case.publish()
        viewers = [
            Viewer("sven"),
            Viewer("siv", operator=True),
            Viewer("m", manages=frozenset({OURS})),
            *(Viewer("p", programmes=frozenset({p})) for p in (NCE, ARENA)),
        ]
        [document] = case_documents(case, Around(ours), 1)
        assert [bool(document.audience & audiences(v)) for v in viewers] == [may(v, "read", case) for v in viewers]

    def test_clusters_and_programmes_are_public(self, ours: Cluster) -> None:
        assert all("public" in d.audience for d in cluster_documents(ours.pending, Around(), 1))


class TestOrigin:
    TELLING = ("halden", "østfold", "smart energy", "arena", "nce", str(OURS), str(NCE), str(ARENA), "person-7", "kari")

    def everything_but_the_audience(self, document: Document) -> str:
        return repr([getattr(document, f.name) for f in fields(document) if f.name != "audience"]).lower()

    def test_an_anonymous_lesson_carries_none_of_it_in_any_field(self, make: Make, ours: Cluster) -> None:
        lesson = make(anonymous=True, sector="smart energy", programmes=(NCE, ARENA), happened=Span(start="2009"))
        [document] = lesson_documents(lesson, Around(ours), 1)
        told = self.everything_but_the_audience(document)
        assert [word for word in self.TELLING if word in told] == []
        assert set(document.facets) == {"kind", "phase", "polarity", "lang", "year"}

    def test_another_lesson_carries_all_of_it_but_people(self, make: Make, ours: Cluster) -> None:
        lesson = make(programmes=(NCE, ARENA), happened=Span(start="2009"))
        [document] = lesson_documents(lesson, Around(ours), 1)
        told = self.everything_but_the_audience(document)
        assert [w for w in self.TELLING if w not in told] == [str(NCE), str(ARENA), "person-7", "kari"]

    def test_going_anonymous_takes_it_out_of_every_revision(self, make: Make, ours: Cluster) -> None:
        lesson = make(sector="smart energy")
        release(lesson, lesson.current.model_copy(update={"title": Title(en="Second")}))
        lesson.share(PUBLIC, True)
        told = [self.everything_but_the_audience(d) for d in lesson_documents(lesson, Around(ours), 1)]
        assert [w for text in told for w in self.TELLING if w in text] == []
        assert len(told) == 2


class TestFacets:
    def test_of_a_lesson(self, make: Make, ours: Cluster) -> None:
        lesson = make(topics=("trust", "time"), happened=Span(start="2009-11", end="2010"))
        [document] = lesson_documents(lesson, Around(ours), 1)
        assert document.facets == {
            "kind": ("lesson",),
            "programme": ("NCE",),
            "cluster": (str(OURS),),
            "sector": ("smart energy",),
            "county": ("Østfold",),
            "phase": ("recruitment",),
            "polarity": ("keep",),
            "topic": ("trust", "time"),
            "lang": ("en", "nb"),
            "year": ("2009", "2010"),
        }
        assert (document.happened_from, document.happened_to, document.also) == (
            2009,
            2010,
            "trust time Halden Energy NCE",
        )

    @pytest.mark.parametrize(
        ("happened", "codes"),
        [
            (Span(start="2005"), None),
            (Span(start="2006-05"), ("Arena",)),
            (Span(start="2009-09-30", end="2012"), ("Arena",)),
            (Span(start="2009-10-01"), ("NCE",)),
            (None, ("NCE",)),
        ],
    )
    def test_the_programme_is_the_one_the_cluster_was_in_then(
        self, make: Make, ours: Cluster, happened: Span | None, codes: tuple[str, ...] | None
    ) -> None:
        [document] = lesson_documents(make(happened=happened), Around(ours), 1)
        assert document.facets.get("programme") == codes

    def test_a_programme_that_the_lesson_names_comes_before_those_of_its_cluster(
        self, make: Make, ours: Cluster
    ) -> None:
        [document] = lesson_documents(make(programmes=(ARENA,)), Around(ours), 1)
        assert document.facets["programme"] == ("Arena",)

    def test_the_sector_of_the_lesson_comes_before_that_of_its_cluster(self, make: Make, ours: Cluster) -> None:
        [document] = lesson_documents(make(sector="maritime"), Around(ours), 1)
        assert document.facets["sector"] == ("maritime",)

    @pytest.mark.parametrize(
        ("happened", "years", "ends"),
        [
            (None, None, (None, None)),
            (Span(start="2009"), ("2009",), (2009, 2009)),
            (Span(start="2009-12-31", end="2011"), ("2009", "2010", "2011"), (2009, 2011)),
            (Span(start="1900", end="2200"), tuple(str(y) for y in range(1900, 1930)), (1900, 2200)),
        ],
    )
    def test_every_year_of_a_span_at_most_thirty(
        self,
        make: Make,
        happened: Span | None,
        years: tuple[str, ...] | None,
        ends: tuple[int | None, int | None],
    ) -> None:
        [document] = lesson_documents(make(happened=happened), Around(), 1)
        assert (document.facets.get("year"), (document.happened_from, document.happened_to)) == (years, ends)

    def test_of_a_case(self, ours: Cluster) -> None:
        other = Cluster.register(THEIRS, "Raufoss", ClusterRecord(county="Innlandet", sector="smart energy"))
        record = CaseRecord(
            title=Title(en="Halden"),
            summary=Prose(en="x"),
            body=Prose(en="y"),
            clusters=(OURS, THEIRS, UUID(int=99)),
            programmes=(ARENA,),
            geographical_focus="Norway",
            happened=Span(start="2010"),
        )
        case = Case.draft_new(UUID(int=41), record, visibility=PUBLIC)
        case.publish()
        [document] = case_documents(case, Around(ours, other), 1)
        assert document.facets == {
            "kind": ("case",),
            "programme": ("Arena", "NCE"),
            "cluster": (str(OURS), str(THEIRS)),
            "sector": ("smart energy",),
            "county": ("Østfold", "Innlandet"),
            "lang": ("en",),
            "year": ("2010",),
        }
        assert document.also == "Halden Energy Raufoss Arena NCE Norway"


class TestClusters:
    def test_each_state_that_differs_is_a_document(self, ours: Cluster) -> None:
        ours.appoint_manager("ola", "2009")
        ours.rename("NCE Smart", "2010")
        documents = cluster_documents(ours.pending, Around(), 7)
        told = [(d.id, d.title["nb"], d.facets.get("programme"), d.until is None) for d in documents]
        assert told == [
            (f"cluster:{OURS}:1", "Halden Energy", None, False),
            (f"cluster:{OURS}:2", "Halden Energy", ("Arena",), False),
            (f"cluster:{OURS}:3", "Halden Energy", ("NCE",), False),
            (f"cluster:{OURS}:4", "NCE Smart", ("NCE",), True),
        ]
        assert [d.until for d in documents[:-1]] == [d.released_at for d in documents[1:]]

    def test_it_is_found_by_its_names_members_and_places_but_not_by_its_managers(self, ours: Cluster) -> None:
        ours.rename("NCE Smart", "2010")
        ours.add_member("IFE", MemberKind.RESEARCH)
        ours.appoint_manager("ola", "2009")
        last = cluster_documents(ours.pending, Around(), 1)[-1]
        assert last.also == "Halden Energy NCE Smart IFE NCE smart energy · Halden, Østfold"
        assert last.body == dict.fromkeys(("en", "nb"), "smart energy · Halden, Østfold")
        assert "ola" not in repr(last)

    def test_its_description_is_what_is_read(self) -> None:
        cluster = Cluster.register(OURS, "Halden", ClusterRecord(description=Prose(nb="En *klynge*.")))
        [document] = cluster_documents(cluster.pending, Around(), 1)
        assert document.body == {"nb": "En klynge."}


def test_a_process_is_a_document_for_each_state_that_differs_and_all_are_for_those_who_may_read_it_now() -> None:
    process = ForesightProcess.open(LESSON, ProcessRecord(title=Title(en="Energy 2035"), cluster=OURS))
    process.enter_phase(Phase.SCOPING, "2026-01-05")
    process.waive(Check.CATCH_UP, "Nobody joins late.")
    process.write_scenario(THEIRS, ScenarioRecord(title=Title(en="Islands")))
    process.describe(process.current.model_copy(update={"title": Title(en="Energy 2040")}))
    process.share(PUBLIC)
    process.withdraw("Opened twice.")
    documents = process_documents(process, Around(), 9)
    at = [event.recorded_at for event in process.pending]
    assert [(d.id, d.title["en"], d.facets.get("phase"), d.body.get("en", "")) for d in documents] == [
        (f"process:{LESSON}:1", "Energy 2035", None, ""),
        (f"process:{LESSON}:2", "Energy 2035", ("scoping",), ""),
        (f"process:{LESSON}:3", "Energy 2035", ("scoping",), "Islands"),
        (f"process:{LESSON}:4", "Energy 2040", ("scoping",), "Islands"),
    ]
    assert [(d.released_at, d.until) for d in documents] == [
        (at[0], at[1]), (at[1], at[3]), (at[3], at[4]), (at[4], at[6])
    ]  # fmt: skip
    assert {d.audience for d in documents} == {released_to(process)}


def test_a_programme_is_a_document_for_each_state_that_differs() -> None:
    programme = Programme.establish(NCE, "NCE", ProgrammeRecord(name=Title(en="Centres"), owner="Siva"))
    programme.change(programme.current.model_copy(update={"owner": "Innovation Norway"}))
    programme.close("2019")
    documents = programme_documents(programme.pending, 1)
    assert [(d.body["en"], d.also, d.facets["programme"]) for d in documents] == [
        ("Siva", "NCE", ("NCE",)),
        ("Innovation Norway", "NCE", ("NCE",)),
    ]
    assert (documents[0].until, documents[1].until) == (documents[1].released_at, None)


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Ask for a *written* **commitment**.", "Ask for a written commitment."),
        ("# Head\n\nBody", "Head\nBody"),
        ("one\ntwo", "one two"),
        ("one  \ntwo", "one two"),
        ("- first\n- second", "first\nsecond"),
        ("> quoted", "quoted"),
        ("[the report](https://example.org/secret)", "the report"),
        ("![a map](map.png)", "a map"),
        ("| a | b |\n|---|---|\n| c | d |", "a\nb\nc\nd"),
        ("`code`", "code"),
        ("```\nfenced words\n```", "fenced words"),
        ("    set in by four spaces", "set in by four spaces"),
        ("<b>not markup</b>", "<b>not markup</b>"),
        ("a < b && c", "a < b && c"),
    ],
)
def test_markdown_is_searched_as_plain_words(make: Make, markdown: str, plain: str) -> None:
    [document] = lesson_documents(make(lesson=Prose(en=markdown), recommendation=Prose(nb="x")), Around(), 1)
    assert document.body["en"] == plain


def test_the_texts_of_a_language_follow_each_other(make: Make) -> None:
    lesson = make(
        lesson=Prose(en="L", nb="l"), recommendation=Prose(nb="r"), what_happened=Prose(en="W"), title=Title(en="T")
    )
    [document] = lesson_documents(lesson, Around(), 1)
    assert (document.title, document.body) == ({"en": "T"}, {"en": "L\nW", "nb": "l\nr"})
