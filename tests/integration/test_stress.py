"""Proves at a fiftieth of the full size that no mail is lost, altered or able to stop intake."""

from itertools import chain
from pathlib import Path

from benchmarks.stress import Account, stress
from tests.hostile.mails import OVERSIZE, generated, oversize

SIZE = 2_000


def test_every_hostile_mail_is_accounted_for(tmp_path: Path) -> None:
    """Of 2,000 generated and mutated mails, one beyond the limit, each has a row with its bytes."""
    mails = chain(generated(SIZE - 1), [(OVERSIZE, oversize(SIZE))])
    account = Account()

    for account in stress(tmp_path / "home", mails):
        assert account.is_whole

    assert account.received == account.accounted == SIZE
    assert account.quarantined > SIZE // 100
    assert not [one for one in account.outcomes if "broke" in one or "could not be" in one]
