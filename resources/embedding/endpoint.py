"""Owns the embedder behind an endpoint that speaks OpenAI's protocol, hosted or on this machine.

https://platform.openai.com/docs/api-reference/embeddings. What it can't be trusted with is left to
its answer's form: how many vectors, their length, their numbers. It is asked once; whoever calls
decides about trying again.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aios_defs.core.business import EmbeddingEndpoint
from aios_defs.core.embedding import Embedded, EmbedderIdentity, Role
from aios_defs.core.errors import CredentialRefused, OutsideFailed
from aios_defs.core.labels import Destination

if TYPE_CHECKING:  # openai takes half a CPU second to load
    from openai import OpenAI

SECONDS = 30.0
"""How long to wait for an answer; a sixth of it for the connection."""
AWAY_SECONDS = 60.0
"""For how long no question waits again where an answer was waited for in vain."""
_BATCH = 64
_LETTERS = 8_000
"""How much of a text is sent: models read some thousands of tokens, and refuse what is longer."""
_LATER = frozenset({408, 409, 429})
_REFUSED = frozenset({401, 403})
Secret = Callable[[str], str | None]


class EndpointEmbedder:
    """Asks one model of one endpoint; no token vectors."""

    def __init__(
        self,
        place: EmbeddingEndpoint,
        secret: Secret,
        *,
        seconds: float = SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep where to ask; `secret` is asked for the token at each use. Connects to nothing."""
        self._place, self._secret, self._seconds = place, secret, seconds
        self._monotonic = monotonic
        self._away_until: float | None = None

    @property
    def identity(self) -> EmbedderIdentity:
        """What it is: a model of that name elsewhere may be another one, so the place counts."""
        place = sha256(self._place.url.encode()).hexdigest()[:8]
        return EmbedderIdentity(
            name=self._place.model, version=place, dimensions=self._place.dimensions
        )

    @property
    def destination(self) -> Destination | None:
        """The endpoint's host with its clearance; None for one on this machine."""
        if self._place.is_loopback:
            return None
        host = urlsplit(self._place.url).hostname or ""
        return Destination(name=host, clearance=self._place.clearance)

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        """Return the vectors; a blank text is not sent and has a zero vector.

        Raises:
            CredentialRefused: the token is missing or was refused.
            OutsideFailed: no answer, or not one vector of the right length for each text; of a
                question at once where an answer was waited for in vain less than a minute ago.

        """
        import numpy as np

        del with_tokens
        if role is Role.QUERY:
            self._refuse_while_away()
        vectors = np.zeros((len(texts), self._place.dimensions), np.float32)
        sent = [row for row, text in enumerate(texts) if text.strip()]
        if sent:
            with self._client() as client:
                for first in range(0, len(sent), _BATCH):
                    rows = sent[first : first + _BATCH]
                    given = [texts[row][:_LETTERS] for row in rows]
                    vectors[rows] = np.array(self._asked(client, given), np.float32)
        if not np.all(np.isfinite(vectors)):
            raise self._failed("gave numbers that are none", retryable=False)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return Embedded(vectors=vectors)

    def _client(self) -> "OpenAI":
        from openai import OpenAI, Timeout

        name = self._place.token_env
        token = self._secret(name) if name else "none"
        if not token:
            raise CredentialRefused(
                f"The variable {name!r} of the embedding endpoint is not set.",
                remedy="Set it, or put it into `.env` in the home; then start AIOS again.",
                retryable=False,
            )
        timeout = Timeout(self._seconds, connect=self._seconds / 6)
        return OpenAI(base_url=self._place.url, api_key=token, timeout=timeout, max_retries=0)

    def _asked(self, client: "OpenAI", texts: list[str]) -> list[list[float]]:
        with self._translated():
            answer = client.embeddings.create(
                model=self._place.model, input=texts, encoding_format="float"
            )
            found = [one.embedding for one in sorted(answer.data, key=lambda one: one.index)]
        if len(found) != len(texts) or any(not self._fits(one) for one in found):
            wanted = f"{len(texts)} vectors of {self._place.dimensions} numbers"
            raise self._failed(f"did not give {wanted}", retryable=False)
        return found

    def _fits(self, vector: Any) -> bool:  # noqa: ANN401 - whatever a server sends
        is_whole = isinstance(vector, list) and len(vector) == self._place.dimensions
        return is_whole and all(isinstance(one, int | float) for one in vector)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Translate what the client raises; a 200 that is no JSON escapes it as a bare error."""
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            raise self._refused(error.status_code) from error
        except openai.APIConnectionError as error:
            if isinstance(error, openai.APITimeoutError):
                self._away_until = self._monotonic() + AWAY_SECONDS
            raise self._failed("can't be reached", retryable=True) from error
        except (openai.OpenAIError, json.JSONDecodeError) as error:
            raise self._failed("gave an answer that can't be read", retryable=True) from error
        except (AttributeError, TypeError, ValueError) as error:
            raise self._failed("gave an answer of another form", retryable=False) from error

    def _refuse_while_away(self) -> None:
        """Let a question go without a vector at once, instead of waiting each time."""
        if self._away_until is not None and self._monotonic() < self._away_until:
            raise self._failed(
                "gave no answer in time, and is left alone for a minute", retryable=True
            )

    def _refused(self, status: int) -> OutsideFailed:
        if status in _REFUSED:
            return CredentialRefused(
                f"The embedding endpoint refused the token ({status}).",
                remedy="Correct the variable that embedding.endpoint.token_env names.",
                retryable=False,
            )
        is_later = status in _LATER or status >= 500  # noqa: PLR2004 - a fault of the server's
        return self._failed(f"answered {status}", retryable=is_later)

    def _failed(self, what: str, *, retryable: bool) -> OutsideFailed:
        host = urlsplit(self._place.url).hostname
        return OutsideFailed(
            f"The embedding endpoint {host} {what}.",
            remedy="Look at the endpoint, or remove `embedding` from business/operator.yaml.",
            retryable=retryable,
        )
