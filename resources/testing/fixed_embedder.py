"""Owns an embedder for tests whose vectors are known: texts of one group point one way."""

from collections.abc import Mapping, Sequence

from aios_defs.core.embedding import Embedded, EmbedderIdentity, Role
from aios_defs.core.errors import AiosError
from aios_defs.core.labels import Destination
from resources.embedding.ngrams import NgramEmbedder

_TOKENS = 2


class FixedEmbedder:
    """Gives the texts named in `groups` the axis of their number, and others hashed n-grams.

    `asked` keeps each text it was given. With `trouble` it fails so each time; with a
    `destination` it says that text leaves the machine.
    """

    def __init__(
        self,
        groups: Mapping[str, int] | None = None,
        *,
        destination: Destination | None = None,
        trouble: AiosError | None = None,
    ) -> None:
        """Take the groups by text, numbers from 0 below the length of a vector."""
        self._groups = dict(groups or {})
        self._destination = destination
        self._others = NgramEmbedder()
        self.trouble = trouble
        self.asked: list[str] = []

    @property
    def identity(self) -> EmbedderIdentity:
        """What it is: it makes token vectors, two for each text."""
        size = self._others.identity.dimensions
        return EmbedderIdentity(name="fixed", version="1", dimensions=size, token_dimensions=size)

    @property
    def destination(self) -> Destination | None:
        """Where it says that text goes."""
        return self._destination

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        """Return the known vectors; each text's token vectors are two copies of its own."""
        import numpy as np

        if self.trouble is not None:
            raise self.trouble
        self.asked += texts
        vectors = self._others.embed(texts, role).vectors.copy()
        for row, text in enumerate(texts):
            if text in self._groups:
                vectors[row] = 0
                vectors[row, self._groups[text]] = 1
        tokens = tuple(np.repeat(one[None], _TOKENS, axis=0) for one in vectors)
        spans = tuple(((0, len(one)),) * _TOKENS for one in texts)
        if not with_tokens:
            return Embedded(vectors=vectors)
        return Embedded(vectors=vectors, tokens=tokens, spans=spans)
