"""Owns the port `Embedder`: what makes vectors of text, where it runs, and by what name.

Vectors of two embedders have nothing to do with one another, so each stored vector carries the
`EmbedderIdentity.key` of the one that made it, and only vectors of the same key are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from aios_defs.core.labels import Destination
from aios_defs.core.model import Model

if TYPE_CHECKING:  # numpy takes 0.1 CPU seconds, which `aios --help` has no use for
    from numpy import float32
    from numpy.typing import NDArray


Spans = tuple[tuple[int, int], ...]
"""Where tokens stand in their text: the first letter of each, and that after its last."""


class Role(StrEnum):
    """What a text is: something stored, or the question asked of what is stored."""

    DOCUMENT = "document"
    QUERY = "query"


class EmbedderIdentity(Model):
    """What made a vector: another version, weight file or length of vector is another embedder.

    `sha256` is that of the weights, 64 hex characters; empty where nobody can know it (an
    endpoint) or there are none. `token_dimensions` is 0 for one that makes no token vectors.
    """

    name: str
    version: str
    dimensions: int
    token_dimensions: int = 0
    sha256: str = ""

    @property
    def key(self) -> str:
        """The name stored beside each vector, such as `minilm-l6-int8@1.0.0/384`."""
        return f"{self.name}@{self.version}/{self.dimensions}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """The vectors of some texts, in their order.

    `vectors` is (texts, dimensions), each row of unit length, or zero for a text without content.
    `tokens`, empty unless asked for and made by this embedder, has for each text the vectors of its
    tokens, (tokens, token_dimensions), each row of unit length, and `spans` where each of these
    tokens stands in the text, as it was given.
    """

    vectors: "NDArray[float32]"
    tokens: "tuple[NDArray[float32], ...]" = ()
    spans: tuple[Spans, ...] = ()


class Embedder(Protocol):
    """Makes vectors of text: texts that mean alike get vectors that point alike."""

    @property
    def identity(self) -> EmbedderIdentity:
        """What it is; constant."""
        ...

    @property
    def destination(self) -> Destination | None:
        """Where text goes; None when it stays on this machine.

        Who calls `embed` holds back what the clearance does not cover: text that is stricter, and
        a query that quotes such text.
        """
        ...

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        """Return the vectors of the texts; the same text gives the same vector in any batch.

        A text beyond what the model reads is cut. No text at all gives an array of no rows.

        Raises:
            OutsideFailed: an endpoint did not answer, or not with vectors of its own length; the
                field `retryable` says whether to try again. A local embedder raises nothing.

        """
        ...
