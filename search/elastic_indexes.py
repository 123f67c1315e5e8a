"""The concrete indexes behind one alias: `<alias>-<mapping and analysis>-<number>`,
the number being the millisecond it was made in, or more.

The alias names the one in use. One that is being built has an alias of its own, `<name>-building`, so that writing
requires an alias there as well and never makes an index by accident. One with neither is a former one.
"""

import re
from collections.abc import Mapping
from time import time
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from search import elastic_mapping
from search.index import SearchUnavailable

BUILDING = "-building"
TAKEN = ("resource_already_exists_exception", "illegal_state_exception")
"""Of the name, and of the place of the alias's one index for writing."""


class Indexes:
    """All of them under one alias. Every method asks Elasticsearch, and belongs into a block of `within`."""

    def __init__(self, elastic: Elasticsearch, alias: str, shards: int, replicas: int, refresh: str) -> None:
        self._elastic, self.alias = elastic, alias
        self._settings = elastic_mapping.settings(shards, replicas)
        self._refresh = refresh

    def in_use(self) -> str:
        """The name of the one in use; an empty one is made where there is none. However many processes begin at once,
        one is made: Elasticsearch takes no second index for writing under one alias."""
        for _ in range(3):
            if names := self._in_use(self._all()):
                # Whoever comes second finds it with its shards still starting.
                self._elastic.cluster.health(
                    index=names[0], wait_for_active_shards=1, wait_for_no_initializing_shards=True, timeout="5s"
                )
                return names[0]
            self._try_to_make({self.alias: {"is_write_index": True}}, {"refresh_interval": self._refresh})
        raise SearchUnavailable(f"There is no search index {self.alias}, and it cannot be made.")

    def check_make(self, name: str) -> None:
        """Raises `SearchUnavailable` for an index that another version of the program made: it is searched alone."""
        if not name.startswith(f"{self.alias}-{elastic_mapping.make()}-"):
            raise SearchUnavailable("The search index was made by another version of the program: run laerdom rebuild.")

    def fresh(self) -> str:
        """The name of an empty one, reached as `<name>-building`. What a killed build left is removed."""
        self._remove([name for name, aliases in self._all().items() if name + BUILDING in aliases])
        for _ in range(3):
            name = self._next()
            if self._try_to_make({name + BUILDING: {"is_write_index": True}}, {}, name):
                return name
        raise SearchUnavailable("Another process is making a search index.")

    def use(self, fresh: str) -> None:
        """Move the alias, at one stroke for everybody who searches."""
        self._elastic.indices.refresh(index=fresh)
        self._elastic.indices.put_settings(index=fresh, settings={"refresh_interval": self._refresh})
        former = [{"remove": {"index": name, "alias": self.alias}} for name in self._in_use(self._all())]
        building = {"remove": {"index": fresh, "alias": fresh + BUILDING, "must_exist": True}}
        added = {"add": {"index": fresh, "alias": self.alias, "is_write_index": True}}
        self._elastic.indices.update_aliases(actions=[*former, building, added])

    def remove(self, name: str) -> None:
        self._remove([name])

    def tidy(self) -> int:
        """Remove all but the one in use; how many went."""
        there = self._all()
        left = sorted(there.keys() - set(self._in_use(there)))
        self._remove(left)
        return len(left)

    def _remove(self, names: list[str]) -> None:
        if names:
            self._elastic.indices.delete(index=names, ignore_unavailable=True)

    def _try_to_make(self, aliases: Mapping[str, Any], settings: Mapping[str, Any], name: str | None = None) -> bool:
        """False when another process was quicker."""
        try:
            self._elastic.indices.create(
                index=name or self._next(),
                aliases=aliases,
                settings={**self._settings, **settings},
                mappings=elastic_mapping.MAPPING,
            )
        except ApiError as error:
            if error.error not in TAKEN:
                raise
            return False
        return True

    def _next(self) -> str:
        """A name that no index had before, not even one that is gone: positions are kept by name."""
        numbers = [int(name.rpartition("-")[2]) for name in self._all()]
        number = max(int(time() * 1000), 1 + max(numbers, default=0))
        return f"{self.alias}-{elastic_mapping.make()}-{number}"

    def _all(self) -> Mapping[str, Mapping[str, Any]]:
        """Ours with their aliases. Another alias may begin as this one does."""
        found = self._elastic.indices.get_alias(index=f"{self.alias}-*").body
        ours = re.compile(re.escape(self.alias) + r"-[0-9a-f]{12}-\d+")
        return {name: each["aliases"] for name, each in found.items() if ours.fullmatch(name)}

    def _in_use(self, there: Mapping[str, Mapping[str, Any]]) -> list[str]:
        return [name for name, aliases in there.items() if self.alias in aliases]
