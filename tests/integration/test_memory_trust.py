"""Proves the commands by which the operator trusts a sink, lists what is trusted, takes it back."""

import json
from datetime import timedelta

import pytest

from aios_defs.cli.main import main
from aios_defs.core.rows.sinks import SinkRow
from aios_defs.services.trusted_sinks import trust_sink, trusted_sinks
from tests.integration.desk import Desk, Mail
from tests.servers.database import home_environment

PLACE = "orders@supplier.example"


@pytest.fixture(autouse=True)
def _home(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in home_environment(desk.path).items():
        monkeypatch.setenv(name, value)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["memory", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_trust_is_listed_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    """What was trusted is shown as it is compared, and is gone after distrust."""
    made = run(capsys, "trust", "address", f"Orders <{PLACE.upper()}>", "--for", "90d")

    listed = run(capsys, "sinks")
    run(capsys, "distrust", str(made["id"])[-8:])

    (shown,) = listed["sinks"]  # type: ignore[misc]  # parsed JSON
    assert shown["value"] == PLACE
    assert shown["expires_at"] == made["expires_at"]
    assert run(capsys, "sinks") == {"sinks": []}


def test_a_trust_ends_by_itself(desk: Desk) -> None:
    """After its time nothing is trusted any more, though nobody took it back."""
    trust_sink(desk.kernel, "address", PLACE, lasts=timedelta(days=1))
    with desk.kernel.ledger.view() as view:
        during = trusted_sinks(desk.kernel, view)
    desk.wait(days=1)

    with desk.kernel.ledger.view() as view:
        assert len(during) == 1
        assert trusted_sinks(desk.kernel, view) == []
        assert len(view.select(SinkRow)) == 1


def test_a_message_is_trusted_as_a_source(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """A message can be trusted by its id."""
    desk.receive(Mail(text="How much is the blue widget?"))

    made = run(capsys, "trust", "source", desk.messages()[0].id)

    assert made["kind"] == "source"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("address", "nobody"), ("payee", "Some Shop"), ("link", "words"), ("colour", PLACE)],
)
def test_what_is_no_sink_is_refused(
    kind: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value that is none of its kind is refused with the way out."""
    assert main(["memory", "trust", kind, value]) == 2

    assert capsys.readouterr().err
