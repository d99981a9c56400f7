"""Owns what a process costs, children included: memory and processor time, as the system says."""

from collections.abc import Iterable
from dataclasses import dataclass

import psutil

_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Resident memory in bytes and processor seconds so far, of a process and its descendants."""

    rss_bytes: int
    cpu_seconds: float

    @property
    def rss_mb(self) -> int:
        """Resident memory in megabytes."""
        return self.rss_bytes // _MB


def usage_of(pid: int) -> Usage | None:
    """Return what a process and its descendants use; None when it is not there."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return None
    return _sum(family)


def own_usage(pid: int) -> Usage | None:
    """Return what one process alone uses; None when it is not there."""
    try:
        return _sum([psutil.Process(pid)])
    except psutil.Error:
        return None


def _sum(family: Iterable[psutil.Process]) -> Usage:
    memory, seconds = 0, 0.0
    for one in family:
        try:
            with one.oneshot():
                memory += one.memory_info().rss
                times = one.cpu_times()
        except psutil.Error:
            continue  # it has just ended
        seconds += times.user + times.system
        # What its ended children used: a run lives for seconds only. macOS does not tell.
        seconds += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return Usage(rss_bytes=memory, cpu_seconds=seconds)
