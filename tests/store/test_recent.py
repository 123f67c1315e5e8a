"""What is kept in memory has a bound, and goes in the order of its last use."""

from uuid import UUID

from domain.lesson import Lesson
from store.recent import LONG, Kept, Recent

IDS = [UUID(int=n) for n in range(5)]


def kept(id: UUID, bytes_: int = 40, version: int = LONG) -> Kept:
    lesson = Lesson(id)
    lesson.version = version
    return Kept(lesson, b"", bytes_)


def there(recent: Recent) -> list[UUID]:
    return [id for id in IDS if recent.get(id) is not None]


def test_the_least_lately_used_goes_first() -> None:
    recent = Recent(100)
    for id in IDS[:2]:
        recent.put(kept(id))
    recent.get(IDS[0])
    recent.put(kept(IDS[2]))
    assert there(recent) == [IDS[0], IDS[2]]


def test_one_that_has_grown_takes_its_own_place_and_no_more() -> None:
    recent = Recent(100)
    recent.put(kept(IDS[0]))
    recent.put(kept(IDS[1]))
    recent.put(grown := kept(IDS[0], 60, LONG + 1))
    assert there(recent) == IDS[:2]
    assert recent.get(IDS[0]) is grown


def test_what_was_read_ahead_goes_before_all_that_was_used() -> None:
    recent = Recent(100)
    recent.put(kept(IDS[0]))
    recent.put(kept(IDS[1], 30), ahead=True)
    recent.put(kept(IDS[2], 30), ahead=True)
    assert there(recent) == IDS[:3]
    recent = Recent(100)
    recent.put(kept(IDS[0]))
    recent.put(kept(IDS[1], 30), ahead=True)
    recent.put(kept(IDS[2], 30), ahead=True)
    recent.put(kept(IDS[3], 30))
    assert there(recent) == [IDS[0], IDS[1], IDS[3]]


def test_there_is_room_where_nothing_has_to_go() -> None:
    recent = Recent(100)
    recent.put(kept(IDS[0], 60))
    assert (recent.has_room(40), recent.has_room(41)) == (True, False)


def test_what_is_short_or_too_large_is_not_kept() -> None:
    recent = Recent(100)
    recent.put(kept(IDS[0], version=LONG - 1))
    recent.put(kept(IDS[1], 101))
    assert there(recent) == []
    recent.put(kept(IDS[2], 100))
    recent.put(kept(IDS[2], 101))
    assert there(recent) == []
