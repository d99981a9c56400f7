"""Owns the folder that all homes of one user on a machine share, for what goes with a restart."""

import os
import tempfile
from pathlib import Path


def user_folder() -> Path:
    """Return the folder, ours and closed to others.

    Raises:
        PermissionError: somebody else made it.

    """
    path = Path(tempfile.gettempdir()) / f"aios-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if found.st_uid != os.getuid() or path.is_symlink():
        raise PermissionError(path)
    path.chmod(0o700)
    return path
