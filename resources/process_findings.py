"""Owns the doctor's findings about the processes of `aios up`: memory, processor time, failures."""

from collections.abc import Iterator
from pathlib import Path

from aios_defs.services.doctor import Finding, well
from resources.process_status import ChildStatus, UpStatus, read_status
from resources.process_usage import own_usage, usage_of

_SUPERVISOR = "supervisor"


def examine_processes(home: Path) -> Iterator[Finding]:
    """Yield what runs on a home, what each process costs, and which one fails."""
    status = read_status(home)
    if status is None:
        yield well("processes", "`aios up` does not run on this home.")
        return
    yield well("processes", _costs(status))
    for child in status.children:
        if child.is_failing or (child.pid is None and child.restarts):
            yield _failing(child)


def _costs(status: UpStatus) -> str:
    """Return memory now, and processor time over the last full minute, by process and in all."""
    supervisor = own_usage(status.pid)
    memory = {_SUPERVISOR: supervisor.rss_mb if supervisor else 0}
    percents = {_SUPERVISOR: status.cpu_percent}
    for child in status.children:
        usage = usage_of(child.pid) if child.pid is not None else None
        memory[child.name] = usage.rss_mb if usage else 0
        percents[child.name] = child.cpu_percent
    parts = [f"{name} {memory[name]} MB {_percent(percents[name])}" for name in memory]
    known = [one for one in percents.values() if one is not None]
    total = _percent(round(sum(known), 1) if known else None)
    in_all = f"in all {sum(memory.values())} MB, {total} of a core"
    return f"`aios up` is {status.state}: {', '.join(parts)}; {in_all}."


def _percent(value: float | None) -> str:
    return "no full minute yet" if value is None else f"{value:.1f} %"


def _failing(child: ChildStatus) -> Finding:
    return Finding(
        name="processes",
        level="failure" if child.is_failing else "warning",
        message=f"The process {child.name} ended ({child.last_exit}, {child.restarts} restarts).",
        remedy=f"It is started again by itself. See logs/{child.name}.log of the home.",
    )
