"""Owns the process that runs the parts of the campaign: single-threaded, so that it may fork.

`python -m tests.crash.campaign FOLDER` reads one job a line (`{"part", "kills", "seed"}`, and
`servers` for the parts on real ones) and writes one answer a line: the part's tally, or
`{"error": traceback}`. One part by hand:

    echo '{"part": "maildir", "kills": 30, "seed": 7}' | python -m tests.crash.campaign /tmp/some
"""

import gc
import json
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crash.chance import kill_anywhere
from tests.crash.declared import FAKES, MAIL, SERVICES, declared_points
from tests.crash.lost_answers import lose_answers
from tests.crash.named import kill_at_each
from tests.crash.parts import Part
from tests.crash.pauses import pull_the_brake
from tests.crash.races import approve_twice, commit_twice
from tests.crash.scene import Scene, make
from tests.crash.stops import Stop, stop_at_each
from tests.crash.whole import kill_runs
from tests.crash.wire import fail_in_phases, fail_the_naive, kill_in_phases, kill_on_the_wire
from tests.crash.work import begin, settle

LOOKED_UP = ("PreconditionConnector", "ServerKeyConnector", "NaturalKeyConnector")
FAILING = frozenset({"commit.refused", "commit.unanswered"})
"""Points that only an outside that fails leads to."""
TELLING = "telling."
"""How the points of telling begin; tests/integration/test_telling_killed.py kills at them."""
PAST = "past."
"""How the points of importing begin; tests/integration/test_past_killed.py kills imports."""
ERASURE = "erasure."
"""How the points of forgetting begin; tests/integration/erasure/test_killed.py kills at them."""
BY_SMTP = frozenset({"mail.sending", "mail.accepted", "mail.filed"})
"""Points that only a submission server leads to."""
ON_THE_WIRE = ("commit.fenced", "mail.staged", "mail.gated", "mail.delivered", "commit.answered")
VERIFY_ONLY = ("fake.ready", "commit.fenced", "fake.taken", "fake.answered", "commit.started")


def loop_points() -> set[str]:
    """Return the points that a letter passes on its way out, where the outside does not fail."""
    apart = (TELLING, PAST, ERASURE)
    services = {one for one in declared_points(SERVICES) if not one.startswith(apart)}
    return (services - FAILING) | (declared_points(MAIL) - BY_SMTP)


def maildir(part: Part) -> None:
    """Kill at every point of the services and of the mail connector."""
    points = loop_points()
    kill_at_each(part, sorted(points), ["mail"])


def fakes(part: Part) -> None:
    """Kill at every point of the fakes that can be looked up, which fail now and then."""
    points = declared_points(FAKES) | FAILING
    kill_at_each(part, sorted(points), LOOKED_UP, {"fail_before": 2, "commit_then_fail": 2})


def verify_only(part: Part) -> None:
    """Kill a sender that can't be looked up, before, within and after the window."""
    kill_at_each(part, VERIFY_ONLY, ["VerifyOnlyConnector"])


def naive(part: Part) -> None:
    """Kill a sender that sends at least once, by the same harness."""
    kill_at_each(part, ("fake.taken", "fake.answered"), ["NaiveSender"])


def chance(part: Part) -> None:
    """Kill at random moments on the Maildir."""
    kill_anywhere(part)


def chance_verify_only(part: Part) -> None:
    """Kill at random moments on the sender that can't be looked up."""
    kill_anywhere(part, ("VerifyOnlyConnector",))


def stops(part: Part) -> None:
    """Stop a worker at every point, let another take over and a mail program move the letters."""
    points = loop_points()
    once = [Stop(point=point) for point in sorted(points)]
    moved = [Stop(point=point, moved_to=sub) for point in ON_THE_WIRE for sub in ("cur", "away")]
    second = [Stop(point="commit.fenced", nth=2, moved_to=sub) for sub in ("", "cur", "away")]
    stop_at_each(part, [*once, *moved, *second], "mail")


def stops_verify_only(part: Part) -> None:
    """Stop a worker before, in and after the window of a sender that can't be looked up."""
    stop_at_each(part, [Stop(point=point) for point in VERIFY_ONLY], "VerifyOnlyConnector")


PARTS: dict[str, Callable[[Part], None]] = {
    "maildir": maildir,
    "fakes": fakes,
    "verify-only": verify_only,
    "naive": naive,
    "chance": chance,
    "chance-verify-only": chance_verify_only,
    "lost-answers": lambda part: lose_answers(part, LOOKED_UP),
    "lost-answers-verify-only": lambda part: lose_answers(part, ["VerifyOnlyConnector"]),
    "naive-lost-answers": lambda part: lose_answers(part, ["NaiveSender"]),
    "approvals": approve_twice,
    "committers": commit_twice,
    "pauses": pull_the_brake,
    "stops": stops,
    "stops-verify-only": stops_verify_only,
    "whole-runs": kill_runs,
    "wire-points": kill_on_the_wire,
    "wire-phases": kill_in_phases,
    "wire-faults": fail_in_phases,
    "naive-wire-faults": fail_the_naive,
}


def main(folder: Path) -> None:
    """Serve jobs until the input ends."""
    (folder / "homes").mkdir(parents=True)
    _warm_up(folder / "warm-up")
    gc.freeze()  # the children then share these pages for good
    assert threading.active_count() == 1, "a process with threads must not fork"
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(folder / "homes", json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(homes: Path, job: dict[str, Any]) -> dict[str, Any]:
    part = Part(**{"name": job.pop("part"), "folder": homes, **job})
    try:
        PARTS[part.name](part)
    except Exception:  # noqa: BLE001 - the edge: the test that asked fails with this text
        return {"error": traceback.format_exc()}
    return part.tally.to_json()


def _warm_up(folder: Path) -> None:
    """Work once in a home of no account, so that the children have everything imported."""
    scene = make(Scene(home=folder, mails=1))
    begin(scene)
    settle(scene)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
