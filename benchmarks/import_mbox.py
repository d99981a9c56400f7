"""Imports a large generated mbox, killed (-9) on its way and resumed, and counts what came of it.

Run: python -m benchmarks.import_mbox [--megabytes 1024] [--kills 2] [--json]. Fails when a message
generated is not accounted for exactly once, or when the peak memory passes the limit.
"""

import argparse
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

LIMIT_MEGABYTES = 500
_ROOT = Path(__file__).parent.parent
_REPORT = "report.json"
_KILLED = """
import sys
from pathlib import Path
from benchmarks.import_mbox import import_until
import_until(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
"""
_POISON = 100
_TWICE = 50
_PEOPLE = 2000
_WORDS = ("the price", "of your", "blue widget", "and when", "can you send", "it to us", "thanks")
_FIRST = datetime(2015, 1, 1, tzinfo=UTC)
_BUSINESS = {
    "operator.yaml": "name: Pat\nbusiness: Widgets\nsignature: Pat\ncurrency: EUR\nlanguage: en\n",
    "connectors.yaml": "mail:\n  kind: mail\n  address: desk@widgets.example\n"
    "  receive: {maildir: mail/inbox}\n  send: {maildir: mail/outbox}\n"
    "  sent: {maildir: mail/sent}\n",
    "catalog.yaml": "workflows: []\n",
    "policies.yaml": "version: 1\nrules: []\n",
}


def raw_message(number: int) -> bytes:
    """Return one mail; every hundredth is poison, every 50th a copy of the one before."""
    if number % _POISON == _POISON - 1:
        return b"From: a@b.example\nFrom: c@d.example\n\n" + str(number).encode()
    if number % _TWICE == _TWICE - 1:
        return raw_message(number - 1)
    chance = random.Random(number)  # noqa: S311 - the same number makes the same mail
    message = EmailMessage()
    message["From"] = f"Guest <guest{chance.randrange(_PEOPLE)}@elsewhere.example>"
    message["To"], message["Subject"] = "desk@widgets.example", f"Question {number}"
    message["Message-ID"] = f"<{number}@elsewhere.example>"
    if number % 3:
        message["In-Reply-To"] = f"<{number - 1}@elsewhere.example>"
    message["Date"] = _FIRST + timedelta(minutes=number)
    words = " ".join(chance.choices(_WORDS, k=chance.randrange(50, 1500)))
    message.set_content(f"{words}\nFrom here on: {number}\n")
    if chance.random() < 0.4:
        content = chance.randbytes(chance.choice((8_000, 60_000, 180_000)))
        message.add_attachment(content, maintype="image", subtype="png", filename="photo.png")
        message.set_boundary(f"part-{number}")
    return message.as_bytes()


def write_mbox(path: Path, megabytes: int) -> tuple[int, int]:
    """Write an mbox of that size; returns how many messages it holds, and how many twice."""
    number, size = 0, 0
    with path.open("wb") as file:
        while size < megabytes * 1024 * 1024:
            raw = raw_message(number).replace(b"\nFrom ", b"\n>From ")
            size += file.write(b"From guest@elsewhere.example Thu Jan  1 00:00:00 2015\n")
            size += file.write(raw + b"\n\n")
            number += 1
    twice = sum(1 for one in range(_TWICE - 1, number, _TWICE) if one % _POISON != _POISON - 1)
    return number, twice


def make_home(home: Path) -> dict[str, str]:
    """Make a home for the import and return the environment that names it."""
    environment = os.environ | {"AIOS_HOME": str(home)}
    command = [sys.executable, "-m", "aios_defs.cli.main", "init"]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    for name, text in _BUSINESS.items():
        (home / "business" / name).write_text(text, encoding="utf-8")
    return environment


def attempts(
    home: Path, box: Path, environment: dict[str, str], kills: int
) -> Iterator[tuple[int, int]]:
    """Import until it is done, killed that often on the way; yields each exit code and peak in MB.

    The last one is the command itself. Those before kill themselves where their share is kept, so
    that none is over before its end comes.
    """
    for kill in range(1, kills + 1):
        stop = box.stat().st_size * kill // (kills + 1)
        yield _attempt([sys.executable, "-c", _KILLED, str(home), str(box), str(stop)], environment)
    command = [sys.executable, "-m", "aios_defs.cli.main", "import", "mail", str(box), "--json"]
    yield _attempt(command, environment, home / _REPORT)


def _attempt(
    command: list[str], environment: dict[str, str], out: Path = Path(os.devnull)
) -> tuple[int, int]:
    peak = 0
    with out.open("wb") as file:
        child = subprocess.Popen(command, env=environment, stdout=file, cwd=_ROOT)
    while child.poll() is None:
        peak = max(peak, _peak_megabytes(child.pid))
        time.sleep(0.02)
    return child.returncode, peak


def import_until(home: Path, box: Path, stop: int) -> None:
    """Import, and kill this process once what is kept reaches so far into the mailbox."""
    from aios_defs.services.past import Wish, import_past
    from aios_defs.settings.environment import load_settings
    from resources.home import open_home
    from resources.past.sources import open_source

    def tell(_: object, done: int) -> None:
        if done >= stop:
            os.kill(os.getpid(), signal.SIGKILL)

    kernel = open_home(load_settings({"AIOS_HOME": str(home)})).kernel
    import_past(kernel, Wish(source=open_source(box), connector="mail"), tell)


def _peak_megabytes(pid: int) -> int:
    """Return the most memory a running program has held since it began, 0 once it has ended.

    What the kernel tells of a child that has ended counts the memory of whoever started it too.
    """
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def counted(home: Path) -> dict[str, int]:
    """Return the messages of the home by state and reason."""
    import sqlite3

    with sqlite3.connect(home / "ledger.db") as base:
        rows = base.execute("select state, coalesce(reason, ''), count(*) from messages group by 1")
        return {state: count for state, _, count in rows}


def measure(folder: Path, megabytes: int, kills: int) -> dict[str, object]:
    """Generate, import with kills, and return the figures."""
    box, home = folder / "archive.mbox", folder / "home"
    messages, twice = write_mbox(box, megabytes)
    environment = make_home(home)
    started = time.monotonic()
    exits, peaks = zip(*attempts(home, box, environment, kills), strict=True)
    seconds = time.monotonic() - started
    report = json.loads((home / _REPORT).read_text(encoding="utf-8"))
    stored = counted(home)
    poison = messages // _POISON
    return {
        "megabytes": megabytes,
        "messages": messages,
        "accounted": report["messages"],
        "counts": report["counts"],
        "stored": stored,
        "exits": exits,
        "seconds": round(seconds, 1),
        "messages_per_second": round(messages / seconds),
        "peak_megabytes": max(peaks),
        "is_equal": report["messages"] == messages
        and report["counts"].get("duplicate", 0) == twice
        and stored.get("ignored", 0) == messages - twice - poison
        and stored.get("quarantined", 0) == poison
        and exits.count(-signal.SIGKILL) == kills,
    }


def main(arguments: list[str]) -> int:
    """Run the measurement; returns 1 when something is lost, double, or too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="aios-import-") as folder:
        found = measure(Path(folder), given.megabytes, given.kills)
    if given.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:>20}  {value}")
    peak = found["peak_megabytes"]
    return 0 if found["is_equal"] and isinstance(peak, int) and peak < LIMIT_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
