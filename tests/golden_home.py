"""Owns the making of a golden home: the sample business worked on by the code of a past commit.

    python tests/golden_home.py COMMIT NAME     writes tests/golden/homes/NAME.tar.xz

The code comes out of git; the packages are those of this environment. Dagster's storage, artifacts
and logs are left out: they are views, made again from the ledger.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests/golden/homes"
LEFT_OUT = ("dagster", "lance", "logs", "run")
_RUN = "import sys; from aios_defs.cli.main import main; sys.exit(main(sys.argv[1:]))"


def make(commit: str, name: str) -> Path:
    """Return the archive of a demo home that the code of a commit made."""
    with tempfile.TemporaryDirectory() as scratch:
        code, home = Path(scratch, "code"), Path(scratch, "home")
        _check_out(commit, code)
        for words in (("demo", "--wait", "30s"), ("status",)):
            command = [sys.executable, "-P", "-c", _RUN, *words]
            given = {"PYTHONPATH": str(code), "AIOS_HOME": str(home), "PATH": "/usr/bin:/bin"}
            subprocess.run(command, cwd=scratch, env=given, check=True)
        return _pack(home, FOLDER / f"{name}.tar.xz")


def unpack(packed: Path, target: Path) -> None:
    """Unpack an archive; members that lead out of the target are refused where Python can tell.

    The argument `filter` came with Python 3.11.4, the attribute is ignored before.
    """
    with tarfile.open(packed) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(target)  # noqa: S202 - our own archives


def _check_out(commit: str, target: Path) -> None:
    target.mkdir()
    packed = target.with_suffix(".tar")
    words = ["git", "-C", str(ROOT), "archive", "-o", str(packed), commit]
    subprocess.run(words, check=True)
    unpack(packed, target)


def _pack(home: Path, target: Path) -> Path:
    _checkpoint(home / "ledger.db")
    with tarfile.open(target, "w:xz") as archive:
        archive.add(home, "home", filter=_kept)
    return target


def _checkpoint(ledger: Path) -> None:
    """Bring the write-ahead log into the file."""
    import sqlite3

    connection = sqlite3.connect(ledger)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _kept(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    parts = Path(entry.name).parts
    if len(parts) > 1 and parts[1] in LEFT_OUT:
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    sys.stdout.write(f"{make(*sys.argv[1:3])}\n")
