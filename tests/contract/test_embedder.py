"""Proves what the embedders promise: the fake and the real ones."""

import pytest

from aios_defs.core.embedding import Destination, Embedder, Role
from aios_defs.core.errors import OutsideFailed
from aios_defs.core.labels import Level
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


def test_the_fake_puts_texts_of_one_group_on_one_axis() -> None:
    """A test can say which texts mean the same."""
    fake = FixedEmbedder({"car": 0, "automobile": 0, "tree": 1})
    vectors = fake.embed(["car", "automobile", "tree"], Role.DOCUMENT).vectors

    assert (vectors @ vectors.T).tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert fake.asked == ["car", "automobile", "tree"]


def test_the_fake_plays_an_endpoint_and_its_outage() -> None:
    """A test can say that text leaves the machine, and that it does not get there."""
    place = Destination(name="far", clearance=Level.PUBLIC)
    fake = FixedEmbedder(destination=place, is_down=True)

    assert fake.destination == place
    with pytest.raises(OutsideFailed):
        fake.embed(["a"], Role.QUERY)
    assert fake.asked == []
