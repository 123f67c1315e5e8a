"""A case tells of a lesson that is shared with fewer people what its owner consented to, and nothing else."""

from typing import Any, TypeAlias
from uuid import uuid4

import pytest

from api.usecases import cases
from api.usecases.cases import NewCase
from api.usecases.consenting import Asking, Told, asking, consent, told
from api.usecases.lessons import change_lesson, withdraw_lesson
from api.usecases.looking import load
from domain.case import Case
from domain.consent_record import Consent, ConsentField
from domain.errors import Invalid, NotAllowed, NotFound, NotReady, Refused, Stale
from domain.lesson import Lesson
from domain.release import Visibility
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
    assert asked == Asking(
        case.id, Title(en="Halden"), siv, case.visibility, (world["NCE"],), False, needed=True, fields=(), enough=False
    )
    assert (other.case, other.needed) == (free.id, False)
    give(world, lesson, case, "title", "cluster")
    publish(world, case)
    with world.acts("mona") as mona:
        [asked] = asking(world.system, mona, lesson.id)
    assert (asked.published, asked.fields, asked.enough) == (True, ("title", "cluster"), True)


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


def change(world: World, case: Case, by: str = "siv", **changes: Any) -> Case:
    version = world.system.store.get(Case, case.id).version
    with world.acts(by) as viewer:
        return cases.change_case(world.system, viewer, case.id, version, changes)


def test_a_case_that_is_shared_more_widely_asks_anew(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    given = give(world, lesson, case, "title").consents[case.id]
    assert given == Consent(("title",), Visibility.MANAGERS, (world["NCE"],))
    publish(world, case)
    with pytest.raises(NotReady):
        change(world, case, visibility="public")
    with world.acts("kari") as kari:
        [asked] = asking(world.system, kari, lesson.id)
        version = world.system.store.get(Lesson, lesson.id).version
        consent(world.system, kari, lesson.id, version, case.id, ("title",), visibility=Visibility.PUBLIC)
    assert (asked.fields, asked.enough) == (("title",), True)
    assert change(world, case, visibility="public").visibility is Visibility.PUBLIC
    assert shown(world, "sven", case)[0] == [lesson.id]


def test_another_programme_is_more_readers(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    give(world, lesson, case, "title")
    publish(world, case)
    changed = change(world, case, programmes=[world["NCE"], world["Arena"]])
    with pytest.raises(NotReady):
        publish(world, changed)
    give(world, lesson, case, "title")
    assert len(publish(world, changed).releases) == 2


def test_consent_is_to_what_was_shown_and_not_to_what_the_case_has_become(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    with world.acts("kari") as kari:
        [seen] = asking(world.system, kari, lesson.id)
    widened = change(world, case, visibility="public")
    with world.acts("kari") as kari:
        as_shown: dict[str, Any] = {"visibility": seen.visibility, "programmes": seen.programmes}
        consent(world.system, kari, lesson.id, 3, case.id, ("title",), **as_shown)
        [asked] = asking(world.system, kari, lesson.id)
    assert (asked.visibility, asked.fields, asked.enough) == (Visibility.PUBLIC, ("title",), False)
    with pytest.raises(NotReady):
        publish(world, widened)
    publish(world, change(world, case, visibility="managers"))


def test_consent_names_programmes_that_are_there(world: World, lesson: Lesson) -> None:
    case = a_case(world, lesson)
    with world.acts("kari") as kari, pytest.raises(Invalid) as refused:
        consent(world.system, kari, lesson.id, 3, case.id, ("title",), programmes=(uuid4(),))
    assert refused.value.field == "programmes"


@pytest.fixture
def mixed(world: World, lesson: Lesson) -> tuple[Case, Lesson, Lesson]:
    """A case that names a lesson of ours between two that everybody reads; Arena's staff write it as well."""
    first, last = (world.lesson("kari", visibility="public") for _ in range(2))
    case = a_case(world, first, lesson, last, programmes=[world["NCE"]])
    return change(world, case, "operator", programmes=[world["NCE"], world["Arena"]]), first, last


def test_whoever_is_not_told_of_a_lesson_keeps_it_by_saving(
    world: World, lesson: Lesson, mixed: tuple[Case, Lesson, Lesson]
) -> None:
    case, first, last = mixed
    ways: list[tuple[dict[str, Any], list[Lesson]]] = [
        ({"title": {"en": "Halden again"}}, [first, lesson, last]),
        ({"lessons": [first.id, last.id]}, [first, lesson, last]),
        ({"lessons": [last.id, first.id]}, [last, first, lesson]),
        ({"lessons": []}, [lesson]),
        ({"lessons": [first.id]}, [lesson, first]),
    ]
    for changes, named in ways:
        assert change(world, case, "ari", **changes).current.lessons == tuple(one.id for one in named)
    assert shown(world, "ari", case) == ([first.id], [])


def test_those_lessons_can_be_left_out_all_at_once_and_on_purpose(
    world: World, mixed: tuple[Case, Lesson, Lesson]
) -> None:
    case, first, last = mixed
    assert change(world, case, "ari", leave_out_untold=True).current.lessons == (first.id, last.id)


def test_whoever_is_told_of_them_all_leaves_out_what_they_name_no_more(
    world: World, lesson: Lesson, mixed: tuple[Case, Lesson, Lesson]
) -> None:
    case, first, _ = mixed
    assert change(world, case, "siv", lessons=[first.id]).current.lessons == (first.id,)


def test_a_hidden_lesson_of_the_case_is_named_as_one_that_is_not_there(
    world: World, lesson: Lesson, mixed: tuple[Case, Lesson, Lesson]
) -> None:
    case, first, _ = mixed
    told: list[str] = []
    for id in (lesson.id, uuid4()):
        with pytest.raises(Invalid) as refused:
            change(world, case, "ari", lessons=[first.id, id])
        told.append(f"{refused.value.field}: {refused.value}")
    assert told == ["lessons: There is no such lesson. Look its id up first."] * 2


def test_a_lesson_that_the_case_may_tell_of_is_kept_by_naming_it(
    world: World, lesson: Lesson, mixed: tuple[Case, Lesson, Lesson]
) -> None:
    case, first, _ = mixed
    give(world, lesson, case, "title")
    assert shown(world, "ari", case)[0] == list(case.current.lessons)
    assert change(world, case, "ari", lessons=[lesson.id, first.id]).current.lessons == (lesson.id, first.id)


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


def test_nor_an_anonymous_one_whose_origin_the_case_would_tell(world: World) -> None:
    lesson = world.lesson("kari", visibility="public", anonymous=True)
    case = a_case(world, lesson, clusters=[world["ours"]])
    with world.acts("siv") as siv, pytest.raises(NotReady) as refused:
        cases.publish_case(world.system, siv, case.id, case.version)
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
