"""How far readers' views have come, as far as this process knows, and waiting until they are far enough."""

from collections.abc import Iterable, Mapping
from threading import Condition


class Progress:
    """Told of positions by the loop in this process, or by whoever listens to the loop of another. Any thread waits.

    A projection that did not come in time once is not waited for again until it moves: while a search engine is away,
    one writer waits in vain and the others do not.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._reached = dict.fromkeys(names, 0)
        self._stuck: dict[str, int] = {}
        self._moved = Condition()

    @property
    def positions(self) -> dict[str, int]:
        """Up to where each projection is complete."""
        with self._moved:
            return dict(self._reached)

    def tell(self, positions: Mapping[str, int]) -> None:
        """Of projections that this one does not know, nothing is kept."""
        with self._moved:
            known = {name: positions[name] for name in self._reached if name in positions}
            if any(self._reached[name] != position for name, position in known.items()):
                self._reached |= known
                self._moved.notify_all()

    def wait_for(self, position: int, timeout_s: float = 2.0) -> bool:
        """Until everything up to `position` can be seen; False when that takes longer than `timeout_s`, or is not
        waited for."""
        with self._moved:
            self._moved.wait_for(lambda: not self._awaited(position), timeout_s)
            self._stuck |= {name: self._reached[name] for name in self._awaited(position)}
            return all(reached >= position for reached in self._reached.values())

    def _awaited(self, position: int) -> list[str]:
        return [n for n, reached in self._reached.items() if reached < position and self._stuck.get(n) != reached]
