"""Owns cold memory as the services hold it: the index and what embeds for it, used together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aios_defs.core.embedding import Embedder, Role
from aios_defs.core.labels import Level
from aios_defs.core.memory_index import MemoryIndex, MemoryItem
from aios_defs.core.recall.analysis import kept_tokens
from aios_defs.services.memory_items import Unembedded


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """An index and its embedder; without one, words alone are searched.

    `fresh` keeps what was embedded of the items that are newer than the index, by id.
    """

    index: MemoryIndex
    embedder: Embedder | None
    fresh: dict[str, MemoryItem] = field(default_factory=dict[str, MemoryItem])

    def may_embed(self, level: Level) -> bool:
        """Return whether text of this level may go where the embedder runs."""
        if self.embedder is None:
            return False
        place = self.embedder.destination
        return place is None or place.admits(level)

    def embedded(self, items: Sequence[Unembedded]) -> list[MemoryItem]:
        """Return items with their vectors; what may not go to the embedder stays without one."""
        going = [one for one in items if self.may_embed(one.item.label.level)]
        made = {one.item.id: one.item for one in items}
        if self.embedder is not None and going:
            with_tokens = self.embedder.identity.token_dimensions > 0
            found = self.embedder.embed(
                [one.text for one in going], Role.DOCUMENT, with_tokens=with_tokens
            )
            for row, one in enumerate(going):
                made[one.item.id] = replace(
                    one.item,
                    vector=found.vectors[row],
                    tokens=kept_tokens(one.text, found.tokens[row], found.spans[row])
                    if found.tokens
                    else None,
                )
        return list(made.values())
