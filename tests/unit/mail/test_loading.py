"""Proves that connectors.yaml is loaded with all its mistakes at once, and only when asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.model import JsonObject
from resources.connectors.loader import load_connectors
from resources.connectors.mail.configuration import read_mail_config
from resources.testing.recording_points import RecordingPoints

MAIL: JsonObject = {
    "kind": "mail",
    "address": "Desk@Shop.test",
    "receive": {"maildir": "inbox"},
    "send": {"maildir": "outbox"},
    "sent": {"maildir": "sent"},
}


def test_connectors_are_loaded_by_name(tmp_path: Path) -> None:
    """Ours by its short name, the operator's own by its class; each is given the points."""
    own: JsonObject = {"kind": "resources.testing.connectors:NoneConnector", "path": "x"}
    points = RecordingPoints()

    loaded = load_connectors({"mail": MAIL, "own": own}, tmp_path, points=points)

    assert list(loaded) == ["mail", "own"]
    assert loaded["mail"].describe().account == "desk@shop.test"
    assert all(getattr(one, "points", None) is points for one in loaded.values())
    assert list(tmp_path.iterdir()) == []


def test_a_module_in_the_business_folder_is_found(tmp_path: Path) -> None:
    """The operator's own module needs no installation: it may lie beside connectors.yaml."""
    module = "own_module_of_this_test"
    (tmp_path / "business").mkdir()
    (tmp_path / "business" / f"{module}.py").write_text(
        '"""Owns nothing."""\n\nfrom resources.testing.connectors import NoneConnector as Mine\n'
    )
    entry: JsonObject = {"kind": f"{module}:Mine", "path": "x"}

    loaded = load_connectors({"own": entry}, tmp_path, points=RecordingPoints())

    assert loaded["own"].describe().operations[0].name == "fake.send"


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Every wrong entry and key is named in one error, unknown ones with the nearest known."""
    entries: dict[str, JsonObject] = {
        "one": {"kind": "mial"},
        "two": {"kind": "no.such.module:Thing"},
        "three": {"kind": "pathlib:Path"},
        "four": {},
        "Bad Name": MAIL,
        "mail": {**MAIL, "adress": "x", "since": "2026-01-01", "sent": {}},
    }

    with pytest.raises(ConfigurationInvalid) as refused:
        load_connectors(entries, tmp_path, points=RecordingPoints())

    message = refused.value.message
    expected = ("`mail`", "no.such.module", "it lacks from_config", "four", "Bad Name")
    assert all(one in message for one in expected)
    assert "`adress`; did you mean `address`?" in message
    assert "`since`" in message
    assert "`sent`: needs exactly one of `maildir`, `imap`, `auto`" in message


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "desk"},
        {"address": "a@b@x.test"},
        {"since": "yesterday"},
        {"since": "2026-01-01T00:00:00"},
        {"send": {"maildir": "inbox"}},
        {"receive": {"maildir": ""}},
        {"authserv_id": ""},
    ],
)
def test_wrong_value_is_refused(tmp_path: Path, wrong: JsonObject) -> None:
    """A value that would mean something else than the operator thinks is refused."""
    with pytest.raises(ConfigurationInvalid, match="mail"):
        load_connectors({"mail": {**MAIL, **wrong}}, tmp_path, points=RecordingPoints())


def test_since_is_now_or_an_instant() -> None:
    """`now` is the first connection, anything else an instant in UTC."""
    assert read_mail_config("mail", MAIL).taken_since is None
    config = read_mail_config("mail", {**MAIL, "since": "2026-01-01T02:00:00+02:00"})
    assert config.taken_since == datetime(2026, 1, 1, tzinfo=UTC)
