"""Words that have to go are in no file any more, and everything that was proved before stays proved."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID

import pytest

from api.usecases.finding import SearchParams, find
from api.usecases.forgetting import forget_person
from api.usecases.kept import keep_search, params_of
from api.usecases.lessons import change_lesson
from api.usecases.missing import note_search
from api.usecases.reapplying import reapply
from api.usecases.redacting import Place, find_words, redact
from api.wiring import System, open_system
from domain.errors import Invalid, NotAllowed, NotFound
from domain.lesson import Lesson
from domain.person import Person
from domain.redaction import Redaction, redaction_of
from store.ledger.keys import Keys
from store.ledger.leaf import digest_of
from store.ledger.note import Checkpoint
from store.ledger.recount import Recount
from store.ledger.sealer import Sealer
from store.ledger.tree import Frontier, consistent
from tests.usecases.conftest import World

NAME = "Quirinus Zwetschgenbaum"
WORDS = "quirinus  zwetschgenbaum"
WHY = "The person asked for it."
ADDRESS = "https://example.org/Quirinus%20Zwetschgenbaum"


def told(world: World) -> Lesson:
    """A published lesson, with a change in work, that has the name in every place where one can write."""
    lesson = world.lesson(
        "mona",
        title={"en": f"{NAME} began early", "nb": f"{NAME} begynte tidlig"},
        lesson={"en": f"As {NAME} says: begin.\n\n{NAME.upper()} knows."},
        topics=["Quirinus Zwetschgenbaum method"],
        evidence=[{"kind": "quote", "text": f"“Begin.” ({NAME})", "url": ADDRESS}],
        sector="Quirinus\u00a0Zwetschgenbaum",
    )  # fmt: skip
    with world.acts("mona") as mona:
        changes = {"recommendation": {"en": f"Ask {NAME}."}, "reason": f"{NAME} wrote to me."}
        change_lesson(world.system, mona, lesson.id, lesson.version, changes)
    return world.system.store.get(Lesson, lesson.id)


def findings(system: System) -> list[str]:
    """Of everything, counted once more with the key."""
    key = Keys(system.erasures.file.parent / "keys").ledger(make=False)
    with system.ledger.database.reading() as db:
        recount = Recount(db, system.ledger.events, key, Frontier(), system.ledger.state().size)
        return [str(one) for one in recount.findings()]


def sealed(system: System, data: Path) -> Checkpoint:
    keys = Keys(data / "keys")
    made = Sealer(system.ledger, keys.ledger(make=False), keys.signers(make=True), data / "checkpoints").seal()
    found = made or system.ledger.checkpoint()
    assert found is not None
    return found


def left_in(data: Path, *words: str) -> list[str]:
    """Files that have one of the words in their bytes, in whatever case."""
    wanted = [word.lower().encode() for word in words]
    read = dict[str, bytes]()
    for path in sorted(data.rglob("*")):
        with suppress(IsADirectoryError, FileNotFoundError):  # what readers share of a file goes with the last of them
            read[str(path.relative_to(data))] = path.read_bytes().lower()
    assert read
    return [name for name, content in read.items() if any(w in content for w in wanted)]


@pytest.fixture
def data(world: World, tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_the_words_are_in_no_file_any_more(world: World, data: Path) -> None:
    lesson, system = told(world), world.system
    with world.acts("kari") as kari:
        keep_search(system, kari, f"About {NAME}", params_of(f"q={NAME.replace(' ', '+')}"))
        params = SearchParams(q=f"{NAME} nowhere")
        note_search(system, kari, kari.person, params, find(system, kari, params))
    system.missed.settle()
    assert {"events.sqlite", "views.sqlite", "people.sqlite", "searches.sqlite"} <= {
        name.removesuffix("-wal") for name in left_in(data, "zwetschgenbaum")
    }
    assert any(name.startswith("index/") for name in left_in(data, "zwetschgenbaum"))
    before = sealed(system, data)
    position = system.store.position_of(lesson.id, 1)
    assert position is not None
    proof, leaf = system.ledger.proof(position, whole=True), system.ledger.leaf(position)
    assert proof is not None
    assert leaf is not None
    with world.acts("alan") as alan:
        places = redact(system, alan, lesson.id, WORDS, WHY)
    every = ("record.title.en", "record.title.nb", "record.lesson.en", "record.topics.0", "record.sector",
             "record.evidence.0.text", "record.evidence.0.url")  # fmt: skip
    assert [place.version for place in places] == [1, 4]
    assert set(places[0].fields) == set(every)
    assert set(places[1].fields) == {*every, "record.recommendation.en", "reason"}
    assert left_in(data, "zwetschgenbaum") == []
    now = system.store.get(Lesson, lesson.id)
    assert now.current.title.languages == {"en": "[removed] began early", "nb": "[fjernet] begynte tidlig"}
    assert now.current.lesson.en == "As [removed] says: begin.\n\n[removed] knows."
    assert now.version == lesson.version
    assert findings(system) == []
    assert system.ledger.leaf(position) == leaf
    assert system.ledger.proof(position, whole=True) == proof  # to the checkpoint from before, as it was
    after = sealed(system, data)
    grown = system.ledger.consistency(before.size, after.size)
    assert consistent(before.size, before.root, after.size, after.root, grown)


def test_an_event_says_what_was_removed_and_why(world: World) -> None:
    lesson, system = told(world), world.system
    with world.acts("alan", request_id="the-request") as alan:
        redact(system, alan, lesson.id, WORDS, WHY)
    events = system.store.events(redaction_of(lesson.id))
    made = [event for event in events if isinstance(event, Redaction.Made)]
    assert [(e.topic, e.of, e.of_version, e.actor, e.reason) for e in made] == [
        ("redaction.made", lesson.id, version, str(world["alan"]), WHY) for version in (1, 4)
    ]
    for event in made:
        row = system.store.stored(lesson.id, event.of_version)
        assert row is not None
        assert digest_of(row.state).hex() == event.digest
    lines = [line for line in world.log.listing() if line.topic == "redaction.made"]
    assert [(line.actor, line.thing, line.reason) for line in lines] == [(str(world["alan"]), lesson.id, WHY)] * 2
    assert [line.reason for line in world.log.listing() if line.topic == "lesson.edited"] == ["[removed] wrote to me."]


def test_to_look_where_they_are_changes_nothing(world: World) -> None:
    lesson, before = told(world), world.system.store.position
    with world.acts("alan") as alan:
        places = find_words(world.system, alan, lesson.id, "ZWETSCHGEN")
    assert [place.version for place in places] == [1, 4]
    assert "record.evidence.0.url" in places[0].fields
    assert world.system.store.position == before
    assert world.system.erasures.all() == ()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Write the words that have to go, of two letters at least."),
        (" x ", "Write the words that have to go, of two letters at least."),
        ("Nobody Here", "These words are in no text of it."),
        ("\0abc", "Remove the control characters."),
        ("remove", "These words stand where others were removed. Write more of the text around them."),
    ],
)
def test_words_that_cannot_be_removed(world: World, words: str, why: str) -> None:
    lesson, before = told(world), world.system.store.position
    with world.acts("alan") as alan:
        with pytest.raises(Invalid) as looking:
            find_words(world.system, alan, lesson.id, words)
        with pytest.raises(Invalid) as removing:
            redact(world.system, alan, lesson.id, words, WHY)
    assert str(looking.value) == str(removing.value) == why
    assert (world.system.store.position, world.system.erasures.all()) == (before, ())


def test_a_reason_is_required_and_keeps_them_out(world: World) -> None:
    lesson, before = told(world), world.system.store.position
    for reason in (" ", f"{NAME.lower()} asked"):
        with world.acts("alan") as alan, pytest.raises(Invalid) as refused:
            redact(world.system, alan, lesson.id, WORDS, reason)
        assert refused.value.field == "reason"
    assert (world.system.store.position, world.system.erasures.all()) == (before, ())


def test_administrators_alone_and_also_of_what_they_may_not_read(world: World) -> None:
    lesson = world.lesson("mona", published=False, visibility="own-cluster", title={"en": f"{NAME} began"})
    for name in ("mona", "siv", "aud", "kari", "nils"):
        with world.acts(name) as viewer, pytest.raises((NotAllowed, NotFound)):
            redact(world.system, viewer, lesson.id, WORDS, WHY)
    with world.acts("alan") as alan:
        assert redact(world.system, alan, lesson.id, WORDS, WHY) == (Place(1, ("record.title.en",), ()),)


def test_ids_and_codes_are_no_text(world: World) -> None:
    lesson = world.lesson("mona", title={"en": "A good lesson"}, lesson={"en": "Nothing."})
    with world.acts("alan") as alan:
        [place] = find_words(world.system, alan, lesson.id, "lesson")
        assert place == Place(1, ("record.title.en",), ("record.kind",))
        with pytest.raises(Invalid):
            find_words(world.system, alan, lesson.id, str(world["ours"])[:8])


def test_what_was_removed_twice(world: World, data: Path) -> None:
    lesson = told(world)
    with world.acts("alan") as alan:
        redact(world.system, alan, lesson.id, "Quirinus", WHY)
        redact(world.system, alan, lesson.id, "Zwetschgenbaum", WHY)
    now = world.system.store.get(Lesson, lesson.id)
    assert now.current.title.en == "[removed] [removed] began early"
    assert (left_in(data, "zwetschgen", "quirinus"), findings(world.system)) == ([], [])


def test_a_long_thing_that_was_kept_in_memory_is_read_anew(world: World) -> None:
    lesson, system = told(world), world.system
    with world.acts("mona") as mona:
        for number in range(60):
            version = system.store.get(Lesson, lesson.id).version
            change_lesson(system, mona, lesson.id, version, {"sector": f"Sector {number}"})
    with open_system(system.erasures.file.parent) as other:  # another process, that has read it too
        assert NAME in (other.store.get(Lesson, lesson.id).current.title.en or "")
        with world.acts("alan") as alan:
            redact(system, alan, lesson.id, WORDS, WHY)
        for each in (system, other):
            assert each.store.get(Lesson, lesson.id).current.title.en == "[removed] began early"


def copied(data: Path, to: Path) -> None:
    """As a backup does it, while somebody writes."""
    to.mkdir()
    for name in ("events.sqlite", "people.sqlite", "accounts.sqlite"):
        with closing(sqlite3.connect(data / name)) as source, closing(sqlite3.connect(to / name)) as target:
            source.backup(target)


def test_an_old_backup_does_not_bring_it_back(world: World, data: Path, tmp_path: Path) -> None:
    lesson, system = told(world), world.system
    name = "Quendolin Abernathy"
    person = system.people.add(name).id
    copied(data, old := tmp_path / "old")
    with world.acts("alan") as alan:
        redact(system, alan, lesson.id, WORDS, WHY)
        forget_person(system, alan, UUID(person), WHY)
    state = system.store.stored(lesson.id, 1)
    kept = system.erasures.file.read_bytes()
    (old / "erasures.jsonl").write_bytes(kept)
    (old / "keys").mkdir(mode=0o700)
    for key in (data / "keys").iterdir():
        (old / "keys" / key.name).write_bytes(key.read_bytes())
        (old / "keys" / key.name).chmod(0o600)
    assert left_in(old, "zwetschgenbaum", "abernathy")
    with open_system(old) as restored:
        assert reapply(restored) == 3
        assert restored.store.stored(lesson.id, 1) == state
        assert restored.people.get(person) is None
        found = restored.store.find(Person, UUID(person))
        assert found is not None
        assert found.forgotten
        assert findings(restored) == []
        assert left_in(old, "zwetschgenbaum", "abernathy") == []
        position = restored.store.position
        assert (reapply(restored), restored.store.position) == (0, position)
