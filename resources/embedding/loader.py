"""Owns the embedder that operator.yaml asks for, and those that may have filled an index."""

from collections.abc import Callable, Mapping

from aios_defs.core.business import Embedding
from aios_defs.core.embedding import Embedder
from resources.embedding.endpoint import EndpointEmbedder, Secret
from resources.embedding.minilm import MiniLmEmbedder
from resources.embedding.ngrams import NgramEmbedder


def load_embedder(choice: Embedding, secret: Secret) -> Embedder:
    """Return the embedder; loads and connects to nothing."""
    if choice.endpoint is not None:
        return EndpointEmbedder(choice.endpoint, secret)
    return _SHIPPED[choice.kind]()


_SHIPPED: Mapping[str, Callable[[], Embedder]] = {
    "minilm": MiniLmEmbedder,
    "ngrams": NgramEmbedder,
}
KNOWN: Mapping[str, Callable[[], Embedder]] = {
    "minilm-l6-int8@1.0.0/384": MiniLmEmbedder,
    "hashed-ngrams@1/384": NgramEmbedder,
}
"""The embedders that ship by their key, so that an index of a former one can still be asked."""
