"""Proves what every vault promises, and what the real one does with its file."""

import re
import sqlite3
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aios_defs.core.errors import KeyErased, KeyMissing, LedgerBroken, StorageFailed, UsageInvalid
from aios_defs.core.sealed import Sealed, SubjectRef
from resources.sealing import from_text, to_text
from resources.testing.memory_vault import MemoryVault
from resources.vault import KeyedVault, SqliteVault


@pytest.fixture(params=["memory", "sqlite"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> KeyedVault:
    return MemoryVault() if request.param == "memory" else SqliteVault.at(tmp_path / "keys.db")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "keys.db"


@given(text=st.text() | st.text(alphabet="aeé \n", min_size=300, max_size=900))
@settings(max_examples=60)
def test_what_was_sealed_opens(text: str) -> None:
    """Any text, short or deflated, comes back as it was."""
    vault = MemoryVault()

    sealed = vault.seal(vault.house, text)

    assert vault.open(sealed) == text


def test_text_that_is_no_unicode_is_kept(vault: KeyedVault) -> None:
    """A lone surrogate, which mail headers can hold, survives sealing."""
    text = "broken \udc80 header"

    assert vault.open(vault.seal(vault.house, text)) == text


def test_sealing_twice_gives_two_texts(vault: KeyedVault) -> None:
    """Equal texts can't be told from their fragments."""
    assert vault.seal(vault.house, "same") != vault.seal(vault.house, "same")


def test_a_long_text_is_deflated(vault: KeyedVault) -> None:
    """Two thousand repeating characters take less room sealed than plain."""
    sealed = vault.seal(vault.house, "again and again " * 125)

    assert len(sealed.ciphertext) < 500


def test_bytes_that_cant_be_deflated_are_kept_as_they_are(vault: KeyedVault) -> None:
    """Random bytes cost a nonce, a tag and one byte more, never a longer deflation."""
    content = bytes.fromhex(vault.digest("noise", "seed")) * 8

    sealed = vault.seal_bytes(vault.house, content)

    assert vault.open_bytes(vault.house, sealed) == content
    assert len(sealed) <= len(content) + 29


def test_keys_have_names_of_their_own(vault: KeyedVault) -> None:
    """Each new key is another one; what one sealed another does not open."""
    one, two = vault.new_refs(2)
    sealed = vault.seal(one, "about one")

    with pytest.raises(LedgerBroken):
        vault.open(Sealed(subject_ref=two, ciphertext=sealed.ciphertext))

    assert len({one, two, vault.house}) == 3


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_a_changed_fragment_does_not_open(vault: KeyedVault, place: int) -> None:
    """One flipped bit anywhere in nonce, ciphertext or tag is found."""
    sealed = vault.seal(vault.house, "the amount is 20")
    content = bytearray(from_text(sealed.ciphertext))
    content[place] ^= 1

    with pytest.raises(LedgerBroken):
        vault.open(Sealed(subject_ref=vault.house, ciphertext=to_text(bytes(content))))


@pytest.mark.parametrize("text", ["", "A", "not base64 ü", "AAAA"])
def test_what_is_no_fragment_does_not_open(vault: KeyedVault, text: str) -> None:
    """Text that no vault wrote is broken, not a stack trace."""
    with pytest.raises(LedgerBroken):
        vault.open(Sealed(subject_ref=vault.house, ciphertext=text))


def test_a_digest_depends_on_purpose_parts_and_their_borders(vault: KeyedVault) -> None:
    """Other purposes, other parts and other borders give other hashes; bytes equal their text."""
    found = {
        vault.digest("address", "ab", "c"),
        vault.digest("address", "a", "bc"),
        vault.digest("address", "abc"),
        vault.digest("address", "abc", ""),
        vault.digest("mail", "ab", "c"),
    }

    assert len(found) == 5
    assert vault.digest("address", "ab", "c") == vault.digest("address", b"ab", b"c")
    assert all(len(one) == 64 for one in found)


def test_a_mac_is_no_digest(vault: KeyedVault) -> None:
    """The head key and the index key are different keys."""
    assert vault.mac(b"content") == vault.mac(b"content")
    assert vault.mac(b"content") != vault.digest("", b"content")
    assert len(vault.mac(b"")) == 64


def test_a_secret_is_chance_that_fits_anywhere(vault: KeyedVault) -> None:
    """Secrets are 256 bits each, never the same twice, of letters that no URL or cookie escapes."""
    found = {vault.new_secret() for _ in range(50)}

    assert len(found) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", one) for one in found)


def test_a_destroyed_key_names_its_erasure(vault: KeyedVault) -> None:
    """Neither opening nor sealing works any more, and the first erasure stays its reason."""
    (ref,) = vault.new_refs(1)
    sealed = vault.seal(ref, "about someone")
    assert vault.open(sealed) == "about someone"

    vault.destroy(ref, "event-1")
    vault.destroy(ref, "event-2")

    for attempt in (lambda: vault.open(sealed), lambda: vault.seal(ref, "more")):
        _erased(attempt, "event-1")


def _erased(attempt: Callable[[], object], event_id: str) -> None:
    with pytest.raises(KeyErased) as caught:
        attempt()
    assert caught.value.fields["event_id"] == event_id


def test_a_key_nobody_made_is_missing(vault: KeyedVault) -> None:
    """An unknown name is told apart from an erased one."""
    with pytest.raises(KeyMissing):
        vault.seal(SubjectRef("nobody's"), "text")


def test_destroying_an_unknown_key_is_remembered(vault: KeyedVault) -> None:
    """An erasure that finds no key still explains why there is none."""
    vault.destroy(SubjectRef("nobody's"), "event-1")

    _erased(lambda: vault.seal(SubjectRef("nobody's"), "text"), "event-1")


def test_the_key_of_the_house_stays(vault: KeyedVault) -> None:
    """The business's own text can't be forgotten by accident."""
    with pytest.raises(UsageInvalid):
        vault.destroy(vault.house, "event-1")

    assert vault.open(vault.seal(vault.house, "text")) == "text"


def test_the_keys_outlive_the_process(path: Path) -> None:
    """A second opening has the same house, the same keys and the same hashes."""
    first = SqliteVault.at(path)
    (ref,) = first.new_refs(1)
    sealed = first.seal(ref, "text")

    second = SqliteVault.at(path)

    assert second.open(sealed) == "text"
    assert (second.house, second.mac(b"x")) == (first.house, first.mac(b"x"))
    assert second.digest("p", "x") == first.digest("p", "x")


def test_two_homes_have_nothing_in_common(tmp_path: Path) -> None:
    """Root keys and names are random."""
    one, two = (SqliteVault.at(tmp_path / name / "keys.db") for name in ("one", "two"))

    assert one.house != two.house
    assert one.mac(b"x") != two.mac(b"x")
    assert one.digest("p", "x") != two.digest("p", "x")


def test_an_erasure_elsewhere_ends_reading_here(path: Path) -> None:
    """A key that this process has in its cache is gone as soon as another one destroyed it."""
    here, elsewhere = SqliteVault.at(path), SqliteVault.at(path)
    (ref,) = here.new_refs(1)
    sealed = here.seal(ref, "about someone")
    assert here.open(sealed) == "about someone"
    time.sleep(0.02)  # the file's time has the grain of the kernel's tick

    elsewhere.destroy(ref, "event-1")

    _erased(lambda: here.open(sealed), "event-1")


def test_a_destroyed_key_leaves_no_bytes_in_the_files(path: Path) -> None:
    """After the erasure the key's bytes are in no file beside the ledger."""
    vault = SqliteVault.at(path)
    (ref,) = vault.new_refs(1)
    connection = sqlite3.connect(path)
    (content,) = connection.execute("SELECT content FROM keys WHERE ref = ?", (ref,)).fetchone()
    connection.close()
    assert content in path.read_bytes()

    vault.destroy(ref, "event-1")

    assert not any(content in one.read_bytes() for one in path.parent.iterdir())


def test_the_key_file_is_for_the_operator_only(path: Path) -> None:
    """Keys and their folder are closed to others, and no write-ahead log keeps copies."""
    SqliteVault.at(path).new_refs(3)

    modes = [stat.S_IMODE(one.stat().st_mode) for one in (path.parent, *path.parent.iterdir())]
    assert [mode & 0o077 for mode in modes] == [0] * len(modes)
    assert not path.with_name("keys.db-wal").exists()


def test_a_home_without_its_keys_says_so(path: Path) -> None:
    """Where keys must exist, a missing file is no reason to make new ones."""
    with pytest.raises(KeyMissing, match="Restore"):
        SqliteVault.at(path, create=False)

    assert not path.exists()


def test_keys_that_vanish_are_missed(path: Path) -> None:
    """A key file deleted under a running process is noticed at the next use."""
    vault = SqliteVault.at(path)
    path.unlink()

    with pytest.raises(KeyMissing):
        vault.seal(vault.house, "text")


def test_a_file_that_holds_no_keys(tmp_path: Path) -> None:
    """Another file in the place of the keys is a storage failure with a remedy."""
    path = tmp_path / "keys.db"
    path.write_bytes(b"no database at all " * 400)

    with pytest.raises(StorageFailed):
        SqliteVault.at(path)
