"""Owns the embedder that needs nothing: words and their letters counted into a vector by hash.

It knows no meaning, only likeness of spelling, in every language; it is the floor where the model
can't be loaded. The trick is feature hashing (Weinberger et al., 2009).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

from aios_defs.core.embedding import Embedded, EmbedderIdentity, Role
from aios_defs.core.labels import Destination
from aios_defs.core.recall.words import pieces

_DIMENSIONS = 384
_GRAMS = (3, 4, 5)


class NgramEmbedder:
    """Counts words and runs of their letters into 384 places; deterministic."""

    @property
    def identity(self) -> EmbedderIdentity:
        """What it is."""
        return EmbedderIdentity(name="hashed-ngrams", version="1", dimensions=_DIMENSIONS)

    @property
    def destination(self) -> Destination | None:
        """Nothing leaves this machine."""
        return None

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        """Return one vector per text; it has no token vectors."""
        import numpy as np

        del role, with_tokens
        vectors = np.zeros((len(texts), _DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for gram, count in Counter(_grams(text)).items():
                place, sign = _place(gram)
                vectors[row, place] += sign * count**0.5
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return Embedded(vectors=vectors)


def _grams(text: str) -> Iterator[str]:
    for word in pieces(text):
        yield word
        framed = f"<{word}>"
        for size in _GRAMS:
            yield from (framed[at : at + size] for at in range(len(framed) - size + 1))


@lru_cache(maxsize=100_000)
def _place(gram: str) -> tuple[int, int]:
    number = crc32(gram.encode())
    return number % _DIMENSIONS, 1 if number >> 31 else -1
