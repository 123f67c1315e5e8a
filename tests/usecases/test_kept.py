"""Searches that are kept: what may be kept and by whom, and the one way in which a search is written."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from api.access.caller import Caller
from api.usecases.finding import SearchParams, find
from api.usecases.kept import (
    LONGEST,
    Addresses,
    NewKept,
    addresses_of,
    asked_of,
    keep_search,
    kept_searches,
    params_of,
    remove_search,
    rename_search,
)
from api.usecases.own_data import export_own
from domain.errors import Invalid, NameTaken, NotAllowed, NotFound, SignInFirst, WrongState
from domain.viewer import ANYBODY, Viewer
from store.kept_searches import MOST, KeptSearch
from tests.usecases.conftest import NOW, OPERATOR, World

VISITOR = Viewer(ANYBODY)
WRITTEN = {
    "q=trust": "q=trust",
    "?q=trust": "q=trust",
    "q=+trust++in+time+": "q=trust++in+time",
    "phase=planning&q=trust": "q=trust&phase=planning",
    "phase=scanning&phase=planning&phase=scanning&phase=": "phase=planning&phase=scanning",
    "q=trust&sort=relevance&limit=50&cursor=x": "q=trust",
    "sort=newest&year_to=2012&year_from=2009": "year_from=2009&year_to=2012&sort=newest",
    "q=first&q=second": "q=first",
    "q=tillit+%26+%C3%A6rlighet%3D1": "q=tillit+%26+%C3%A6rlighet%3D1",
    "as_of=2011-05-30&kind=lesson": "kind=lesson&as_of=2011-05-30",
    "q=%00%22%3Cscript%3E": "q=%00%22%3Cscript%3E",
    "q=%FF": "q=%EF%BF%BD",
    "": "",
    "&&": "",
    "q=&kind=": "",
}
NO_SEARCH = ("x=1", "q=trust&secret=1", "q=trust&Q=x", "audience=operator", "&".join(["q=x"] * 601))
CANNOT_BE = (
    *("year_from=x", "year_from=1", "as_of=yesterday", "as_of=2011-05-30T12:00:00", "sort=best"),
    *(f"q={'x' * 10_001}", f"topic={'x' * 201}", "&".join(f"topic={n}" for n in range(51))),
)


def keep(world: World, who: str, name: str = "Trust", asked: str = "q=trust") -> KeptSearch:
    with world.acts(who) as viewer:
        return keep_search(world.system, viewer, name, params_of(asked))


def kept(world: World, who: str) -> tuple[KeptSearch, ...]:
    return kept_searches(world.system, world.viewer(who))


@pytest.mark.parametrize("asked", WRITTEN)
def test_one_way_of_writing_it(asked: str) -> None:
    written = asked_of(params_of(asked))
    assert (written, asked_of(params_of(written))) == (WRITTEN[asked], WRITTEN[asked])


def test_every_parameter_comes_back() -> None:
    whole: dict[str, Any] = {
        "q": "trust & time", "year_from": 2009, "year_to": 2012, "sort": "oldest", "as_of": "2011-05-30T12:00:00+02:00",
    } | {name: ["a b", "c=d"] for name, f in SearchParams.model_fields.items() if f.default_factory}  # fmt: skip
    params = SearchParams.model_validate(whole)
    assert {*whole, "limit", "cursor"} == set(SearchParams.model_fields)
    assert params_of(asked_of(params)) == params


@pytest.mark.parametrize("asked", NO_SEARCH)
def test_what_is_no_search(asked: str) -> None:
    with pytest.raises(Invalid) as caught:
        params_of(asked)
    assert caught.value.field == "asked"


@pytest.mark.parametrize("asked", CANNOT_BE)
def test_what_cannot_be_searched_for(asked: str) -> None:
    with pytest.raises(ValidationError):
        params_of(asked)


def test_where_it_is_read() -> None:
    assert addresses_of("") == Addresses("/", "/search.atom", "/search.json")
    feeds = (f"/search.{kind}?q=a%26b&phase=planning" for kind in ("atom", "json"))
    assert addresses_of("q=a%26b&phase=planning&sort=oldest") == Addresses(
        "/?q=a%26b&phase=planning&sort=oldest", *feeds
    )


def test_kept_renamed_and_removed(world: World) -> None:
    first = keep(world, "mona")
    assert first == KeptSearch(first.id, str(world["mona"]), "Trust", "q=trust", NOW)
    assert kept(world, "mona") == (first,)
    with world.acts("mona") as mona:
        renamed = rename_search(world.system, mona, UUID(first.id), "Tillit")
        assert kept_searches(world.system, mona) == (renamed,)
        remove_search(world.system, mona, UUID(first.id))
    assert (renamed.name, kept(world, "mona")) == ("Tillit", ())


def test_whoever_sits_at_the_machine_keeps_searches_too(world: World) -> None:
    mine = keep(world, "operator")
    assert (kept_searches(world.system, OPERATOR), kept(world, "mona")) == ((mine,), ())


def test_it_finds_what_its_keeper_may_read_now(world: World) -> None:
    """Rights are not kept with it."""
    hidden = world.lesson("mona", visibility="own-cluster")
    search = keep(world, "mona", asked="q=recruit")
    assert world.system.projector.wait_for(world.system.store.position)
    found: dict[str, list[str]] = {}
    for who in ("mona", "odd"):
        with world.acts(who) as viewer:
            found[who] = [h.id for h in find(world.system, viewer, params_of(search.asked)).hits]
    assert found == {"mona": [str(hidden.id)], "odd": []}


@pytest.mark.parametrize("asked", ["", "sort=newest", "limit=3", "q=++"])
def test_everything_is_no_search_to_keep(world: World, asked: str) -> None:
    with pytest.raises(Invalid, match=r"^There is nothing to keep yet\."):
        keep(world, "mona", asked=asked)


def test_what_is_too_long_is_not_kept(world: World) -> None:
    keep(world, "mona", "Long", f"q={'x' * (LONGEST - 2)}")
    with pytest.raises(Invalid, match=r"^This search is too long to be kept\."):
        keep(world, "mona", "Longer", f"q={'x' * (LONGEST - 1)}")
    assert [s.name for s in kept(world, "mona")] == ["Long"]


def test_one_name_and_so_many(world: World) -> None:
    keep(world, "mona")
    assert keep(world, "mona", asked="q=trust&limit=7") == kept(world, "mona")[0]
    with pytest.raises(NameTaken):
        keep(world, "mona", asked="q=time")
    for n in range(MOST - 1):
        keep(world, "mona", f"Search {n}")
    with pytest.raises(WrongState):
        keep(world, "mona", "One more")
    assert len(kept(world, "mona")) == MOST


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "two\nlines", "\0", "\x1b[31m", "\ud800"])
def test_a_name_is_one_line(name: str) -> None:
    with pytest.raises(ValidationError):
        NewKept.model_validate({"name": name, "asked": "q=trust"})


def test_a_name_is_cleaned() -> None:
    assert NewKept.model_validate({"name": " A\u030arsak ", "asked": "q=x"}).name == "Årsak"


def test_what_is_anothers_is_not_there(world: World) -> None:
    mine, system = keep(world, "mona"), world.system
    for who in ("odd", "alan", "aud"):
        told: list[str] = []
        with world.acts(who) as viewer:
            assert kept_searches(system, viewer) == ()
            for id in (UUID(mine.id), uuid4()):
                with pytest.raises(NotFound) as renamed:
                    rename_search(system, viewer, id, "x")
                with pytest.raises(NotFound) as removed:
                    remove_search(system, viewer, id)
                told += [str(renamed.value), str(removed.value)]
        assert told == ["There is nothing here."] * 4
    assert kept(world, "mona") == (mine,)


def test_a_visitor_keeps_nothing(world: World) -> None:
    system = world.system
    for deed in (
        lambda: kept_searches(system, VISITOR),
        lambda: keep_search(system, VISITOR, "x", params_of("q=x")),
        lambda: rename_search(system, VISITOR, uuid4(), "x"),
        lambda: remove_search(system, VISITOR, uuid4()),
    ):
        with pytest.raises(SignInFirst):
            deed()
    assert system.kept_searches.of(ANYBODY) == ()


def test_a_program_that_reads_sees_them_and_changes_none(world: World) -> None:
    mine, system = keep(world, "mona"), world.system
    reader = Viewer(str(world["mona"]), reads_only=True)
    assert kept_searches(system, reader) == (mine,)
    for deed in (
        lambda: keep_search(system, reader, "x", params_of("q=x")),
        lambda: rename_search(system, reader, UUID(mine.id), "x"),
        lambda: remove_search(system, reader, UUID(mine.id)),
    ):
        with pytest.raises(NotAllowed):
            deed()
    assert kept(world, "mona") == (mine,)


def test_they_are_no_part_of_the_history(world: World) -> None:
    before = world.system.store.position
    mine = keep(world, "mona")
    with world.acts("mona") as mona:
        remove_search(world.system, mona, UUID(mine.id))
        with pytest.raises(NotFound):
            remove_search(world.system, mona, UUID(mine.id))
    assert world.system.store.position == before


def test_they_are_among_ones_own_data(world: World) -> None:
    mine = keep(world, "mona")
    keep(world, "odd", "Other")
    with world.acts("mona") as mona:
        exported = export_own(world.system, Caller(mona, "secret"))
    assert [s.model_dump() for s in exported.searches] == [
        {"id": UUID(mine.id), "name": "Trust", "asked": "q=trust", "kept_at": NOW}
    ]
