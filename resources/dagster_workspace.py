"""Owns where Dagster's processes of a home find its code: a socket, named in a workspace file.

The socket lies in the home, which only its owner may enter. A path that is too long for a socket
gets a folder of its own under the system's place for such things.
"""

import contextlib
import hashlib
import os
import socket
from pathlib import Path

import yaml

from resources.process_status import run_folder
from resources.user_folder import user_folder

LOCATION = "aios"
_LONGEST = 100
"""Bytes that a socket's path may have on every system."""


def code_socket(home: Path) -> Path:
    """Return the path of the socket that the code server of a home listens on."""
    path = run_folder(home.absolute()) / "code.sock"
    if len(os.fsencode(path)) <= _LONGEST:
        return path
    mark = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return user_folder() / f"{mark}.sock"


def render_workspace(home: Path) -> Path:
    """Write the workspace file of a home for Dagster's pages and its daemon; returns its path."""
    target = run_folder(home.absolute()) / "workspace.yaml"
    server = {"host": "localhost", "socket": str(code_socket(home)), "location_name": LOCATION}
    target.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}), encoding="utf-8")
    return target


def is_served(path: Path) -> bool:
    """Return whether the code server takes calls on its socket."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as one:
        one.connect(str(path))
        return True
    return False
