"""Owns the units with which a system keeps `aios up` running: systemd and launchd.

systemd: https://www.freedesktop.org/software/systemd/man/systemd.service.html
launchd: https://www.manpagez.com/man/5/launchd.plist/
"""

import plistlib
from dataclasses import dataclass
from pathlib import Path

LABEL = "aios"
STOP_SECONDS = 40
"""Beyond what a drain takes at most, so that the system does not kill what is on the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOf:
    """What a unit starts: the command with its options, on a home, in a folder."""

    command: tuple[str, ...]
    home: Path

    def systemd(self) -> str:
        """Return a user unit; it starts again what failed, and ends the supervisor first."""
        words = " ".join(_quoted(one) for one in self.command)
        return "\n".join(
            (
                "[Unit]",
                "Description=AIOS, an operating system for a one-person company",
                "StartLimitIntervalSec=0",
                "",
                "[Service]",
                "Type=exec",
                f"ExecStart={words}",
                f"Environment={_quoted(f'AIOS_HOME={self.home}')}",
                "Restart=on-failure",
                "RestartSec=5",
                "KillMode=mixed",
                f"TimeoutStopSec={STOP_SECONDS}",
                "UMask=0077",
                "NoNewPrivileges=yes",
                "",
                "[Install]",
                "WantedBy=default.target",
                "",
            )
        )

    def launchd(self) -> str:
        """Return a property list of an agent; what it prints is thrown away, the logs are ours."""
        return plistlib.dumps(
            {
                "Label": LABEL,
                "ProgramArguments": list(self.command),
                "EnvironmentVariables": {"AIOS_HOME": str(self.home)},
                "RunAtLoad": True,
                "KeepAlive": {"SuccessfulExit": False},
                "ThrottleInterval": 5,
                "ExitTimeOut": STOP_SECONDS,
                "Umask": 0o077,
                "ProcessType": "Background",
                "StandardOutPath": "/dev/null",
                "StandardErrorPath": "/dev/null",
            }
        ).decode()


def _quoted(word: str) -> str:
    """Return a word as systemd reads it: quoted, its own specifiers doubled."""
    if any(one in word for one in "\r\n"):
        raise ValueError(word)
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
