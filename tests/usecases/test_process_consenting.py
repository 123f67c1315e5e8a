"""A case that was drafted from a process is read by more people than the process when its cluster has consented."""

from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest

from api.usecases import cases
from api.usecases.cases import NewCase
from api.usecases.consenting import Drafted, drafted_from
from api.usecases.histories import history_of
from api.usecases.leaving_evidence import draft_case_from
from api.usecases.looking import load
from api.usecases.past import load_as_of
from api.usecases.process_steps import STEPS
from api.usecases.processes import NewProcess, open_process, take
from domain.case import Case
from domain.consent_record import Consent
from domain.errors import Invalid, NotAllowed, NotFound, NotReady, Refused
from domain.foresight.process import ForesightProcess
from domain.release import Visibility

World: TypeAlias = Any
CONSENT = next(step for step in STEPS if step.name == "consent")


@pytest.fixture
def process(world: World) -> UUID:
    """Of our cluster, and read by it alone."""
    with world.acts("mona") as mona:
        new = NewProcess.model_validate({"title": {"en": "Heat 2040"}, "cluster": world["ours"]})
        return open_process(world.system, mona, new).id


@pytest.fixture
def case(world: World, process: UUID) -> Case:
    """Its draft, ready to be published."""
    with world.acts("siv") as siv:
        drafted = draft_case_from(world.system, siv, process)
    return change(world, drafted, body={"en": "Much was learned."})


def change(world: World, case: Case, by: str = "siv", **changes: Any) -> Case:
    with world.acts(by) as viewer:
        return cases.change_case(world.system, viewer, case.id, world.system.store.get(Case, case.id).version, changes)


def publish(world: World, case: Case) -> Case:
    with world.acts("siv") as siv:
        version = world.system.store.get(Case, case.id).version
        return cases.publish_case(world.system, siv, case.id, version)


def give(world: World, process: UUID, case: UUID, to: str | None, *programmes: UUID, by: str = "mona") -> None:
    with world.acts(by) as viewer:
        version = world.system.store.get(ForesightProcess, process).version
        asked = CONSENT.asks.model_validate({"case": case, "visibility": to, "programmes": programmes})
        take(world.system, viewer, process, version, CONSENT, asked)


def asking(world: World, process: UUID, by: str = "mona") -> list[Drafted]:
    with world.acts(by) as viewer:
        return drafted_from(world.system, viewer, process)


@pytest.mark.parametrize(
    ("shared", "begins"),
    [("own-cluster", "programme"), ("programme", "programme"), ("managers", "managers"), ("public", "managers")],
)
def test_a_draft_begins_no_wider_than_its_process(world: World, process: UUID, shared: str, begins: str) -> None:
    with world.acts("mona") as mona:
        step = next(step for step in STEPS if step.name == "share")
        take(world.system, mona, process, None, step, step.asks.model_validate({"visibility": shared}))
    with world.acts("siv") as siv:
        drafted = draft_case_from(world.system, siv, process)
    assert (drafted.visibility, drafted.process) == (Visibility(begins), process)


def test_it_is_published_with_consent_alone(world: World, process: UUID, case: Case) -> None:
    with pytest.raises(NotReady) as refused:
        publish(world, case)
    assert "A manager of its cluster has to consent first" in str(refused.value)
    give(world, process, case.id, "programme", world["NCE"])
    assert world.system.store.get(ForesightProcess, process).consents == {
        case.id: Consent((), Visibility.PROGRAMME, (world["NCE"],))
    }
    assert len(publish(world, case).releases) == 1


def test_a_process_that_its_readers_may_read_asks_nobody(world: World, process: UUID, case: Case) -> None:
    with world.acts("mona") as mona:
        step = next(step for step in STEPS if step.name == "share")
        take(world.system, mona, process, None, step, step.asks.model_validate({"visibility": "programme"}))
    assert [one.needed for one in asking(world, process)] == [False]
    assert len(publish(world, case).releases) == 1


@pytest.mark.parametrize("wider", [{"visibility": "managers"}, {"visibility": "public"}])
def test_to_be_shared_more_widely_it_asks_anew(world: World, process: UUID, case: Case, wider: dict[str, Any]) -> None:
    give(world, process, case.id, "programme", world["NCE"])
    publish(world, case)
    with pytest.raises(NotReady):
        change(world, case, **wider)
    give(world, process, case.id, wider["visibility"], world["NCE"])
    assert change(world, case, **wider).visibility == wider["visibility"]


def test_another_programme_is_more_readers(world: World, process: UUID, case: Case) -> None:
    both = (world["NCE"], world["Arena"])
    with pytest.raises(Invalid) as refused:
        change(world, case, "operator", programmes=both)
    assert refused.value.field == "programmes"
    give(world, process, case.id, "programme", world["NCE"])
    publish(world, case)
    change(world, case, "operator", programmes=both)
    with world.acts("ari") as ari, pytest.raises(NotFound):
        load(world.system, ari, Case, case.id)
    with pytest.raises(NotReady):
        publish(world, case)
    give(world, process, case.id, "programme", *both)
    publish(world, case)
    with world.acts("ari") as ari:
        assert load(world.system, ari, Case, case.id).current.programmes == both


def test_taken_back_it_stops_the_next_publication(world: World, process: UUID, case: Case) -> None:
    give(world, process, case.id, "programme", world["NCE"])
    publish(world, case)
    give(world, process, case.id, None)
    assert world.system.store.get(ForesightProcess, process).consents == {}
    change(world, case, body={"en": "More."})
    with pytest.raises(NotReady):
        publish(world, case)


def test_its_cluster_reads_what_it_is_asked_for(world: World, process: UUID, case: Case) -> None:
    [asked] = asking(world, process)
    assert asked == Drafted(
        case.id,
        case.draft or case.current,
        str(world["siv"]),
        Visibility.PROGRAMME,
        False,
        needed=True,
        given=None,
        enough=False,
    )
    give(world, process, case.id, "programme", world["NCE"])
    [asked] = asking(world, process)
    assert (asked.given, asked.enough) == (Visibility.PROGRAMME, True)
    with world.acts("siv") as siv:
        cases.withdraw_case(world.system, siv, case.id, case.version, "Wrong.")
    assert asking(world, process) == []


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("kari", NotAllowed), ("siv", NotAllowed), ("aud", NotAllowed), ("odd", NotFound), ("alan", NotFound)],
)
def test_nobody_else_is_asked_or_consents(
    world: World, process: UUID, case: Case, name: str, refusal: type[Refused]
) -> None:
    before = world.system.store.position
    with pytest.raises(refusal):
        asking(world, process, by=name)
    with pytest.raises(refusal):
        give(world, process, case.id, "public", by=name)
    assert world.system.store.position == before


def test_another_case_is_as_one_that_is_not_there(world: World, process: UUID) -> None:
    new = NewCase.model_validate({"title": {"en": "Its own"}, "programmes": [world["NCE"]]})
    with world.acts("siv") as siv:
        own = cases.draft_case(world.system, siv, new)
    told: set[str] = set()
    for id in (own.id, uuid4()):
        with pytest.raises(Invalid) as refused:
            give(world, process, id, "public")
        told.add(f"{refused.value.field}: {refused.value}")
    assert told == {"case: There is no such case that was drafted from this process."}


def test_readers_of_the_case_learn_nothing_of_the_process(world: World, process: UUID, case: Case) -> None:
    give(world, process, case.id, "public", world["NCE"])
    publish(world, case)
    change(world, case, visibility="public")
    for name, told in (("odd", None), ("mona", process), ("siv", process)):
        with world.acts(name) as viewer:
            assert load(world.system, viewer, Case, case.id).process == told


def test_what_was_consented_to_is_told_to_those_who_consent_and_to_auditors(
    world: World, process: UUID, case: Case
) -> None:
    """It tells of cases in work."""
    give(world, process, case.id, "public", world["NCE"])
    for name, told in (("mona", True), ("aud", True), ("kari", False), ("siv", False)):
        with world.acts(name) as viewer:
            history = history_of(world.system, viewer, ForesightProcess, process)
            was = load_as_of(world.system, viewer, ForesightProcess, process, "v1")
        assert any(c.field == "consents" for e in history for c in e.changes) is told
        assert any(c.field == "consents" for c in was.changes) is told
