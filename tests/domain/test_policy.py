"""Who may do what: the whole table, written out."""

from collections.abc import Iterator
from itertools import product
from typing import get_args
from uuid import UUID

import pytest

from domain.acting import acting
from domain.aggregate import Aggregate
from domain.case import Case, CaseRecord
from domain.cluster import Cluster
from domain.cluster_record import ClusterRecord
from domain.errors import NotAllowed, NotFound
from domain.lesson import Lesson
from domain.lesson_record import LessonRecord, Phase, Polarity
from domain.policy import STAFF, Action, Viewer, allow, audience, audiences, may
from domain.programme import Programme, ProgrammeRecord
from domain.release import Visibility
from domain.text import Prose, Title

OURS, THEIRS, NCE, GCE = (UUID(int=n) for n in range(1, 5))
ACTIONS: tuple[Action, ...] = get_args(Action)

VIEWERS = {
    "stranger": Viewer("sven"),
    "author": Viewer("kari"),
    "owner": Viewer("ola"),
    "manager": Viewer("mona", manages=frozenset({OURS})),
    "other": Viewer("odd", manages=frozenset({THEIRS})),
    "nce": Viewer("nina", programmes=frozenset({NCE})),
    "gce": Viewer("gro", programmes=frozenset({GCE})),
    "staff": Viewer("siv", staff=True),
}


def a_lesson(
    visibility: Visibility, *, released: bool = True, withdrawn: bool = False, anonymous: bool = False
) -> Lesson:
    record = LessonRecord(
        title=Title(en="Recruit early"),
        lesson=Prose(en="It takes longest."),
        recommendation=Prose(en="Ask."),
        phase=Phase.RECRUITMENT,
        polarity=Polarity.KEEP,
        cluster=OURS,
        programmes=(NCE,),
    )
    with acting("kari"):
        lesson = Lesson.draft_new(UUID(int=10), record, owner="ola", visibility=visibility, anonymous=anonymous)
        if released:
            lesson.submit()
            lesson.publish()
        if withdrawn:
            lesson.withdraw("x")
    return lesson


def a_case(visibility: Visibility, *, released: bool = True) -> Case:
    record = CaseRecord(
        title=Title(en="Halden"), summary=Prose(en="x"), body=Prose(en="x"), programmes=(NCE,), clusters=(OURS,)
    )
    with acting("kari"):
        case = Case.draft_new(UUID(int=11), record, visibility=visibility)
        if released:
            case.publish()
    return case


def a_cluster() -> Cluster:
    with acting("kari"):
        return Cluster.register(OURS, "Halden", ClusterRecord())


def a_programme() -> Programme:
    with acting("kari"):
        return Programme.establish(NCE, "NCE", ProgrammeRecord(name=Title(en="NCE"), owner="Siva"))


THINGS: dict[str, Aggregate | type[Aggregate]] = {
    "draft-public": a_lesson(Visibility.PUBLIC, released=False),
    "own-cluster": a_lesson(Visibility.OWN_CLUSTER),
    "programme": a_lesson(Visibility.PROGRAMME),
    "managers": a_lesson(Visibility.MANAGERS),
    "public": a_lesson(Visibility.PUBLIC),
    "anonymous": a_lesson(Visibility.MANAGERS, anonymous=True),
    "withdrawn": a_lesson(Visibility.MANAGERS, withdrawn=True),
    "case-draft": a_case(Visibility.PUBLIC, released=False),
    "case-programme": a_case(Visibility.PROGRAMME),
    "case-managers": a_case(Visibility.MANAGERS),
    "case-public": a_case(Visibility.PUBLIC),
    "a-cluster": a_cluster(),
    "a-programme": a_programme(),
    "new-lesson": Lesson,
    "new-case": Case,
    "new-cluster": Cluster,
    "new-programme": Programme,
}


def allowed(thing: str, viewer: str) -> str:
    letters = {"read": "r", "write": "w", "submit": "s", "review": "v", "withdraw": "x", "register": "g"}
    assert set(letters) == set(ACTIONS)
    return "".join(letters[a] for a in ACTIONS if may(VIEWERS[viewer], a, THINGS[thing])) or "-"


def test_the_whole_table() -> None:
    """r(ead) w(rite) s(ubmit) re(v)iew (x) withdraw re(g)ister."""
    wanted = """
                    stranger  author  owner  manager  other  nce  gce  staff
    draft-public    -         rwsx    rwsx   rwsx     -      -    -    rwsvxg
    own-cluster     -         rwsx    rwsx   rwsx     -      -    -    rwsvxg
    programme       -         rwsx    rwsx   rwsx     -      r    -    rwsvxg
    managers        -         rwsx    rwsx   rwsx     r      r    -    rwsvxg
    public          r         rwsx    rwsx   rwsx     r      r    r    rwsvxg
    anonymous       -         rwsx    rwsx   rwsx     r      r    -    rwsvxg
    withdrawn       -         rwsx    rwsx   rwsx     r      r    -    rwsvxg
    case-draft      -         -       -      -        -      -    -    rwsvxg
    case-programme  -         -       -      -        -      r    -    rwsvxg
    case-managers   -         -       -      r        r      r    -    rwsvxg
    case-public     r         r       r      r        r      r    r    rwsvxg
    a-cluster       r         r       r      r        r      r    r    rwsvxg
    a-programme     r         r       r      r        r      r    r    rwsvxg
    new-lesson      -         -       -      w        w      -    -    rwsvxg
    new-case        -         -       -      -        -      -    -    rwsvxg
    new-cluster     -         -       -      -        -      -    -    rwsvxg
    new-programme   -         -       -      -        -      -    -    rwsvxg
    """
    head, *rows = (line.split() for line in wanted.splitlines()[1:-1])
    assert head == list(VIEWERS)
    assert {thing: [allowed(thing, v) for v in VIEWERS] for thing in THINGS} == {row[0]: row[1:] for row in rows}


def refusals() -> Iterator[tuple[Viewer, Action, Aggregate | type[Aggregate]]]:
    for viewer, action, thing in product(VIEWERS.values(), ACTIONS, THINGS.values()):
        if not may(viewer, action, thing):
            yield viewer, action, thing


def test_what_may_not_be_read_is_not_there_and_the_rest_is_not_allowed() -> None:
    told: dict[tuple[type[Exception], str], int] = {
        (NotFound, "There is nothing here."): 0,
        (NotAllowed, "You may not do this. Ask programme staff."): 0,
    }
    for viewer, action, thing in refusals():
        with pytest.raises((NotFound, NotAllowed)) as refused:
            allow(viewer, action, thing)
        hidden = isinstance(thing, Aggregate) and not may(viewer, "read", thing)
        assert isinstance(refused.value, NotFound) is hidden
        told[type(refused.value), str(refused.value)] += 1
    assert all(told.values())
    assert len(told) == 2


def test_what_is_allowed_passes() -> None:
    denied = list(refusals())
    for viewer, action, thing in product(VIEWERS.values(), ACTIONS, THINGS.values()):
        if (viewer, action, thing) not in denied:
            allow(viewer, action, thing)


@pytest.mark.parametrize(
    ("visibility", "admitted"),
    [
        (Visibility.OWN_CLUSTER, {STAFF, f"cluster:{OURS}"}),
        (Visibility.PROGRAMME, {STAFF, f"cluster:{OURS}", f"programme:{NCE}", f"programme:{GCE}"}),
        (Visibility.MANAGERS, {STAFF, f"cluster:{OURS}", f"programme:{NCE}", f"programme:{GCE}", "managers"}),
        (Visibility.PUBLIC, {STAFF, f"cluster:{OURS}", f"programme:{NCE}", f"programme:{GCE}", "managers", "public"}),
    ],
)
def test_each_visibility_admits_those_of_the_narrower_ones(visibility: Visibility, admitted: set[str]) -> None:
    assert audience(visibility, OURS, [NCE, GCE]) == admitted


def test_without_a_cluster_and_programmes_only_staff_are_admitted_to_what_is_narrow() -> None:
    assert audience(Visibility.PROGRAMME) == audience(Visibility.OWN_CLUSTER) == {STAFF}


@pytest.mark.parametrize(
    ("viewer", "parts"),
    [
        ("stranger", {"public"}),
        ("manager", {"public", "managers", f"cluster:{OURS}"}),
        ("nce", {"public", f"programme:{NCE}"}),
        ("staff", {"public", STAFF}),
    ],
)
def test_what_a_viewer_is_part_of(viewer: str, parts: set[str]) -> None:
    assert audiences(VIEWERS[viewer]) == parts


def test_the_draft_of_a_released_lesson_lets_the_manager_of_its_new_cluster_work_on_it() -> None:
    lesson = a_lesson(Visibility.OWN_CLUSTER)
    assert lesson.draft is None
    with acting("kari"):
        lesson.edit(lesson.current.model_copy(update={"cluster": THEIRS}))
    now = {name: may(viewer, "write", lesson) for name, viewer in VIEWERS.items()}
    assert [name for name, able in now.items() if able] == ["author", "owner", "other", "staff"]
    assert may(VIEWERS["manager"], "read", lesson)
