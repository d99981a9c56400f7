"""Owns slow looks of a page: made beside it, at most one of a name at a time, the last one kept.

A page never waits for longer than its patience; until the first look is there it says so.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from aios_defs.core.errors import AiosError
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import Clock

Progress = Callable[[int, int], None]
Work = Callable[[Progress], JsonObject]
PATIENCE_SECONDS = 0.08
_WORKERS = 3


@dataclass(slots=True)
class _Job:
    """One look, and the last one that ended before it."""

    future: "Future[JsonObject]"
    started_at: datetime
    done: int = 0
    total: int = 0
    before: JsonObject | None = None

    def note(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def told(self) -> JsonObject:
        """Return the look: `state` is running, done or failed; `result` may be an earlier one."""
        is_over, error = self.future.done(), None
        if is_over:
            error = self.future.exception()
        return {
            "state": ("failed" if error else "done") if is_over else "running",
            "at": rfc3339(self.started_at),
            "done": self.done,
            "total": self.total,
            "result": self.before if error or not is_over else self.future.result(),
            "error": _words(error) if error else None,
        }


@dataclass(slots=True)
class Background:
    """The slow looks of one console, by name."""

    clock: Clock
    _jobs: dict[str, _Job] = field(default_factory=dict[str, _Job])
    _lock: Lock = field(default_factory=Lock)
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_WORKERS, thread_name_prefix="look")
    )

    def start(self, name: str, work: Work, *, patience: float = PATIENCE_SECONDS) -> JsonObject:
        """Begin a look unless one of the name is under way; return how it is after a short wait."""
        with self._lock:
            job = self._jobs.get(name)
            if job is None or job.future.done():
                job = self._begin(job, work)
                self._jobs[name] = job
        wait([job.future], timeout=patience)
        return job.told()

    def fresh(
        self, name: str, work: Work, *, age: timedelta, patience: float = PATIENCE_SECONDS
    ) -> JsonObject:
        """Return the last look, and begin another when it is older than `age`."""
        job = self._jobs.get(name)
        if job is not None and self.clock.now() - job.started_at <= age:
            return job.told()
        return self.start(name, work, patience=patience)

    def last(self, name: str) -> JsonObject | None:
        """Return the last look of a name, or None when there was none."""
        job = self._jobs.get(name)
        return job.told() if job else None

    def settle(self, name: str, seconds: float) -> bool:
        """Wait for a look that is under way; returns whether it is over."""
        job = self._jobs.get(name)
        return job is None or bool(wait([job.future], timeout=seconds).done)

    def forget(self, name: str) -> None:
        """Have the next look made anew, however young the last one is."""
        with self._lock:
            self._jobs.pop(name, None)

    def close(self) -> None:
        """Begin no more looks; those under way end by themselves."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, before: _Job | None, work: Work) -> _Job:
        job = _Job(future=Future(), started_at=self.clock.now())
        told = before.told() if before else {}
        kept = told.get("result")
        job.before = kept if isinstance(kept, dict) else None
        job.future = self._pool.submit(work, job.note)
        return job


def _words(error: BaseException) -> JsonObject:
    """Return what may be said of an error: ours with its remedy, any other by its type only."""
    if isinstance(error, AiosError):
        return {"code": error.code, "message": error.message, "remedy": error.remedy}
    return {
        "code": "internal",
        "message": f"An unexpected {type(error).__name__}: a fault of AIOS.",
        "remedy": "What was durable stays so. Look with: aios doctor",
    }
