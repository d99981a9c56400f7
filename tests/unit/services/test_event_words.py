"""Proves that every event can be told in words, without text from outside."""

from datetime import UTC, datetime

from aios_defs.core.envelope import Envelope
from aios_defs.core.events import all as every_event
from aios_defs.core.events.registry import known_types
from aios_defs.core.model import JsonObject
from aios_defs.services.event_words import GROUPS, ROUTINE, SENTENCES, name_of, sentence, types_of


def event(kind: str, data: JsonObject) -> Envelope:
    return Envelope(
        id="1",
        position=1,
        stream="s",
        sequence=1,
        type=kind,
        time=datetime(2031, 1, 1, tzinfo=UTC),
        actor="operator",
        subject=None,
        correlation_id="c",
        causation_id=None,
        run_id=None,
        data=data,
        prev_hash="",
        hash="",
    )


def test_every_known_type_has_its_sentence() -> None:
    """No event is shown by its bare name, and none that does not exist has words."""
    assert every_event.__all__
    assert {name_of(one) for one in known_types()} == set(SENTENCES)
    assert set(SENTENCES) >= ROUTINE


def test_every_known_type_is_in_one_group() -> None:
    """The groups of the filter share out the types."""
    shared = [one for group in GROUPS for one in types_of(group, known_types())]

    assert sorted(shared) == sorted(known_types())


def test_a_sentence_leaves_out_what_the_event_does_not_say() -> None:
    """A missing field leaves no empty brackets or colons behind."""
    told = sentence(event("task.cancelled.v1", {"task_id": "t"}))

    assert told == "Task closed"


def test_a_sealed_value_is_never_in_a_sentence() -> None:
    """What is sealed stays beside the sentence, whatever its name."""
    told = sentence(event("task.cancelled.v1", {"reason": {"ciphertext": "x"}}))

    assert told == "Task closed"


def test_an_unknown_type_is_told_by_its_name() -> None:
    """An event of a newer AIOS is shown, not dropped."""
    assert sentence(event("thing.happened.v9", {})) == "thing.happened"
