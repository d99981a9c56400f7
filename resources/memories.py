"""Owns the cold memories of a home: one for each embedder that ever filled one.

    lance/cold/<embedder>/      see resources/memory_index

The one that is set is filled; until it has come as far as a former one, that one goes on serving,
asked by its own embedder. Vectors of two are never compared.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from aios_defs.core.embedding import Embedder
from aios_defs.core.model import JsonObject
from aios_defs.services.memory import Memory
from aios_defs.settings.environment import single_thread
from resources.embedding.loader import KNOWN
from resources.embedding.minilm import MiniLmEmbedder
from resources.memory_index.lance import LanceMemoryIndex, folder_name
from resources.memory_index.served import Served, read_served
from resources.memory_index.tables import standing_tables


class Memories:
    """The cold memories under one folder; each is opened once, when it is first asked for."""

    def __init__(
        self,
        folder: Path,
        load: Callable[[], Embedder] = MiniLmEmbedder,
        known: Mapping[str, Callable[[], Embedder]] = KNOWN,
    ) -> None:
        """Fill with the embedder that `load` returns; ask former ones by those of `known`."""
        single_thread()
        self._folder = folder
        self._load = load
        self._known = known
        self._set: Embedder | None = None
        self._open: dict[str, Memory] = {}

    def filling(self) -> Memory:
        """Return the memory of the embedder that is set: what is filled."""
        if self._set is None:
            self._set = self._load()
        identity = self._set.identity
        return self._memory(identity.key, identity.dimensions, self._set)

    def serving(self) -> Memory:
        """Return the memory to ask: what is filled, unless a former one has come further.

        Without the embedder of a former one, its words alone are searched.
        """
        own = self.filling()
        former = max(self._former(own), key=lambda one: one.position, default=None)
        if former is None or former.position <= own.index.standing().position:
            return own
        return self._memory(former.embedder, former.dimensions, self._embedder(former.embedder))

    def tables(self) -> list[JsonObject]:
        """Return the tables of the memory that serves, as `standing_tables` does."""
        folder = self._folder / folder_name(self.serving().index.standing().embedder)
        return standing_tables(folder, read_served(folder) or Served())

    def every(self) -> list[Memory]:
        """Return all there are, for who has to take something out of each."""
        own = self.filling()
        return [
            own,
            *(
                self._memory(one.embedder, one.dimensions, self._embedder(one.embedder))
                for one in self._former(own)
            ),
        ]

    def tidy(self) -> None:
        """Take care of what is filled, and drop the former ones that it has overtaken."""
        own = self.filling()
        own.index.tend()
        reached = own.index.standing().position
        for one in self.every()[1:]:
            if one.index.standing().position <= reached:
                one.index.drop()

    def _former(self, own: Memory) -> list[Served]:
        folders = sorted(self._folder.iterdir()) if self._folder.exists() else []
        served = [read_served(one) for one in folders if one.is_dir()]
        mine = own.index.standing().embedder
        return [one for one in served if one is not None and one.embedder != mine]

    def _memory(self, key: str, dimensions: int, embedder: Embedder | None) -> Memory:
        if key not in self._open:
            index = LanceMemoryIndex(self._folder, embedder=key, dimensions=dimensions)
            self._open[key] = Memory(index=index, embedder=embedder)
        return self._open[key]

    def _embedder(self, key: str) -> Embedder | None:
        if key in self._open:
            return self._open[key].embedder
        return self._known[key]() if key in self._known else None
