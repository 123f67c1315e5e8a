"""Staff change the thesaurus: who may, what is refused, and that the next search knows it with nothing made anew."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from api.usecases.concepts import NewConcept, change_concept, make_concept, restore_concept, retire_concept
from api.usecases.thesaurus import (
    as_shown,
    as_turtle,
    came,
    current_thesaurus,
    history_of_concept,
    letters,
    list_concepts,
    standing,
)
from domain.concept import Concept
from domain.errors import Conflict, Invalid, NameTaken, NotAllowed, NotFound, Refused, SignInFirst, Stale, WrongState
from domain.thesaurus import narrower_of
from domain.viewer import ANYBODY, Viewer
from search.thesaurus import Concept as Searched
from search.thesaurus import Thesaurus, check, read_turtle, shipped
from tests.usecases.conftest import Meddle, World

LEAF = next(slug for slug in came() if not narrower_of(came(), slug))
"""One that came with the program, and that no other has as its broader one."""


def a(id: str, **fields: Any) -> NewConcept:
    return NewConcept.model_validate({"id": id, "preferred": {"en": f"quux {id}", "nb": f"kvuks {id}"}, **fields})


def make(world: World, id: str, by: str = "siv", **fields: Any) -> Concept:
    with world.acts(by) as viewer:
        return make_concept(world.system, viewer, a(id, **fields))


def change(world: World, id: str, version: int, by: str = "siv", **changes: Any) -> Concept:
    with world.acts(by) as viewer:
        return change_concept(world.system, viewer, id, version, changes)


def retire(world: World, id: str, version: int, by: str = "siv") -> Concept:
    with world.acts(by) as viewer:
        return retire_concept(world.system, viewer, id, version, "Nobody says so.")


def restore(world: World, id: str, version: int, by: str = "siv") -> Concept:
    with world.acts(by) as viewer:
        return restore_concept(world.system, viewer, id, version, "They do.")


def others(world: World, *phrase: str) -> list[str]:
    """What the next search looks for beside the phrase, in the order of the alphabet."""
    return sorted(" ".join(one.phrase) for one in current_thesaurus(world.system).alternatives(phrase))


def test_everything_that_comes_with_the_program_can_be_changed_by_staff() -> None:
    """What the file says and what the forms take is one thing: nothing is lost on the way."""
    records = came()
    assert list(records) == [concept.id for concept in shipped()]
    labels = {c.id: {(lang, label.casefold()) for lang, label in c.labels()} for c in shipped()}
    kept = {
        slug: {
            (lang, label.casefold())
            for lang in ("en", "nb")
            for label in (
                getattr(r.preferred, lang),
                *getattr(r.alternative, lang),
                *getattr(r.hidden, lang),
            )
        }
        for slug, r in records.items()
    }
    assert kept == labels
    assert {slug: (set(r.broader), set(r.related)) for slug, r in records.items()} == {
        c.id: (set(c.broader), set(c.related)) for c in shipped()
    }


def test_as_long_as_nothing_is_changed_it_is_what_came(world: World) -> None:
    assert standing(world.system).records == came()
    assert current_thesaurus(world.system) is current_thesaurus(world.system)


def test_a_new_concept_counts_for_the_next_search(world: World) -> None:
    assert others(world, "quux", "x") == []
    make(world, "x", alternative={"nb": ["zorgle"]}, hidden={"en": ["quuxes"]})
    assert others(world, "quux", "x") == ["kvuks x", "quuxes", "zorgle"]
    assert others(world, "zorgle") == ["kvuks x", "quux x", "quuxes"]


def test_a_change_counts_for_the_next_search_and_takes_nothing_else_along(world: World) -> None:
    make(world, "x", alternative={"nb": ["zorgle"]})
    assert others(world, "zorgle") == ["kvuks x", "quux x"]
    change(world, "x", 1, alternative={"en": ["blarf"]})
    assert (others(world, "zorgle"), others(world, "blarf")) == ([], ["kvuks x", "quux x"])
    change(world, "x", 2, alternative=None, definition={"en": "Something."})
    assert others(world, "quux", "x") == ["kvuks x"]
    assert standing(world.system).records.keys() == {*came(), "x"}


def test_what_came_is_changed_retired_and_restored_without_a_rebuild(world: World) -> None:
    name = came()[LEAF].preferred.en
    before = others(world, "zorgle")
    change(world, LEAF, 0, alternative={"en": ["zorgle"]})
    assert (before, name.casefold() in others(world, "zorgle")) == ([], True)
    retire(world, LEAF, 1)
    assert others(world, "zorgle") == []
    assert LEAF not in standing(world.system).records
    restore(world, LEAF, 2)
    assert name.casefold() in others(world, "zorgle")


def test_it_costs_one_look_where_nothing_is_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    make(world, "x")
    first = current_thesaurus(world.system)
    monkeypatch.delattr(type(world.system.vocabulary), "overrides")
    assert current_thesaurus(world.system) is first


@pytest.mark.parametrize("name", ["siv", "ari", "operator"])
def test_staff_of_any_programme_change_it(world: World, name: str) -> None:
    make(world, "x", name)
    change(world, "x", 1, name, definition={"en": "Something."})
    retire(world, "x", 2, name)
    assert restore(world, "x", 3, name).version == 4


@pytest.mark.parametrize("name", ["mona", "kari", "leo", "odd", "aud", "alan", "sven"])
def test_others_read_it_and_change_nothing(world: World, name: str) -> None:
    make(world, "x")
    before = world.system.store.position
    for attempt in (
        lambda: make(world, "y", name),
        lambda: change(world, "x", 1, name, definition={"en": "Something."}),
        lambda: change(world, LEAF, 0, name, definition={"en": "Something."}),
        lambda: retire(world, "x", 1, name),
        lambda: restore(world, "x", 1, name),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    with world.acts(name) as viewer:
        assert as_shown(world.system, viewer, "x").concept.version == 1
        assert [line.slug for line in list_concepts(world.system, viewer, words="quux")[0]] == ["x"]
    assert world.system.store.position == before


def test_visitors_read_it_and_sign_in_to_change_it(world: World) -> None:
    visitor = Viewer(ANYBODY)
    with world.acts("sven"):
        assert as_shown(world.system, visitor, LEAF).record == came()[LEAF]
        with pytest.raises(SignInFirst):
            make_concept(world.system, visitor, a("x"))
        with pytest.raises(SignInFirst):
            retire_concept(world.system, visitor, LEAF, 0, "x")


REFUSALS: list[tuple[Callable[[World], object], type[Refused], str, str | None]] = [
    (lambda w: make(w, "new"), Invalid, "Choose another id: a page of the thesaurus has this one.", "id"),
    (lambda w: make(w, "x"), NameTaken,
     "There is a concept with this id. Change that one, or choose another id.", "id"),
    (lambda w: make(w, LEAF), NameTaken,
     "There is a concept with this id. Change that one, or choose another id.", "id"),
    (lambda w: make(w, "retired"), NameTaken,
     "There is a concept with this id. Change that one, or choose another id.", "id"),
    (lambda w: make(w, "y", preferred={"en": "y", "nb": "Kvuks: X"}), NameTaken,
     "Another concept is called so: x. Say here what sets this one apart.", "preferred.nb"),
    (lambda w: make(w, "y", broader=["retired"]), Invalid,
     "There is no such concept, or it is retired. Look it up in the thesaurus.", "broader"),
    (lambda w: make(w, "y", related=["nowhere"]), Invalid,
     "There is no such concept, or it is retired. Look it up in the thesaurus.", "related"),
    (lambda w: make(w, "y", broader=["y"]), Invalid, "What is broader leads back to this concept. End the circle"
     " somewhere.", "broader"),
    (lambda w: make(w, "y", related=["y"]), Invalid, "Name other concepts than this one itself.", "related"),
    (lambda w: make(w, "y", broader=["x"], related=["x"]), Invalid,
     "Name a concept as broader or as related, not as both.", "related"),
    (lambda w: change(w, "x", 1, broader=["narrow"]), Invalid,
     "What is broader leads back to this concept. End the circle somewhere.", "broader"),
    (lambda w: retire(w, "x", 1), WrongState,
     "Other concepts name it as broader: narrow. Change these first.", None),
    (lambda w: change(w, "retired", 2, definition={"en": "y"}), WrongState,
     "This concept is retired. Restore it first.", None),
    (lambda w: restore(w, "x", 1), WrongState, "This concept is not retired.", None),
    (lambda w: restore(w, "shadowed", 2), NameTaken,
     "Another concept is called so: heir. Say here what sets this one apart.", "preferred.en"),
    (lambda w: change(w, "nowhere", 0, definition={"en": "y"}), NotFound, "There is nothing here.", None),
    (lambda w: change(w, "x", 0, definition={"en": "y"}), Stale,
     "Someone has changed this since you opened it. Load it again; what you wrote is not lost.", None),
    (lambda w: retire(w, LEAF, 1), Stale,
     "Someone has changed this since you opened it. Load it again; what you wrote is not lost.", None),
]  # fmt: skip


@pytest.mark.parametrize(("attempt", "error", "message", "at_fault"), REFUSALS)
def test_what_is_unsound_is_refused_and_says_what_to_do(
    world: World, attempt: Callable[[World], object], error: type[Refused], message: str, at_fault: str | None
) -> None:
    make(world, "x")
    make(world, "narrow", broader=["x"])
    for gone in ("retired", "shadowed"):
        make(world, gone)
        retire(world, gone, 1)
    make(world, "heir", preferred={"en": "Quux shadowed", "nb": "arving"})
    before = world.system.store.position
    with pytest.raises(Refused) as refused:
        attempt(world)
    assert (type(refused.value), str(refused.value), refused.value.field) == (error, message, at_fault)
    assert world.system.store.position == before


def test_a_change_that_takes_away_what_must_be_there_is_refused(world: World) -> None:
    make(world, "x")
    with pytest.raises(ValidationError):
        change(world, "x", 1, preferred=None)


def test_what_changes_nothing_records_nothing(world: World) -> None:
    make(world, "x", alternative={"en": ["blarf"]})
    before = world.system.store.position
    assert change(world, "x", 1, alternative={"en": ["blarf", "Blarf"]}).version == 1
    assert change(world, LEAF, 0, reason="x").version == 0
    assert world.system.store.position == before


def test_what_is_retired_is_passed_over_by_those_that_are_related_and_comes_back(world: World) -> None:
    make(world, "x")
    make(world, "y", related=["x"])
    retire(world, "x", 1)
    with world.acts("siv") as viewer:
        assert as_shown(world.system, viewer, "y").related == ()
        assert as_shown(world.system, viewer, "x").concept.retired
    change(world, "y", 1, definition={"en": "Something."})
    restore(world, "x", 2)
    with world.acts("siv") as viewer:
        assert as_shown(world.system, viewer, "y").related == ("x",)
        assert as_shown(world.system, viewer, "x").related == ("y",)


def test_what_two_make_unsound_at_one_moment_is_passed_over(world: World, meddle: Meddle) -> None:
    make(world, "x")
    make(world, "y")
    with world.acts("siv") as viewer:
        system = meddle(lambda: change(world, "y", 1, "ari", broader=["x"]))
        change_concept(system, viewer, "x", 1, {"broader": ["y"]})
    records = standing(world.system).records
    assert (records["x"].broader, records["y"].broader) == (("y",), ())
    with world.acts("siv") as viewer:
        check(read_turtle(as_turtle(world.system, viewer)))


def test_of_two_people_who_change_one_concept_at_once_one_is_told(world: World, meddle: Meddle) -> None:
    make(world, "x")
    system = meddle(lambda: change(world, "x", 1, "ari", definition={"en": "Hers."}))
    with world.acts("siv") as viewer, pytest.raises(Conflict):
        change_concept(system, viewer, "x", 1, {"definition": {"en": "Mine."}})
    with world.acts("siv") as viewer:
        known = as_shown(world.system, viewer, "x")
    assert (known.concept.version, known.record.definition) == (2, a("x", definition={"en": "Hers."}).definition)


def test_of_two_people_who_make_one_concept_at_once_one_is_told(world: World, meddle: Meddle) -> None:
    with world.acts("siv") as viewer, pytest.raises(Conflict):
        make_concept(meddle(lambda: make(world, "x", "ari")), viewer, a("x", definition={"en": "Mine."}))
    assert standing(world.system).records["x"].definition is None


def test_the_list_by_words_by_letter_and_by_page(world: World) -> None:
    for name in ("åpen", "øvet", "ærlig", "zen"):
        id = name.translate(str.maketrans("åøæ", "aoe"))
        make(world, id, preferred={"en": f"quux {id}", "nb": name}, hidden={"en": [f"zorgle {id}"]})
    retire(world, "ovet", 1)
    with world.acts("sven") as viewer:

        def found(**asked: Any) -> tuple[list[str], int]:
            lines, total = list_concepts(world.system, viewer, **asked)
            return [line.slug for line in lines], total

        assert found(words="QUUX", lang="nb") == (["zen", "erlig", "apen"], 3)
        assert found(words="quux", lang="en") == (["apen", "erlig", "zen"], 3)
        assert found(words="zorgle ape") == (["apen"], 1)
        assert found(words="uux") == ([], 0)
        assert found(words="quux", lang="nb", limit=1, offset=1) == (["erlig"], 3)
        assert found(words="quux", lang="nb", offset=9) == ([], 3)
        assert found(letter="å", words="quux", lang="nb") == (["apen"], 1)
        assert found(retired=True) == (["ovet"], 1)
        assert found()[1] == len(came()) + 3
    assert [one for one in letters(world.system, "nb") if one in "ZÆØÅ"][-3:] == ["Z", "Æ", "Å"]


def test_the_export_is_what_is_in_use_and_reads_again(world: World) -> None:
    make(world, "x", alternative={"nb": ['«sitat» "x"']}, definition={"nb": "Noe."}, broader=[LEAF])
    make(world, "y")
    retire(world, "y", 1)
    with world.acts("sven") as viewer:
        text = as_turtle(world.system, viewer)
        assert text == as_turtle(world.system, viewer)
    again = {concept.id: concept for concept in read_turtle(text)}
    assert again["x"] == Searched(
        "x", {"en": "quux x", "nb": "kvuks x"}, {"nb": ('«sitat» "x"',)}, {}, {"nb": "Noe."}, (LEAF,)
    )
    assert again.keys() == {*came(), "x"}


def test_an_untouched_export_says_what_the_file_says(world: World) -> None:
    with world.acts("sven") as viewer:
        again = {c.id: c for c in read_turtle(as_turtle(world.system, viewer))}
    assert again == {c.id: c for c in shipped()}


def test_the_history_of_what_came_begins_with_what_was_changed_of_it(world: World) -> None:
    with world.acts("sven") as viewer:
        assert history_of_concept(world.system, viewer, LEAF) == []
    definition = "Something else entirely."
    change(world, LEAF, 0, definition={"en": definition}, reason="Clearer.")
    retire(world, LEAF, 1)
    with world.acts("sven") as viewer:
        entries = history_of_concept(world.system, viewer, LEAF)
        with pytest.raises(NotFound):
            history_of_concept(world.system, viewer, "nowhere")
    assert [(e.version, e.topic, e.actor, e.reason) for e in entries] == [
        (1, "concept.described", str(world["siv"]), "Clearer."),
        (2, "concept.retired", str(world["siv"]), "Nobody says so."),
    ]
    assert {c.field for c in entries[0].changes} <= {"definition.en", "definition.nb"}
    assert ("definition.en", definition) in [(c.field, c.after) for c in entries[0].changes]
    assert [(c.field, c.before, c.after) for c in entries[1].changes] == [("state", "", "retired")]


def test_as_it_was_at_a_version(world: World) -> None:
    change(world, LEAF, 0, definition={"en": "Something."})
    with world.acts("sven") as viewer:
        was = [as_shown(world.system, viewer, LEAF, version=n).record.definition for n in (0, 1)]
        assert was == [came()[LEAF].definition, a("x", definition={"en": "Something."}).definition]
        for id, version in ((LEAF, 2), ("nowhere", 0)):
            with pytest.raises(NotFound):
                as_shown(world.system, viewer, id, version=version)


def test_two_systems_know_their_own(world: World, tmp_path: Any) -> None:
    from api.wiring import open_system

    make(world, "x", alternative={"en": ["zorgle"]})
    with open_system(tmp_path / "another") as another:
        assert isinstance(current_thesaurus(another), Thesaurus)
        assert current_thesaurus(another).alternatives(("zorgle",)) == ()
    assert others(world, "zorgle") == ["kvuks x", "quux x"]
