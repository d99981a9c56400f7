"""Owns the sealed fragment: personal text as the ledger holds it."""

from typing import NewType

from aios_defs.core.model import Model

SubjectRef = NewType("SubjectRef", str)
"""Names the key that seals a fragment: of an identity, of a raw message, or of the house."""


class Sealed(Model):
    """A personal value sealed with AES-GCM under the key that `subject_ref` names.

    `ciphertext` is base64url of nonce, ciphertext and tag; long texts are deflated first.
    """

    subject_ref: SubjectRef
    ciphertext: str


class BlobRef(Model):
    """A sealed blob by its keyed hash; `size` is the plain length in bytes."""

    subject_ref: SubjectRef
    digest: str
    size: int
