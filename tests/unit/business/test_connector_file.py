"""Proves that changing connectors.yaml changes one entry and no other letter."""

from pathlib import Path

import pytest

from aios_defs.core.errors import ConfigurationInvalid, UsageInvalid
from aios_defs.core.model import JsonObject
from aios_defs.settings.documents import read_document
from resources.business_files import copy_starter
from resources.connector_file import added, removed

ENTRY: JsonObject = {"kind": "mail", "address": "new@shop.test", "receive": {"maildir": "no"}}
OLD = """# The top.
shop:   # my shop
  kind: mail
  # inside
  address: "old@shop.test"

# Between two.

other:
  kind: some.module:Thing
# The end.
"""


@pytest.fixture
def business(tmp_path: Path) -> Path:
    """Return a business folder with two connectors and comments everywhere."""
    (tmp_path / "connectors.yaml").write_text(OLD, encoding="utf-8")
    return tmp_path


def written(business: Path) -> str:
    return (business / "connectors.yaml").read_text(encoding="utf-8")


def test_an_entry_is_added_at_the_end(business: Path) -> None:
    """Everything that was there stays as it was, and the entry reads back as it was given."""
    added(business, "mail", ENTRY).save()

    assert written(business).startswith(OLD)
    document = read_document(business / "connectors.yaml")
    assert isinstance(document.value, dict)
    assert document.value["mail"] == ENTRY


def test_nothing_is_written_before_saving(business: Path) -> None:
    """A change can be looked at first: its diff names each line, and the file is untouched."""
    change = added(business, "mail", ENTRY)

    assert "+  address: new@shop.test" in change.diff
    assert not [line for line in change.diff.splitlines() if line.startswith("-")]
    assert written(business) == OLD


def test_a_taken_name_is_refused(business: Path) -> None:
    """An entry of the operator is never overwritten unasked."""
    with pytest.raises(UsageInvalid, match="has a connector 'shop'"):
        added(business, "shop", ENTRY)


def test_replacing_keeps_the_place_and_the_comments_around(business: Path) -> None:
    """Asked for, an entry takes the place of the old one."""
    added(business, "shop", ENTRY, replace=True).save()

    assert written(business).startswith("# The top.\nshop:\n  kind: mail\n  address: new@shop.test")
    assert "\n# Between two.\n\nother:\n" in written(business)
    assert "inside" not in written(business)


def test_the_starter_entry_gives_way(tmp_path: Path) -> None:
    """What `aios init` wrote to be filled in is replaced without being asked."""
    copy_starter(tmp_path)

    change = added(tmp_path / "business", "mail", ENTRY)

    assert "-  address: hello@example.test" in change.diff
    assert "# The systems outside." in change.after


def test_an_entry_is_taken_out(business: Path) -> None:
    """Its own lines go, comments around it stay."""
    removed(business, "shop").save()

    assert (
        written(business)
        == "# The top.\n\n# Between two.\n\nother:\n" + OLD.partition("other:\n")[2]
    )


def test_adding_and_removing_leaves_the_entries_as_they_were(business: Path) -> None:
    """The way back leads to the same connectors."""
    before = read_document(business / "connectors.yaml").value
    added(business, "mail", ENTRY).save()

    removed(business, "mail").save()

    assert read_document(business / "connectors.yaml").value == before


def test_removing_what_is_not_there_is_refused(business: Path) -> None:
    """A misspelt name changes nothing."""
    with pytest.raises(UsageInvalid, match="no connector 'shup'"):
        removed(business, "shup")


def test_a_file_made_meanwhile_is_not_overwritten(business: Path) -> None:
    """Between showing and writing the operator may have saved the file; theirs stays."""
    change = added(business, "mail", ENTRY)
    (business / "connectors.yaml").write_text("{}\n", encoding="utf-8")

    with pytest.raises(UsageInvalid, match="changed meanwhile"):
        change.save()

    assert written(business) == "{}\n"


@pytest.mark.parametrize("text", ["{shop: {kind: mail}}\n", "shop: {kind: mail}\n..."])
def test_a_form_for_people_only_is_left_alone(text: str, tmp_path: Path) -> None:
    """A file in flow style, or of several documents, is the operator's to change."""
    (tmp_path / "connectors.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigurationInvalid, match="a program should not change"):
        added(tmp_path, "mail", ENTRY)


def test_an_invalid_file_is_not_touched(tmp_path: Path) -> None:
    """A file with a mistake is corrected first."""
    (tmp_path / "connectors.yaml").write_text("a: [\n", encoding="utf-8")

    with pytest.raises(ConfigurationInvalid, match=r"connectors\.yaml:2"):
        added(tmp_path, "mail", ENTRY)


def test_an_absent_file_is_made_for_this_user_only(tmp_path: Path) -> None:
    """The first connector of a home makes the file, with mode 0600."""
    added(tmp_path, "mail", ENTRY).save()

    assert (tmp_path / "connectors.yaml").stat().st_mode & 0o777 == 0o600
