"""Proves what every ledger promises of blobs and of the keys it draws."""

from pathlib import Path

import pytest

from aios_defs.core.errors import KeyErased, KeyMissing, UnknownId
from aios_defs.core.rows.house import SpareRefRow
from aios_defs.core.sealed import BlobRef, SubjectRef
from tests.contract.ledger_kit import (
    KINDS,
    Kit,
    make_kit,
)


@pytest.fixture(params=KINDS)
def kit(request: pytest.FixtureRequest, tmp_path: Path) -> Kit:
    return make_kit(request.param, tmp_path)


@pytest.mark.parametrize("size", [0, 1, 5_000, 400_000])
def test_a_blob_comes_back_whole(kit: Kit, size: int) -> None:
    """Bytes of any size are read back, and the same bytes under the same key have one name."""
    content = bytes(range(251)) * (size // 251 + 1)
    content = bytes(b ^ (i >> 8) & 0xFF for i, b in enumerate(content[:size]))
    with kit.ledger.transaction(actor="operator") as unit:
        blob = unit.put_blob(kit.vault.house, content)
    with kit.ledger.transaction(actor="operator") as unit:
        again = unit.put_blob(kit.vault.house, content)
        other = unit.put_blob(unit.draw_ref(), content)

    with kit.ledger.view() as view:
        assert view.blob(blob) == content
        assert view.blob(other) == content
    assert (blob, blob.size) == (again, size)
    assert other.digest != blob.digest


def test_a_blob_of_an_erased_key_says_so(kit: Kit) -> None:
    """Reading under a destroyed key names the erasure; a blob nobody put is unknown."""
    with kit.ledger.transaction(actor="operator") as unit:
        ref = unit.draw_ref()
        blob = unit.put_blob(ref, b"about someone")
    kit.vault.destroy(ref, "event-9")

    with kit.ledger.view() as view:
        with pytest.raises(KeyErased) as caught:
            view.blob(blob)
        with pytest.raises(UnknownId):
            view.blob(BlobRef(subject_ref=ref, digest="0" * 64, size=1))

    assert caught.value.fields["event_id"] == "event-9"


def test_a_key_nobody_made_is_missing(kit: Kit) -> None:
    """Sealing a blob under an unknown key is refused with a remedy."""
    with pytest.raises(KeyMissing), kit.ledger.transaction(actor="operator") as unit:
        unit.put_blob(SubjectRef("no such key"), b"bytes")


def test_drawn_keys_are_fresh_and_usable(kit: Kit) -> None:
    """No key is drawn twice, over many units, and each one seals."""
    drawn: list[SubjectRef] = []
    for _ in range(7):
        with kit.ledger.transaction(actor="operator") as unit:
            drawn += [unit.draw_ref() for _ in range(20)]

    with kit.ledger.view() as view:
        spare = {row.ref for row in view.select(SpareRefRow)}
    assert len(set(drawn)) == 140
    assert not spare & set(drawn)
    assert kit.vault.open(kit.vault.seal(drawn[-1], "text")) == "text"
