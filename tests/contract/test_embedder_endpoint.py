"""Proves what the embedder of an endpoint promises, against a real server on this machine."""

import functools
import socket
from collections.abc import Iterator

import numpy as np
import pytest

from aios_defs.core.business import Embedding, EmbeddingEndpoint
from aios_defs.core.embedding import Embedder, Role
from aios_defs.core.errors import CredentialRefused, OutsideFailed
from aios_defs.core.labels import Destination, Level
from resources.embedding.endpoint import AWAY_SECONDS, EndpointEmbedder
from resources.embedding.loader import load_embedder
from resources.testing.embedding_server import DIMENSIONS, EmbeddingServer, Fault
from tests.contract.embedders import EmbedderContract


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as running:
        yield running


def place(url: str, **more: object) -> EmbeddingEndpoint:
    given = {"url": url, "model": "m", "dimensions": DIMENSIONS, **more}
    return EmbeddingEndpoint.model_validate(given)


@pytest.fixture
def embedder(server: EmbeddingServer) -> EndpointEmbedder:
    return EndpointEmbedder(place(server.url, token_env="KEY"), {"KEY": "s3cret"}.get)


class TestEndpointEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self, server: EmbeddingServer) -> Embedder:
        return EndpointEmbedder(place(server.url), {}.get)


@pytest.mark.parametrize("fault", [500, 503, 429, 408, "drop", "babble"])
def test_what_passes_may_be_tried_again(
    server: EmbeddingServer, embedder: EndpointEmbedder, fault: Fault
) -> None:
    """A fault of the moment is said to be one; the endpoint is asked once, and works after it."""
    server.faults.append(fault)

    with pytest.raises(OutsideFailed) as caught:
        embedder.embed(["a text"], Role.QUERY)
    assert caught.value.fields["retryable"] is True
    assert len(server.requests) == 1
    assert embedder.embed(["a text"], Role.QUERY).vectors.any()


@pytest.mark.parametrize("fault", [400, 404, 422, "short", "narrow", "strange"])
def test_what_stays_wrong_is_not_tried_again(
    server: EmbeddingServer, embedder: EndpointEmbedder, fault: Fault
) -> None:
    """Another model's vectors, or none for a text, are refused instead of stored."""
    server.faults.append(fault)

    with pytest.raises(OutsideFailed) as caught:
        embedder.embed(["a text", "another"], Role.DOCUMENT)
    assert caught.value.fields["retryable"] is False
    assert "text" not in str(caught.value).replace("context", "")


@pytest.mark.parametrize("fault", [401, 403])
def test_a_refused_token_is_a_credential(
    server: EmbeddingServer, embedder: EndpointEmbedder, fault: Fault
) -> None:
    """The operator is told which variable to correct; the token is never quoted."""
    server.faults.append(fault)

    with pytest.raises(CredentialRefused) as caught:
        embedder.embed(["a text"], Role.QUERY)
    assert "s3cret" not in str(caught.value)


def test_a_missing_token_asks_nobody(server: EmbeddingServer) -> None:
    """A variable that is not set is found before anything is sent."""
    embedder = EndpointEmbedder(place(server.url, token_env="KEY"), {}.get)

    with pytest.raises(CredentialRefused, match="KEY"):
        embedder.embed(["a text"], Role.QUERY)
    assert server.requests == []


def test_the_token_goes_along_and_blank_texts_stay(
    server: EmbeddingServer, embedder: EndpointEmbedder
) -> None:
    """A blank text, which endpoints refuse, gets a zero vector in its place."""
    vectors = embedder.embed(["", "a text", " \n"], Role.DOCUMENT).vectors

    assert [one["input"] for one in server.requests] == [["a text"]]
    assert server.tokens == ["Bearer s3cret"]
    assert np.linalg.norm(vectors, axis=1).round(5).tolist() == [0, 1, 0]


def test_many_texts_go_in_parts_and_come_back_in_order(
    server: EmbeddingServer, embedder: EndpointEmbedder
) -> None:
    """A hundred texts are two requests; the answer's own order does not matter."""
    texts = [f"text number {one}" for one in range(100)]
    vectors = embedder.embed(texts, Role.DOCUMENT).vectors

    assert len(server.requests) == 2
    assert np.argmax(vectors @ embedder.embed([texts[70]], Role.QUERY).vectors[0]) == 70


def test_a_server_that_is_not_there_fails() -> None:
    """Nothing listens: it is said so, and may be tried again."""
    with EmbeddingServer() as gone:
        url = gone.url
    with pytest.raises(OutsideFailed) as caught:
        EndpointEmbedder(place(url), {}.get).embed(["a text"], Role.QUERY)
    assert caught.value.fields["retryable"] is True


def test_a_question_does_not_wait_again_for_a_server_that_hangs() -> None:
    """For a minute questions fail at once and say so; then, and for what is stored, it is asked."""
    now = [1000.0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        embedder = EndpointEmbedder(
            place(url), {}.get, seconds=0.1, monotonic=functools.partial(now.__getitem__, 0)
        )
        asked = [_is_asked(embedder, Role.QUERY, silent) for _ in range(2)]
        asked.append(_is_asked(embedder, Role.DOCUMENT, silent))
        now[0] += AWAY_SECONDS + 1
        asked.append(_is_asked(embedder, Role.QUERY, silent))

    assert asked == ["can't be reached", "left alone", "can't be reached", "can't be reached"]


def _is_asked(embedder: EndpointEmbedder, role: Role, silent: socket.socket) -> str:
    """Return what was said of a server that never answers; it must be true."""
    with pytest.raises(OutsideFailed) as caught:
        embedder.embed(["a text"], role)
    said = "left alone" if "left alone for a minute" in caught.value.message else "can't be reached"
    assert said in caught.value.message
    assert caught.value.fields["retryable"] is True
    try:
        silent.accept()[0].close()
    except BlockingIOError:
        assert said == "left alone"
    else:
        assert said == "can't be reached"
    return said


def test_an_endpoint_elsewhere_is_a_destination() -> None:
    """Text leaves the machine only for a named host, cleared for public text unless said so."""
    far = EndpointEmbedder(place("https://models.example/v1"), {}.get)
    cleared = place("https://models.example/v1", clearance="shareable")
    near = EndpointEmbedder(place("http://127.0.0.1:9"), {}.get)

    assert far.destination == Destination(name="models.example", clearance=Level.PUBLIC)
    assert load_embedder(
        Embedding(kind="endpoint", endpoint=cleared), {}.get
    ).destination == Destination(name="models.example", clearance=Level.SHAREABLE)
    assert near.destination is None


def test_the_same_model_elsewhere_is_another_embedder() -> None:
    """Vectors of one endpoint are never compared with those of another."""
    keys = {
        EndpointEmbedder(place(f"https://{host}.example/v1"), {}.get).identity.key
        for host in ("one", "two")
    }

    assert len(keys) == 2
