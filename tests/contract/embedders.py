"""Owns the contract suite of embedders: what each promises about its vectors.

A subclass gives the embedder. The texts are in several languages, and hostile.
"""

import numpy as np
import pytest

from aios_defs.core.embedding import Embedder, Role

TEXTS = (
    "The invoice of May is paid.",
    "Die Rechnung vom Mai ist bezahlt.",
    "五月の請求書は支払い済みです。",
    "a",
    "word " * 3_000,
    "\x00\ud7ff\u202e one 🙂",
)
EMPTY = ("", " \n\t", "🙂")


class EmbedderContract:
    """What the services rely on."""

    @pytest.fixture
    def embedder(self) -> Embedder:
        raise NotImplementedError

    def test_each_text_gets_one_vector_of_the_length_it_says(self, embedder: Embedder) -> None:
        """The array is float32 with a row per text and the dimensions of the identity."""
        vectors = embedder.embed(TEXTS, Role.DOCUMENT).vectors

        assert vectors.shape == (len(TEXTS), embedder.identity.dimensions)
        assert vectors.dtype == np.float32

    def test_vectors_have_unit_length(self, embedder: Embedder) -> None:
        """A product of two vectors is their cosine; a text without content may have none."""
        lengths = np.linalg.norm(embedder.embed(TEXTS, Role.DOCUMENT).vectors, axis=1)
        empty = np.linalg.norm(embedder.embed(EMPTY, Role.QUERY).vectors, axis=1)

        assert np.allclose(lengths, 1, atol=1e-5)
        assert np.all(np.isclose(empty, 1, atol=1e-5) | (empty == 0))

    def test_a_text_gets_the_same_vector_in_any_company(self, embedder: Embedder) -> None:
        """Order, batch and neighbours leave no trace: what is stored today is found tomorrow."""
        together = embedder.embed(TEXTS, Role.DOCUMENT).vectors
        backwards = embedder.embed(TEXTS[::-1], Role.DOCUMENT).vectors[::-1]
        alone = np.concatenate([embedder.embed([one], Role.DOCUMENT).vectors for one in TEXTS])

        assert np.min(np.sum(together * backwards, axis=1)) > 0.999
        assert np.min(np.sum(together * alone, axis=1)) > 0.999

    def test_what_is_alike_is_nearer_than_what_is_not(self, embedder: Embedder) -> None:
        """A question finds the text about it among others."""
        texts = ("We met at the lake in August.", "The printer needs a new cartridge.")
        documents = embedder.embed(texts, Role.DOCUMENT).vectors
        query = embedder.embed(["Which cartridge fits the printer?"], Role.QUERY).vectors[0]

        assert documents[1] @ query > documents[0] @ query

    def test_no_texts_give_no_rows(self, embedder: Embedder) -> None:
        """The empty case keeps the length of a vector."""
        found = embedder.embed((), Role.DOCUMENT, with_tokens=True)

        assert found.vectors.shape == (0, embedder.identity.dimensions)
        assert found.tokens == ()

    def test_token_vectors_come_when_asked_for_and_only_then(self, embedder: Embedder) -> None:
        """Each text has a row per token, of unit length, if the embedder makes them at all."""
        size = embedder.identity.token_dimensions
        made = embedder.embed(TEXTS, Role.DOCUMENT, with_tokens=True)
        tokens = made.tokens

        assert embedder.embed(TEXTS, Role.DOCUMENT).tokens == ()
        assert len(tokens) == (len(TEXTS) if size else 0)
        assert len(made.spans) == len(tokens)
        for text, one, spans in zip(TEXTS, tokens, made.spans, strict=False):
            assert one.shape == (len(spans), size)
            assert all(0 <= first <= end <= len(text) for first, end in spans)
            assert np.allclose(np.linalg.norm(one, axis=1), 1, atol=1e-3)

    def test_the_identity_stays(self, embedder: Embedder) -> None:
        """The key stored beside a vector is the same before and after work."""
        before = embedder.identity.key
        embedder.embed(TEXTS[:1], Role.QUERY)

        assert embedder.identity.key == before
        assert before.endswith(f"/{embedder.identity.dimensions}")
