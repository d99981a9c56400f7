"""Owns the leash of a child: the read end of a pipe whose other end only the supervisor holds.

When the supervisor is gone, however it ended, the pipe closes and the child ends itself with its
whole group: the runs that the code server started are in it.
"""

import contextlib
import os
import signal
import threading
import time

GRACE = 8.0
"""Seconds between the request to end and the end."""
_EVERY = 0.05


class Leash:
    """Watches the pipe from a thread of its own."""

    def __init__(self, fd: int) -> None:
        """Begin to watch; the process has to lead its group."""
        self._fd = fd
        self._is_cut = threading.Event()
        threading.Thread(target=self._watch, name="leash", daemon=True).start()

    def finish(self) -> None:
        """End what is left of the group when the child's work is over because the leash was cut."""
        if self._is_cut.is_set():
            _end_rest(GRACE)

    def _watch(self) -> None:
        # The main thread has to get the signal: Python runs handlers there, and it may be waiting.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        while os.read(self._fd, 1):
            pass
        self._is_cut.set()
        signal_group(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE)
        signal_group(os.getpid(), signal.SIGKILL)


def signal_group(leader: int, number: signal.Signals) -> bool:
    """Send a signal to a group that we lead or started; returns whether there was one."""
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):  # macOS: a group of zombies is "not permitted"
        return False
    return True


def others_in(group: int) -> list[int]:
    """Return the living members of a process group, but for its leader."""
    import psutil

    return [pid for pid in psutil.pids() if pid != group and _is_member(pid, group)]


def workers_in(group: int) -> list[int]:
    """Return the members that work: Python keeps one beside them that only counts resources."""
    import psutil

    found = list[int]()
    for pid in others_in(group):
        with contextlib.suppress(psutil.Error):
            if "resource_tracker" not in " ".join(psutil.Process(pid).cmdline()):
                found.append(pid)
    return found


def _is_member(pid: int, group: int) -> bool:
    import psutil

    try:
        return os.getpgid(pid) == group and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (OSError, psutil.Error):
        return False


def wait_for_others(group: int, seconds: float) -> bool:
    """Wait until only the leader is left of a group; returns whether that came true in time."""
    end = time.monotonic() + seconds
    while others_in(group):
        if time.monotonic() > end:
            return False
        time.sleep(_EVERY)
    return True


def _end_rest(seconds: float) -> None:
    if not wait_for_others(os.getpid(), seconds):
        signal_group(os.getpid(), signal.SIGKILL)
