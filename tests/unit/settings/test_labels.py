"""Proves how labels.yaml is read, and that of all rules that match the strictest holds."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.label_rules import Boundary, LabelRule, level_of
from aios_defs.core.labels import Level, stricter_level
from aios_defs.settings.documents import Mistake
from aios_defs.settings.labels import read_label_rules

MAIL = Boundary(
    address="Ann@sub.Clinic.example", connector="mail", folder="inbox", signs=("legal",)
)
RULES = st.builds(
    LabelRule,
    level=st.sampled_from(Level),
    address=st.sampled_from(["@clinic.example", "ann@sub.clinic.example", "@x.example"]),
    connector=st.sampled_from([None, "mail", "other"]),
    folder=st.sampled_from([None, "inbox", "sent"]),
    sign=st.sampled_from([None, "legal", "angry"]),
)


def read(folder: Path, text: str) -> tuple[tuple[LabelRule, ...], list[Mistake]]:
    path = folder / "labels.yaml"
    path.write_text(text)
    mistakes: list[Mistake] = []
    return read_label_rules(path, ("mail",), mistakes), mistakes


def test_a_rule_is_read_with_all_that_it_names(tmp_path: Path) -> None:
    """An address or domain is compared in small letters."""
    text = '- {level: local, address: "@Clinic.example", connector: mail, sign: legal}\n'

    rules, mistakes = read(tmp_path, text)

    assert mistakes == []
    assert level_of(rules, MAIL) is Level.LOCAL


@pytest.mark.parametrize(
    "text",
    [
        "level: local\n",
        "- local\n",
        "- {level: secret, sign: legal}\n",
        "- {level: local}\n",
        "- {level: local, sign: leagl}\n",
        "- {level: local, connector: mial}\n",
        "- {level: local, address: clinic.example}\n",
        "- {level: local, folder: drafts}\n",
        "- {level: local, sender: a@b.example}\n",
        "- {level: public, sign: confidential, adress: x}\n",
    ],
)
def test_what_is_no_rule_is_a_mistake_at_its_line(tmp_path: Path, text: str) -> None:
    """A level or a sign that is none is never guessed: the file is refused."""
    rules, mistakes = read(tmp_path, text)

    assert [one.line for one in mistakes] == [1] * len(mistakes)
    assert mistakes
    assert len(rules) <= 1


def test_the_end_of_a_name_is_no_domain() -> None:
    """`@clinic.example` is neither notclinic.example nor clinic.example.evil."""
    rule = LabelRule(level=Level.LOCAL, address="@clinic.example")
    others = ("a@notclinic.example", "a@clinic.example.evil", "clinic.example@evil.example")

    assert [rule.meets(MAIL.model_copy(update={"address": one})) for one in others] == [False] * 3


@given(st.lists(RULES, max_size=6), st.lists(RULES, max_size=3))
def test_one_more_rule_never_widens_what_a_rule_keeps(
    rules: list[LabelRule], more: list[LabelRule]
) -> None:
    """The level with more rules is at least as strict as that of any which matched before."""
    kept = [one.level for one in rules if one.meets(MAIL)]

    after = level_of([*rules, *more], MAIL)

    assert stricter_level(after, *kept) is after
