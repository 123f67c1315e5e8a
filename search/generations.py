"""The generations of an index in one folder, and the file `current` that names the one in use."""

import shutil
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import structlog

from search import analysis
from search.generation import Damaged, Generation, write_whole
from search.index import FACETS, LANGS, SearchUnavailable

log = structlog.get_logger()


class Generations:
    """A generation's folder is named `<schema and analysis>-<number>`: another program's is not read by mistake."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def in_use(self) -> str:
        """The name in `current`; empty when there is none."""
        try:
            return (self._folder / "current").read_text("utf-8", "replace")[:100].strip()
        except OSError:
            return ""

    def open(self) -> Generation:
        """The one in use, for reading. Raises `SearchUnavailable`."""
        for _ in range(3):  # it may be replaced and removed while it is being opened
            name = self.in_use()
            try:
                if self._is_ours(name):
                    return Generation(self._folder / name)
            except Damaged as error:
                if self.in_use() == name:
                    raise SearchUnavailable(
                        "The search index is damaged. Start the server: it fills it anew."
                    ) from error
        raise SearchUnavailable("There is no search index here yet. Start the server: it makes one.")

    def open_or_make(self) -> Generation:
        """The one in use, or an empty one; all others are removed. Says so when what was there cannot be used."""
        self._folder.mkdir(parents=True, exist_ok=True)
        opened = self._open() or self.make()
        self.use(opened)
        self.tidy()
        return opened

    def _open(self) -> Generation | None:
        name = self.in_use()
        if self._is_ours(name):
            try:
                return Generation(self._folder / name)
            except Damaged as error:
                log.warning("search index is damaged and filled anew", generation=name, why=str(error))
        elif name or self._all():
            log.warning("search index is of another make and filled anew", generation=name)
        return None

    def make(self) -> Generation:
        """An empty one, not in use yet."""
        number = 1 + max((int(path.name.rpartition("-")[2]) for path in self._all()), default=0)
        return Generation(self._folder / f"{_make()}-{number}", new=True)

    def use(self, generation: Generation) -> None:
        if self.in_use() != generation.folder.name:
            write_whole(self._folder / "current", generation.folder.name)

    def tidy(self) -> int:
        """Remove every generation but the one in use; how many went. Searches under way keep their files open; they
        vanish with the last of them."""
        left = [folder for folder in self._all() if folder.name != self.in_use()]
        for folder in left:
            shutil.rmtree(folder, ignore_errors=True)
        return len(left)

    def _is_ours(self, name: str) -> bool:
        known = name.startswith(_make() + "-") and name == Path(name).name
        return known and (self._folder / name).is_dir()

    def _all(self) -> list[Path]:
        return [p for p in self._folder.iterdir() if p.is_dir() and p.name.rpartition("-")[2].isdecimal()]


def _make() -> str:
    """The name of this schema and analysis."""
    parts = repr((analysis.ANALYSIS_VERSION, FACETS, LANGS, sorted(analysis.TOKENIZERS), version("tantivy")))
    return sha256(parts.encode()).hexdigest()[:12]
