"""A case tells of a lesson that is shared with fewer people what its owner consented to, and nothing else."""

from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from api.usecases import cases
from api.usecases.cases import NewCase
from api.usecases.consenting import Told, asking, consent, told
from api.usecases.lessons import change_lesson, withdraw_lesson
from api.usecases.looking import load
from domain.case import Case
from domain.errors import Invalid, NotAllowed, NotFound, NotReady, Refused, Stale
from domain.lesson import ConsentField, Lesson
from domain.text import Prose, Title

World: TypeAlias = Any
Fields: TypeAlias = dict[ConsentField, Title | Prose | str]


@pytest.fixture
def lesson(world: World) -> Lesson:
    return world.lesson("kari", title={"en": "Recruit, and early", "nb": "Rekrutter tidlig"})


def a_case(world: World, *lessons: Lesson, **fields: Any) -> Case:
    new = {"title": {"en": "Halden"}, "summary": {"en": "x"}, "body": {"en": "y"}, "programmes": [world["NCE"]]}
    with world.acts("siv") as siv:
        given = NewCase.model_validate({**new, "lessons": [one.id for one in lessons], **fields})
        return cases.draft_case(world.system, siv, given)


def give(world: World, lesson: Lesson, case: Case, *fields: Any, by: str = "kari") -> Lesson:
    version = world.system.store.get(Lesson, lesson.id).version
    with world.acts(by) as viewer:
        return consent(world.system, viewer, lesson.id, version, case.id, fields, "Agreed.")


def publish(world: World, case: Case) -> Case:
    with world.acts("siv") as siv:
        return cases.publish_case(world.system, siv, case.id, case.version)


def shown(world: World, name: str, case: Case) -> tuple[list[Any], list[Told]]:
    """The lessons that the case names to this reader, and what it tells of those it does not lead to."""
    with world.acts(name) as viewer:
        seen = load(world.system, viewer, Case, case.id)
        return list(seen.current.lessons), told(world.system, viewer, seen, seen.current)


def test_whoever_answers_for_it_is_asked_also_by_a_draft(world: World, lesson: Lesson) -> None:
    case, public = a_case(world, lesson), world.lesson("kari", visibility="public")
    free = a_case(world, public, visibility="public", title={"nb": "Alle"})
    withdrawn = a_case(world, lesson)
    with world.acts("siv") as siv:
        cases.withdraw_case(world.system, siv, withdrawn.id, withdrawn.version, "Wrong.")
    with world.acts("kari") as kari:
        [asked] = asking(world.system, kari, lesson.id)
        [other] = asking(world.system, kari, public.id)
    siv = str(world["siv"])
    assert (asked.case, asked.title, asked.author, asked.visibility, asked.published, asked.needed, asked.fields) == (
        *(case.id, Title(en="Halden"), siv, case.visibility, False, True, ()),
    )
    assert (other.case, other.needed) == (free.id, False)
    give(world, lesson, case, "title", "cluster")
    publish(world, case)
    with world.acts("mona") as mona:
        [asked] = asking(world.system, mona, lesson.id)
    assert (asked.published, asked.fields) == (True, ("title", "cluster"))


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("siv", NotAllowed), ("aud", NotAllowed), ("odd", NotFound), ("alan", NotFound), ("sven", NotFound)],
)
def test_nobody_else_is_asked_or_consents(world: World, lesson: Lesson, name: str, refusal: type[Refused]) -> None:
    case, before = a_case(world, lesson), world.system.store.position
    with world.acts(name) as viewer, pytest.raises(refusal):
        asking(world.system, viewer, lesson.id)
    with pytest.raises(refusal):
        give(world, lesson, case, "title", by=name)
    assert world.system.store.position == before


def test_the_case_is_published_with_consent_and_tells_that_alone(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    with pytest.raises(NotReady) as refused:
        publish(world, case)
    assert str(refused.value).endswith("Their owners have to consent first: «Recruit, and early».")
    give(world, lesson, case, "title", "recommendation", "cluster")
    publish(world, case)
    fields: Fields = {
        "title": Title(en="Recruit, and early", nb="Rekrutter tidlig"),
        "recommendation": Prose(en="Ask."),
        "cluster": "The cluster called ours",
    }
    assert shown(world, "odd", case) == ([lesson.id], [Told(lesson.id, fields)])
    assert shown(world, "kari", case) == ([lesson.id], [])


def test_what_is_told_is_the_released_revision_and_can_be_taken_back_at_once(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    give(world, lesson, case, "title")
    publish(world, case)
    with world.acts("kari") as kari:
        version = world.system.store.get(Lesson, lesson.id).version
        change_lesson(world.system, kari, lesson.id, version, {"title": {"en": "A secret in a draft"}})
    assert [one.fields["title"] for one in shown(world, "odd", case)[1]] == [lesson.current.title]
    give(world, lesson, case)
    assert shown(world, "odd", case) == ([], [])


def test_a_withdrawn_lesson_is_told_no_more(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    give(world, lesson, case, "title")
    publish(world, case)
    with world.acts("mona") as mona:
        version = world.system.store.get(Lesson, lesson.id).version
        withdraw_lesson(world.system, mona, lesson.id, version, "Wrong.")
    assert shown(world, "odd", case) == ([], [])


def test_an_anonymous_lesson_is_not_led_to_beside_the_case_that_would_tell_its_cluster(world: World) -> None:
    """Everybody may read it; but a link from a case of the cluster would say whose it is."""
    lesson = world.lesson("kari", visibility="public", anonymous=True)
    case = a_case(world, lesson, clusters=[world["ours"]])
    with pytest.raises(NotReady):
        publish(world, case)
    give(world, lesson, case, "title", "lesson")
    publish(world, case)
    fields: Fields = {"title": Title(en="Recruit early"), "lesson": Prose(en="It takes longest.")}
    assert shown(world, "odd", case) == ([lesson.id], [Told(lesson.id, fields)])
    assert shown(world, "mona", case) == ([lesson.id], [])


def test_the_refusal_names_no_lesson_that_the_publisher_may_not_read(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    with world.acts("operator") as operator:
        changes = {"programmes": [world["Arena"]]}
        cases.change_case(world.system, operator, case.id, case.version, changes)
    with world.acts("ari") as ari, pytest.raises(NotReady) as refused:
        cases.publish_case(world.system, ari, case.id, case.version + 1)
    assert str(refused.value).endswith("Their owners have to consent first: ….")


@pytest.mark.parametrize("which", ["another", "withdrawn", "none"])
def test_a_case_that_does_not_name_it_is_as_one_that_is_not_there(world: World, lesson: Lesson, which: str) -> None:
    named, unnamed = a_case(world, lesson), a_case(world)
    with world.acts("siv") as siv:
        cases.withdraw_case(world.system, siv, named.id, named.version, "Wrong.")
    case = {"another": unnamed, "withdrawn": named, "none": Case(uuid4())}[which]
    with pytest.raises(Invalid) as refused:
        give(world, lesson, case, "title")
    assert (str(refused.value), refused.value.field) == ("There is no such case that names this lesson.", "case")


def test_consent_is_to_a_title_at_least_and_against_the_latest_version(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    with pytest.raises(Invalid) as refused:
        give(world, lesson, case, "lesson")
    assert refused.value.field == "fields"
    with world.acts("kari") as kari, pytest.raises(Stale):
        consent(world.system, kari, lesson.id, 1, case.id, ("title",))


def test_consent_to_a_case_that_names_it_no_more_can_be_taken_back(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    give(world, lesson, case, "title")
    with world.acts("siv") as siv:
        cases.change_case(world.system, siv, case.id, case.version, {"lessons": []})
    assert give(world, lesson, case).consents == {}
