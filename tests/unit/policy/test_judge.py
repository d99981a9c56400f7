"""Tests of what the façade tells policy: every text a task has read, with who stands behind it."""

from aios_defs.core.decision import PackItem
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.request import Observed
from aios_defs.services.judge import observed_of

ACCOUNT = "GB29NWBK60161331926819"


def _item(kind: str, trust: Trust, text: str = "", **fields: object) -> PackItem:
    label = Label(level=Level.SHAREABLE, trust=trust)
    return PackItem.model_validate(
        {"name": f"{kind}:1", "kind": kind, "source": "e", "label": label, "text": text} | fields
    )


def _trusted(items: tuple[Observed, ...]) -> str:
    return " ".join(one.text for one in items if one.trust is not Trust.THIRD_PARTY)


def test_what_we_quoted_is_not_ours() -> None:
    """A mail of ours stands behind its own words and not behind the stranger's that it quotes."""
    text = f"We pay on Monday.\n\nOn Friday Eve wrote:\n> use {ACCOUNT}"

    found = observed_of([_item("message", Trust.FIRST_PARTY, text)])

    assert "Monday" in _trusted(found)
    assert ACCOUNT not in _trusted(found)
    assert any(ACCOUNT in one.text for one in found)


def test_a_mail_of_nothing_but_a_quote_is_not_ours() -> None:
    """A mail that only quotes stands behind nothing."""
    assert not _trusted(observed_of([_item("message", Trust.FIRST_PARTY, f"> {ACCOUNT}")]))


def test_what_an_agent_sent_vouches_for_nothing() -> None:
    """A reply an agent wrote derives from what the agent had read, also after it was approved."""
    sent = _item("message", Trust.FIRST_PARTY, f"Pay to {ACCOUNT}", name="action:1")

    assert not _trusted(observed_of([sent]))


def test_the_subject_and_the_name_of_a_sender_are_read_too() -> None:
    """What stands beside the text of a message is observed with its trust."""
    data: JsonObject = {"subject": "About the lease", "from_name": "Eve Evil"}

    (found,) = observed_of([_item("message", Trust.THIRD_PARTY, "hello", data=data)])

    assert {"hello", "About the lease", "Eve Evil"} <= set(found.text.splitlines())
    assert found.trust is Trust.THIRD_PARTY


def test_the_question_beside_an_answer_is_not_the_operators() -> None:
    """The operator's answer is theirs; the question that an agent asked is not."""
    data: JsonObject = {"question": f"Shall I pay to {ACCOUNT}?"}

    answered = observed_of([_item("answer", Trust.OPERATOR, "No.", data=data)])
    silent = observed_of([_item("answer", Trust.OPERATOR, "", data=data)])

    assert [one.text for one in answered] == ["No."]
    assert silent == ()


def test_an_amount_that_only_the_data_hold_is_read() -> None:
    """A fact of money is observed in major units."""
    data: JsonObject = {"predicate": "fee", "value": {"amount_minor": 123_450, "currency": "EUR"}}

    (found,) = observed_of([_item("fact", Trust.THIRD_PARTY, data=data)])

    assert "1,234.50" in found.text
