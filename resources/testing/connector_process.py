"""Owns a commit in a process of its own, so that tests can race, kill and pause real processes.

`python -m resources.testing.connector_process` reads one JSON job from standard input, says
`ready`, waits for one more line, commits, and prints the outcome: `committed` with the receipt's
`outside_ref`, or the code of the error.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from aios_defs.core.connector import CommitRequest
from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonObject
from resources.connectors.loader import load_connectors
from resources.points import NoPoints

AT = datetime(2026, 1, 1, tzinfo=UTC)


def run_job(job: dict[str, Any]) -> JsonObject:
    """Commit what the job says (`home`, `entry`, `operation`, `key`, `arguments`)."""
    connectors = load_connectors(
        {"outside": cast("JsonObject", job["entry"])}, Path(job["home"]), points=NoPoints()
    )
    request = CommitRequest(
        operation=job["operation"], key=job["key"], arguments=job["arguments"], at=AT
    )
    try:
        receipt = connectors["outside"].commit(request, lambda: None)
    except AiosError as error:
        return {"outcome": error.code}
    return {"outcome": "committed", "outside_ref": receipt.outside_ref}


def main() -> None:
    """Serve one job."""
    job = json.loads(sys.stdin.readline())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(run_job(job)) + "\n")


if __name__ == "__main__":
    main()
