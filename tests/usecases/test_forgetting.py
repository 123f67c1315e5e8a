"""Somebody who is forgotten: nothing is left of them but an id and what it did."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from api.usecases.forgetting import forget_person
from api.usecases.kept import keep_search, params_of
from api.usecases.reapplying import reapply
from domain.errors import Invalid, NotAllowed, NotFound, WrongState
from domain.person import Appointment, Part, Role
from store.erasures import Forgotten, Wiped
from store.missed import Searched
from tests.usecases.conftest import NOW, OPERATOR, World
from tests.usecases.test_redacting import WHY, findings, left_in

CANARY = "Abernathy"


@pytest.fixture
def data(world: World, tmp_path: Path) -> Path:
    return tmp_path / "data"


def somebody(world: World) -> UUID:
    """With an account, a session, a token, searches and a part that has begun and one that is to begin."""
    system, id = world.system, UUID(world.system.people.add(f"Quendolin {CANARY}", "q.abernathy@example.org").id)
    world.ids["quendolin"] = id
    accounts = system.sign_ins.accounts
    accounts.open(str(id), login="abernathy", subject="https://example.org abernathy-1")
    accounts.invite(str(id), now=NOW, until=NOW + timedelta(days=1))
    system.sign_ins.sessions.begin(str(id), method="password", parts=0, now=NOW)
    system.sign_ins.tokens.create(str(id), "Abernathy's", "read", now=NOW, until=NOW + timedelta(days=1))
    with world.acts("quendolin") as viewer:
        keep_search(system, viewer, "Mine", params_of("q=x"))
    with world.acts("kari") as kari:
        keep_search(system, kari, f"What Quendolin {CANARY} wrote", params_of("q=y"))
        keep_search(system, kari, "Another", params_of("q=z"))
    notes = [Searched("something else", str(id), False, NOW), Searched("quendolin abernathy", "kari", False, NOW)]
    system.missed.write([*notes, Searched("kept", "kari", False, NOW)])
    person = world.person("quendolin")
    with world.acts("operator"):
        ours = world.cluster()
        ours.appoint_manager(str(id), "2026-02")
        person.appoint(Part(Role.CLUSTER_MANAGER, world["ours"]), "2026-02")
        person.appoint(Part(Role.AUDITOR), "2027")
        system.save(person, ours)
    return id


def rows_of(world: World, database: int, table: str) -> list[dict[str, object]]:
    with world.system.rows[database].reading() as db:
        return db.execute(f"SELECT * FROM {table}")


def test_nothing_is_left_but_an_id(world: World, data: Path) -> None:
    id, system = somebody(world), world.system
    names = {name.removesuffix("-wal") for name in left_in(data, CANARY)}
    assert names == {"accounts.sqlite", "people.sqlite", "searches.sqlite"}
    with world.acts("alan") as alan:
        forget_person(system, alan, id, WHY)
    assert left_in(data, CANARY) == []
    assert [row["asked"] for row in rows_of(world, 3, "missed_searches")] == ["kept"]
    for table in ("accounts", "invitations", "sessions", "api_tokens"):
        assert [row for row in rows_of(world, 2, table) if row["person"] == str(id)] == []
    assert [row["name"] for row in rows_of(world, 1, "kept_searches")] == ["Another"]
    assert system.people.names([str(id)]) == {}
    assert findings(system) == []


def test_their_parts_end_and_it_is_recorded(world: World) -> None:
    id, system = somebody(world), world.system
    before = system.store.position
    with world.acts("alan", request_id="the-request") as alan:
        forget_person(system, alan, id, f" {WHY} ")
    events = [system.store.decode(row) for row in system.store.read(before, 10)]
    acted = (str(world["alan"]), "the-request", WHY)
    assert [(e.topic, e.actor, e.request_id, (e.reason or "").strip()) for e in events] == [
        ("person.forgotten", *acted), ("cluster.manager-left", *acted)
    ]  # fmt: skip
    assert world.person("quendolin").appointments == (
        Appointment(Part(Role.CLUSTER_MANAGER, world["ours"]), "2026-02", "2026-11-24"),
        Appointment(Part(Role.AUDITOR), "2027", "2027"),
    )
    assert world.viewer("quendolin").manages == frozenset()
    assert [m.until for m in world.cluster().managers if m.value == str(id)] == ["2026-11-24"]
    lines = [type(line) for line in system.erasures.all()]
    assert (lines[0], lines[-1]) == (Forgotten, Wiped)
    assert system.erasures.file.stat().st_mode & 0o777 == 0o600
    position = system.store.position
    assert (reapply(system), system.store.position) == (0, position)


def test_who_may_not(world: World) -> None:
    id, before = somebody(world), world.system.store.position
    for name in ("siv", "mona", "aud", "kari", "quendolin"):
        with world.acts(name) as viewer, pytest.raises((NotAllowed, NotFound)):
            forget_person(world.system, viewer, id, WHY)
    with world.acts("alan") as alan:
        with pytest.raises(WrongState):
            forget_person(world.system, alan, world["alan"], WHY)
        with pytest.raises(NotFound):
            forget_person(world.system, alan, uuid4(), WHY)
        for reason in (" ", f"{CANARY} asked"):
            with pytest.raises(Invalid) as refused:
                forget_person(world.system, alan, id, reason)
            assert refused.value.field == "reason"
    assert (world.system.store.position, world.system.erasures.all()) == (before, ())
    assert world.system.people.get(str(id)) is not None


def test_once(world: World) -> None:
    id = somebody(world)
    with world.acts("operator"):
        forget_person(world.system, OPERATOR, id, WHY)
        position = world.system.store.position
        with pytest.raises(NotFound):
            forget_person(world.system, OPERATOR, id, WHY)
    assert world.system.store.position == position


def test_what_was_interrupted_is_brought_to_its_end(world: World, data: Path) -> None:
    """The list was written, and then the power went."""
    id, system = somebody(world), world.system
    system.erasures.add(Forgotten(person=id, reason=WHY, at=NOW))
    assert system.erasures.unfinished()
    assert reapply(system) == 1
    assert (left_in(data, CANARY), system.erasures.unfinished()) == ([], False)
    assert world.person("quendolin").forgotten
