"""Proves that every stored form of an event is still read, word for word."""

import json
from pathlib import Path

import pytest

from aios_defs.core.events import all as every_event
from aios_defs.core.events.registry import EventData, UnknownEvent, known_types, parse_event
from tests.house.tree import ROOT

GOLDENS = sorted((ROOT / "tests/golden/events").glob("*.json"))


def test_every_known_type_has_a_golden_and_no_golden_is_left_over() -> None:
    """The goldens are exactly the types of the registry."""
    assert every_event.__all__

    assert {one.stem for one in GOLDENS} == set(known_types())


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_a_golden_is_read_and_written_back_identically(golden: Path) -> None:
    """A stored event of this version parses, and dumps to the same JSON."""
    stored = json.loads(golden.read_text(encoding="utf-8"))

    event = parse_event(golden.stem, stored)

    assert not isinstance(event, UnknownEvent)
    assert event.type == golden.stem
    assert event.model_dump(mode="json") == stored


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_a_field_nobody_knows_is_refused(golden: Path) -> None:
    """A changed shape is a new version, never a silent extra field."""
    stored = json.loads(golden.read_text(encoding="utf-8"))

    with pytest.raises(ValueError, match="extra_forbidden"):
        parse_event(golden.stem, {**stored, "surprise": 1})


def test_a_type_ends_in_its_version() -> None:
    """Each type is `noun.participle.vN` and stands on its class."""
    for name, cls in known_types().items():
        assert issubclass(cls, EventData)
        assert cls.type == name
        assert name.rpartition(".v")[2].isdigit()
