"""Owns where the console is: the origin that links in Dagster's pages lead to."""

from pathlib import Path

from aios_defs.settings.environment import load_settings
from resources.process_status import read_status


def console_origin(home: Path) -> str | None:
    """Return the console's origin: as it is known outside, or on this machine while it runs.

    None when it has no public address and does not run: then there is nothing to link to.
    """
    public = load_settings().public_url
    if public:
        return public.rstrip("/")
    status = read_status(home)
    port = status.ports.get("console") if status else None
    return f"http://127.0.0.1:{port}" if port else None
