"""Takes generated and mutated mails in by the real loop, and accounts for every byte of them.

Run: python -m benchmarks.stress [--size N] [--seed N] [--json]

Mails are put into a Maildir in batches, taken in, checked and removed, so that the disk holds one
batch and the ledger. Every mail must have one row, and the bytes kept must be the bytes that came.
Peak memory is the whole process's: writing the mails, taking them in and checking.
"""

import argparse
import hashlib
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from aios_defs.core.rows.messages import MessageRow
from aios_defs.services.batch import take_in_all
from aios_defs.services.kernel import Kernel
from aios_defs.services.message_view import message_view
from aios_defs.services.seed import apply_business
from aios_defs.services.trust import begin_home, trust
from aios_defs.settings.environment import load_settings
from benchmarks.task_cost import BUSINESS
from resources.home import make_home, open_home
from tests.hostile.mails import generated

FULL = 100_000
BATCH_SIZE = 2_000
LOOKED_AT = 50
"""One mail in so many is looked at as the console does."""
CONNECTORS = BUSINESS["connectors.yaml"].replace("benchmarks.metered_mail:MeteredMail", "mail")


@dataclass(slots=True, kw_only=True)
class Account:
    """What became of the mails so far; `differing` counts those whose kept bytes are others."""

    received: int = 0
    accounted: int = 0
    differing: int = 0
    quarantined: int = 0
    looked_at: int = 0
    octets: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    rates: list[float] = field(default_factory=list[float])
    costs: list[float] = field(default_factory=list[float])

    def shown(self) -> dict[str, object]:
        """Return the figures: rates are mails a second, costs CPU milliseconds a mail.

        Both are of the whole and of each batch; the costs tell on a busy machine, too, whether
        taking in is linear.
        """
        return {
            "received": self.received,
            "accounted": self.accounted,
            "differing": self.differing,
            "quarantined": self.quarantined,
            "looked_at": self.looked_at,
            "bytes": self.octets,
            "peak_mb": peak_mb(),
            "seconds": round(self.seconds, 1),
            "cpu_seconds": round(self.cpu_seconds, 1),
            "rate": round(self.received / self.seconds, 1) if self.seconds else None,
            "rates": [round(one, 1) for one in self.rates],
            "cpu_ms": round(1000 * self.cpu_seconds / self.received, 2) if self.received else None,
            "costs": [round(one, 2) for one in self.costs],
            "outcomes": dict(self.outcomes.most_common()),
        }

    @property
    def is_whole(self) -> bool:
        """Return whether every mail is accounted for with the bytes it came with."""
        return self.received == self.accounted and not self.differing


def peak_mb() -> float:
    """Return the most memory this process has held, in MB (10^6 bytes)."""
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kibibytes * 1024 / 1e6, 1)


def stress_home(folder: Path) -> Kernel:
    """Make a home with one workflow on a Maildir, and open it."""
    make_home(folder)
    for name, text in {**BUSINESS, "connectors.yaml": CONNECTORS}.items():
        path = folder / "business" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    kernel = open_home(load_settings({"AIOS_HOME": str(folder)})).kernel
    begin_home(kernel, is_demo=False, version="bench")
    apply_business(kernel)
    trust(kernel, "mail", timedelta(days=1))
    return kernel


def stress(
    folder: Path, mails: Iterable[tuple[str, bytes]], *, batch: int = BATCH_SIZE
) -> Iterator[Account]:
    """Take mails in, batch by batch; yields the account after each."""
    kernel = stress_home(folder)
    account, todo = Account(), iter(mails)
    while hashes := _deliver(folder, islice(todo, batch), account):
        started, cpu = time.monotonic(), time.process_time()
        take_in_all(kernel, "bench")
        spent, used = time.monotonic() - started, time.process_time() - cpu
        account.seconds += spent
        account.cpu_seconds += used
        account.rates.append(len(hashes) / spent)
        account.costs.append(1000 * used / len(hashes))
        _check(kernel, hashes, account)
        for name in hashes:
            _inbox(folder).joinpath(name).unlink()
        yield account


def _inbox(folder: Path) -> Path:
    return folder / "mail" / "inbox" / "new"


def _deliver(folder: Path, mails: Iterable[tuple[str, bytes]], account: Account) -> dict[str, str]:
    """Put mails into the Maildir; returns the digest of each by its file's name."""
    _inbox(folder).mkdir(parents=True, exist_ok=True)
    hashes: dict[str, str] = {}
    for _, raw in mails:
        name = f"{account.received:09d}.stress"
        (_inbox(folder) / name).write_bytes(raw)
        hashes[name] = hashlib.sha256(raw).hexdigest()
        account.received += 1
        account.octets += len(raw)
    return hashes


def _check(kernel: Kernel, hashes: dict[str, str], account: Account) -> None:
    """Compare the bytes of each row of this batch with the bytes that came."""
    for name, digest in hashes.items():
        ref_hash = kernel.vault.digest("ref", "mail", f"inbox:{name}")
        with kernel.ledger.view() as view:
            rows = view.select(MessageRow, ref_hash=ref_hash)
            kept = [hashlib.sha256(view.blob(row.raw)).hexdigest() for row in rows]
        account.accounted += len(rows)
        account.differing += kept != [digest]
        account.quarantined += sum(row.state == "quarantined" for row in rows)
        account.outcomes.update(f"{row.state} {row.reason or ''}".strip() for row in rows)
        if account.accounted % LOOKED_AT == 0 and rows:
            json.dumps(message_view(kernel, rows[0].id), ensure_ascii=False).encode()
            account.looked_at += 1


def report(account: Account) -> None:
    """Print the figures as a table."""
    for name, value in account.shown().items():
        if name not in {"outcomes", "rates", "costs"}:
            print(f"{name:12} {value}")
    for name, count in account.outcomes.most_common():
        print(f"{count:8} {name}")


def main() -> int:
    """Read the command line and run; returns 1 when a mail is missing or its bytes differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=FULL, help="how many mails")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    began, account = datetime.now(UTC), Account()
    with tempfile.TemporaryDirectory() as folder:
        for account in stress(Path(folder), generated(given.size, given.seed)):
            took, cost = datetime.now(UTC) - began, account.costs[-1]
            progress = f"{took} {account.received} {cost:.2f} CPU ms a mail, {peak_mb()} MB"
            print(progress, file=sys.stderr, flush=True)
    if given.json:
        print(json.dumps(account.shown()))
    else:
        report(account)
    return 0 if account.is_whole and account.received == given.size else 1


if __name__ == "__main__":
    sys.exit(main())
