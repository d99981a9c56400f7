"""Owns reading the shipped lexicon of sensitive words."""

from functools import lru_cache
from pathlib import Path

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.sensitivity import Lexicon
from aios_defs.settings.documents import read_document, validated

_SHIPPED = Path(__file__).with_name("lexicon.yaml")


@lru_cache(maxsize=4)
def load_lexicon(path: Path = _SHIPPED) -> Lexicon:
    """Return the lexicon of a file, by default the shipped one; read once per process.

    Raises:
        ConfigurationInvalid: the file does not validate; the message lists every mistake.

    """
    document = read_document(path)
    lexicon = validated(Lexicon, document.value, document)
    if lexicon is None or document.mistakes:
        raise ConfigurationInvalid(
            f"The lexicon does not validate: {'; '.join(map(str, document.mistakes))}.",
            remedy="Correct these lines, or install AIOS again.",
            file=path.name,
        )
    return lexicon
