"""A hundred things that all who look at the world are denied: how they come, and how they go."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

from api.wiring import System
from domain.access import Access
from domain.acting import acting
from domain.aggregate import Aggregate
from domain.case import Case
from domain.foresight.process import ForesightProcess
from domain.lesson import Lesson
from domain.person import Part, Person, Role
from domain.release import Visibility
from domain.text import Title
from tests.leaks.world import (
    ARENA,
    AUTHOR,
    BEGIN,
    NCE,
    OURS,
    PEERS,
    THEIRS,
    a_process,
    case_record,
    clock,
    id_of,
    keep,
    lesson_record,
    published,
)

SECRET = "quisquis"
"""Stands in every hidden thing, wherever words stand."""


def hide(system: System, *, from_managers: bool) -> list[Lesson | Case]:
    """Adds a hundred things of THEIRS, recorded before, between and after what was there; with `from_managers` some
    that managers and staff of all programmes would see are among them. They are given back, to be withdrawn."""
    with acting(AUTHOR, request_id="request-3", clock=clock(BEGIN - timedelta(days=2), timedelta(hours=1))):
        made = list(_hidden("managers" if from_managers else "programme"))
        in_work = [*_in_work(system), *_processes()]
    assert len(made) == 100
    keep(system, [*made, *in_work])
    return made


def _hidden(widest: str) -> Iterator[Lesson | Case]:
    said: dict[str, Any] = {
        "title": {"en": f"Recruit {SECRET} early", "nb": f"Rekrutter {SECRET}"},
        "lesson": {"en": f"Trust and time: {SECRET} commit."},
        "topics": [SECRET, "trust"],
        "sector": SECRET,
    }
    levels = cycle(("own-cluster", "programme", widest))
    for number in range(90):
        state = ("draft", "submitted", "published", "withdrawn", "revised", "returned")[number % 6]
        visibility = Visibility.PUBLIC if state in ("draft", "submitted", "returned") else Visibility(next(levels))
        record = lesson_record(number, THEIRS, ARENA, **said)
        lesson = Lesson.draft_new(
            id_of("hidden", number), record, owner=AUTHOR, visibility=visibility, anonymous=number % 5 == 0
        )
        if state != "draft":
            lesson.submit()
        if state == "returned":
            lesson.return_draft("Say when.")
        if state in ("published", "withdrawn", "revised"):
            lesson.publish()
        if state == "revised":
            lesson.edit(record.model_copy(update={"title": Title(en=f"Trust {SECRET}")}))
            published(lesson)
        if state == "withdrawn":
            lesson.withdraw(f"{SECRET}.")
        yield lesson
    for number in range(10):
        record = case_record(number, THEIRS, ARENA, title={"en": f"Foresight {SECRET}"}, lessons=[id_of("lesson", 0)])
        case = Case.draft_new(id_of("hidden case", number), record, visibility=Visibility.PROGRAMME)
        if number % 2:
            case.publish()
        yield case


def _processes() -> Iterator[ForesightProcess]:
    for number, visibility in enumerate((Visibility.OWN_CLUSTER, Visibility.PROGRAMME)):
        yield a_process(id_of("hidden process", number), THEIRS, visibility, f"Foresight {SECRET}")
    over = a_process(id_of("hidden process", 2), THEIRS, Visibility.OWN_CLUSTER, f"Recruit {SECRET}")
    over.withdraw(f"{SECRET}.")
    yield over


def _in_work(system: System) -> Iterator[Lesson | Case]:
    """Drafts of what is public, named after elsewhere; and what its owner lets a hidden case tell of it."""
    for number, step in ((0, None), (2, "submit"), (4, "return"), (6, None), (10, None), (11, "submit")):
        lesson = system.store.get(Lesson, id_of("lesson", number))
        said = {"title": Title(en=f"Recruit {SECRET}"), "topics": (SECRET,), "cluster": OURS, "programmes": (NCE,)}
        lesson.edit(lesson.current.model_copy(update=said))
        if step:
            lesson.submit()
        if step == "return":
            lesson.return_draft(f"{SECRET}?")
        lesson.consent(id_of("hidden case", 0), ("title", "cluster"))
        yield lesson
    case = system.store.get(Case, id_of("case", 1))
    case.edit(case.current.model_copy(update={"title": Title(en=SECRET), "clusters": (OURS, PEERS)}))
    yield case


def withdraw(system: System, hidden: list[Lesson | Case]) -> None:
    with acting(AUTHOR, request_id="request-4", clock=clock(BEGIN + timedelta(days=9), timedelta(minutes=1))):
        alive = [thing for thing in hidden if not thing.withdrawn]
        for thing in alive:
            thing.withdraw(f"Not needed: {SECRET}.")
    keep(system, alive)


def come_and_go(system: System, *, contributors: bool) -> None:
    """Others are given parts, sign in, and are refused. `contributors`: parts of a cluster are among them, which those
    who give them see on its page."""
    with acting("operator", request_id="request-5", clock=clock(BEGIN + timedelta(days=3))):
        made: list[Aggregate] = []
        for number in range(20):
            person = Person(id_of("stranger", number))
            system.people.add(f"{SECRET} {number}", id=str(person.id))
            of_cluster = Part(Role.CLUSTER_CONTRIBUTOR, THEIRS) if contributors else Part(Role.AUDITOR)
            person.appoint((of_cluster, Part(Role.PROGRAMME_STAFF, ARENA))[number % 2], "2021")
            made.append(person)
            made.append(Access.note(id_of("in", number), Access.SignedIn, person=str(person.id), method="password"))
            made.append(Access.note(id_of("no", number), Access.Denied, person=str(person.id), asked=f"GET /{SECRET}"))
    keep(system, made)
