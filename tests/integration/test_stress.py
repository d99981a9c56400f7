"""Proves at a twentieth of the full size that no mail is lost, altered or able to stop intake."""

from pathlib import Path

from benchmarks.stress import Account, stress
from tests.hostile.mails import generated

SIZE = 5_000


def test_every_hostile_mail_is_accounted_for(tmp_path: Path) -> None:
    """Of 5,000 generated and mutated mails each has one row, with the bytes it came with."""
    account = Account()

    for account in stress(tmp_path / "home", generated(SIZE)):
        assert account.is_whole

    assert account.received == account.accounted == SIZE
    assert account.quarantined > SIZE // 100
    assert not [one for one in account.outcomes if "broke" in one or "could not be" in one]
