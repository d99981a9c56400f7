"""Owns reading policies.yaml again whenever it changed on disk."""

from pathlib import Path

Stamp = tuple[int, int, int]


class PolicyFile:
    """The text of a policy file as it is now; a look costs one `stat` while nothing changes."""

    def __init__(self, path: Path, text: str) -> None:
        """Keep the path, and the text as it was just read."""
        self._path = path
        self._text = text
        self._stamp = self._look()

    def __call__(self) -> str:
        """Return the text; the last one when the file can't be read at this moment."""
        stamp = self._look()
        if stamp != self._stamp:
            try:
                self._text = self._path.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError):
                return self._text
            self._stamp = stamp
        return self._text

    def _look(self) -> Stamp | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
