"""Who may do what: the whole table, written out."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args
from uuid import UUID

import pytest

from domain.access import Access
from domain.acting import acting
from domain.adaptation import Adaptation, AdaptationRecord
from domain.aggregate import Aggregate
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord
from domain.concept import Concept
from domain.errors import NotAllowed, NotFound, SignInFirst
from domain.foresight.process import ForesightProcess
from domain.foresight.record import ProcessRecord
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase, Polarity
from domain.person import Person
from domain.policy import RELATIONS, RULES, Action, allow, may
from domain.programme import Programme, ProgrammeRecord
from domain.registry import KINDS
from domain.release import Visibility
from domain.text import Prose, Title
from domain.viewer import ANYBODY, Viewer

OURS, THEIRS, NCE, GCE, FORESIGHT, LESSON = (UUID(int=n) for n in (1, 2, 3, 4, 5, 10))
ALAN = UUID(int=20)
ACTIONS: tuple[Action, ...] = get_args(Action)
WORDS = {
    "make": "m", "read": "r", "read-draft": "d", "see-origin": "o", "see-people": "p", "write": "w",
    "submit": "s", "review": "v", "share": "h", "withdraw": "x", "consent": "c", "break-glass": "b",
    "see-openings": "B", "describe": "e", "see-missing": "N", "invite": "I", "see-invitations": "V", "answer": "W",
    "register": "g", "appoint-manager": "M", "appoint-contributor": "C", "appoint": "A", "administer": "S",
    "draft-case": "D", "redact": "R",
}  # fmt: skip

VIEWERS = {
    "visitor": Viewer(ANYBODY),
    "nobody": Viewer("sven"),
    "left": Viewer("kari"),
    "author": Viewer("kari", contributes=frozenset({OURS}), programmes=frozenset({NCE})),
    "helper": Viewer("ola", contributes=frozenset({OURS}), programmes=frozenset({NCE})),
    "manager": Viewer("mona", manages=frozenset({OURS}), programmes=frozenset({NCE})),
    "leader": Viewer("leo", leads=frozenset({FORESIGHT})),
    "other": Viewer("odd", manages=frozenset({THEIRS})),
    "peer": Viewer("per", contributes=frozenset({THEIRS}), programmes=frozenset({NCE})),
    "nce": Viewer("siv", staffs=frozenset({NCE})),
    "gce": Viewer("gro", staffs=frozenset({GCE})),
    "auditor": Viewer("aud", auditor=True),
    "admin": Viewer(str(ALAN), administrator=True),
    "opened": Viewer(str(ALAN), administrator=True, opened=frozenset({LESSON, FORESIGHT, UUID(int=12)})),
    "reader": Viewer("mona", manages=frozenset({OURS}), reads_only=True),
    "operator": Viewer("root", operator=True),
}


def a_lesson(visibility: Visibility, state: str = "published", *, anonymous: bool = False) -> Lesson:
    record = LessonRecord(
        title=Title(en="Recruit early"),
        lesson=Prose(en="It takes longest."),
        recommendation=Prose(en="Ask."),
        phase=Phase.RECRUITMENT,
        polarity=Polarity.KEEP,
        cluster=OURS,
        programmes=(NCE,),
        process=FORESIGHT,
    )
    with acting("kari"):
        lesson = Lesson.draft_new(LESSON, record, owner="kari", visibility=visibility, anonymous=anonymous)
        if state != "draft":
            lesson.submit()
        if state not in ("draft", "submitted"):
            lesson.publish()
        if state == "withdrawn":
            lesson.withdraw("x")
    return lesson


def a_case(visibility: Visibility, *, released: bool = True) -> Case:
    record = CaseRecord(
        title=Title(en="Halden"), summary=Prose(en="x"), body=Prose(en="x"), programmes=(NCE,), clusters=(OURS,)
    )
    with acting("siv"):
        case = Case.draft_new(UUID(int=11), record, visibility=visibility)
        if released:
            case.publish()
    return case


def a_cluster() -> Cluster:
    with acting("siv"):
        cluster = Cluster.register(OURS, "Halden", ClusterRecord())
        cluster.admit(NCE, "2009")
    return cluster


def a_programme() -> Programme:
    with acting("siv"):
        return Programme.establish(NCE, "NCE", ProgrammeRecord(name=Title(en="NCE"), owner="Siva"))


def a_process(visibility: Visibility) -> ForesightProcess:
    with acting("mona"):
        record = ProcessRecord(title=Title(en="Energy 2035"), cluster=OURS, programmes=(NCE,))
        return ForesightProcess.open(FORESIGHT, record, visibility)


def an_adaptation() -> Adaptation:
    with acting("mona"):
        record = AdaptationRecord(why=Prose(en="We are fewer."))
        return Adaptation.make(UUID(int=12), record, lesson=LESSON, revision=1, cluster=OURS, programmes=(NCE,))


THINGS: dict[str, Aggregate | type[Aggregate]] = {
    "draft": a_lesson(Visibility.PUBLIC, "draft"),
    "submitted": a_lesson(Visibility.PUBLIC, "submitted"),
    "own-cluster": a_lesson(Visibility.OWN_CLUSTER),
    "programme": a_lesson(Visibility.PROGRAMME),
    "managers": a_lesson(Visibility.MANAGERS),
    "public": a_lesson(Visibility.PUBLIC),
    "anonymous": a_lesson(Visibility.MANAGERS, anonymous=True),
    "withdrawn": a_lesson(Visibility.MANAGERS, "withdrawn"),
    "case-draft": a_case(Visibility.PUBLIC, released=False),
    "case-programme": a_case(Visibility.PROGRAMME),
    "case-managers": a_case(Visibility.MANAGERS),
    "case-public": a_case(Visibility.PUBLIC),
    "process-own": a_process(Visibility.OWN_CLUSTER),
    "process-programme": a_process(Visibility.PROGRAMME),
    "process-managers": a_process(Visibility.MANAGERS),
    "process-public": a_process(Visibility.PUBLIC),
    "an-adaptation": an_adaptation(),
    "a-cluster": a_cluster(),
    "a-programme": a_programme(),
    "a-person": Person(ALAN),
    "new-lesson": Lesson,
    "new-case": Case,
    "new-process": ForesightProcess,
    "new-adaptation": Adaptation,
    "new-cluster": Cluster,
    "new-programme": Programme,
    "new-person": Person,
    "access": Access,
    "a-concept": Concept.called("trust"),
    "new-concept": Concept,
}


def allowed(thing: str, viewer: str) -> str:
    return "".join(WORDS[a] for a in ACTIONS if may(VIEWERS[viewer], a, THINGS[thing])) or "-"


def table() -> list[list[str]]:
    return [["-", *VIEWERS], *([thing, *(allowed(thing, v) for v in VIEWERS)] for thing in THINGS)]


def test_the_whole_table() -> None:
    """`policy.golden` has a letter for each action that is allowed."""
    assert set(WORDS) == set(ACTIONS)
    golden = Path(__file__).with_name("policy.golden").read_text("utf-8")
    assert table() == [line.split() for line in golden.splitlines()]


def test_every_rule_names_relations_and_actions_that_there_are() -> None:
    assert set(RULES) <= {cls.kind for cls in KINDS}
    used = {name for actions in RULES.values() for names in actions.values() for name in names}
    assert used == set(RELATIONS)
    assert {action for actions in RULES.values() for action in actions} == set(ACTIONS)


def refusals() -> Iterator[tuple[Viewer, Action, Aggregate | type[Aggregate]]]:
    for viewer, action, thing in product(VIEWERS.values(), ACTIONS, THINGS.values()):
        if not may(viewer, action, thing):
            yield viewer, action, thing


def test_what_may_not_be_read_is_not_there_and_the_rest_is_not_allowed() -> None:
    told: dict[tuple[type[Exception], str], int] = {
        (NotFound, "There is nothing here."): 0,
        (SignInFirst, "Sign in to do this."): 0,
        (NotAllowed, "You may not do this. Ask programme staff."): 0,
    }
    for viewer, action, thing in refusals():
        with pytest.raises((NotFound, NotAllowed)) as refused:
            allow(viewer, action, thing)
        hidden = isinstance(thing, Aggregate) and not may(viewer, "read", thing)
        assert isinstance(refused.value, NotFound) is hidden
        assert isinstance(refused.value, SignInFirst) is (not hidden and viewer.person == ANYBODY)
        told[type(refused.value), str(refused.value)] += 1
    assert all(told.values())
    assert len(told) == 3


def test_what_is_allowed_passes() -> None:
    denied = {(id(viewer), action, id(thing)) for viewer, action, thing in refusals()}
    for viewer, action, thing in product(VIEWERS.values(), ACTIONS, THINGS.values()):
        if (id(viewer), action, id(thing)) not in denied:
            allow(viewer, action, thing)


def test_a_lesson_stays_with_its_cluster_until_what_says_otherwise_is_released() -> None:
    lesson = a_lesson(Visibility.OWN_CLUSTER)
    with acting("kari"):
        lesson.edit(lesson.current.model_copy(update={"cluster": THEIRS}))
        assert may(VIEWERS["manager"], "write", lesson)
        assert not may(VIEWERS["other"], "read", lesson)
        lesson.submit()
        lesson.publish()
    assert not may(VIEWERS["manager"], "read", lesson)
    assert may(VIEWERS["other"], "write", lesson)


def test_what_belongs_to_no_programme_is_looked_after_by_the_staff_of_all() -> None:
    lesson = a_lesson(Visibility.OWN_CLUSTER, "submitted")
    with acting("kari"):
        lesson.edit(lesson.current.model_copy(update={"programmes": ()}))
        lesson.submit()
    assert [may(VIEWERS[v], "review", lesson) for v in ("nce", "gce", "other")] == [True, True, False]
