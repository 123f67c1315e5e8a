"""Clusters and programmes by what people call them: a file from elsewhere knows names and codes, not ids."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from uuid import UUID

from api.wiring import System
from domain.audiences import PUBLIC
from domain.names import claim_id

MOST = 100_000


class Naming:
    """As the catalogue has it when this is made; a name counts in every spelling that would claim the same name."""

    def __init__(self, system: System) -> None:
        everybody = frozenset({PUBLIC})  # clusters and programmes are open to all
        clusters = system.catalogue.listing("cluster", scope=everybody, limit=MOST)
        programmes = system.catalogue.listing("programme", scope=everybody, limit=MOST)
        self._cluster_names = {entry.id: entry.title["en"] for entry in clusters}
        self._codes = {entry.id: entry.code or "" for entry in programmes}
        self._by_name: defaultdict[UUID, list[UUID]] = defaultdict(list)
        for id, name in self._cluster_names.items():
            self._by_name[claim_id(name)].append(id)
        self._by_code = {claim_id(code): id for id, code in self._codes.items()}

    def cluster(self, given: str) -> UUID:
        """The cluster of this name or id. Raises `ValueError` saying what would do."""
        id = as_uuid(given)
        if id is not None and id in self._cluster_names:
            return id
        found = self._by_name.get(claim_id(given), [])
        if len(found) > 1:
            raise ValueError("More than one cluster bears this name. Give the id instead.")
        if not found:
            raise ValueError(
                f"No cluster is called this.{_meant(given, self._cluster_names.values())} Register it first."
            )
        return found[0]

    def programme(self, given: str) -> UUID:
        """The programme of this code or id. Raises `ValueError` saying what would do."""
        id = as_uuid(given)
        if id is not None and id in self._codes:
            return id
        found = self._by_code.get(claim_id(given))
        if found is None:
            codes = ", ".join(sorted(self._codes.values())[:20])
            raise ValueError(f"No programme has this code. There are: {codes or 'none yet'}.")
        return found

    def of_cluster(self, id: UUID) -> str:
        """What `cluster` finds it by again: its name, or its id where the name is not its alone."""
        name = self._cluster_names.get(id)
        return name if name and len(self._by_name[claim_id(name)]) == 1 else str(id)

    def of_programme(self, id: UUID) -> str:
        return self._codes.get(id, str(id))


def as_uuid(text: str) -> UUID | None:
    """The id that is written here in full, `8-4-4-4-12`; None for any other text."""
    try:
        id = UUID(text)
    except ValueError:
        return None
    return id if str(id) == text.lower() else None


def _meant(given: str, names: Iterable[str]) -> str:
    close = get_close_matches(given, list(names), n=1)
    return f" Did you mean {close[0]}?" if close else ""
