"""Proves that a rule is found in the operator's file as it stands there."""

from aios_defs.core.policy.places import place_of

TEXT = """version: 1
rules:
  # look before it leaves
  - id: first
    action: mail.send   # every mail
    effect: ask

  # the rest
  - id: second
    action: "*"
    effect: deny
"""


def test_a_rule_is_found_with_its_line_and_its_own_text() -> None:
    """The text has no indent, keeps its remarks, and leaves out what follows the rule."""
    place = place_of(TEXT, "first")

    assert place is not None
    assert place.line == 4
    assert place.text == "id: first\naction: mail.send   # every mail\neffect: ask"


def test_the_last_rule_ends_with_the_file() -> None:
    """Nothing is cut off at the end."""
    place = place_of(TEXT, "second")

    assert place is not None
    assert place.text.endswith("effect: deny")


def test_what_is_not_there_has_no_place() -> None:
    """Neither an unknown rule nor a broken file is an error."""
    assert place_of(TEXT, "third") is None
    assert place_of("rules: [", "first") is None
    assert place_of("", "first") is None
