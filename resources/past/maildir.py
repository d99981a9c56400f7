"""Owns reading a Maildir as the past: each message once, by the order of its names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.errors import OutsideFailed
from aios_defs.core.past import Found
from resources.connectors.mail.maildir import Maildir, reference


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMaildir:
    """The Maildir folder at `path`; nothing in it is moved, marked or made."""

    path: Path
    kind: str = "maildir"

    @property
    def name(self) -> str:
        """The folder's path, the same for every way to it."""
        return f"maildir:{self.path.resolve()}"

    def state(self) -> str:
        """Return when its two folders last changed."""
        try:
            times = [(self.path / one).stat().st_mtime_ns for one in ("new", "cur")]
        except OSError as error:
            raise OutsideFailed(
                f"The folder {str(self.path)!r} can't be read ({error.strerror}).",
                remedy="Check that it is a Maildir (new and cur) and may be read.",
                retryable=False,
            ) from error
        return ":".join(str(one) for one in times)

    def total(self) -> int:
        """Return how many messages it holds."""
        return len(Maildir(path=self.path).names())

    def items(self, after: str) -> Iterator[Found]:
        """Yield its messages whose names come after one."""
        maildir = Maildir(path=self.path)
        for done, (name, path) in enumerate(sorted(maildir.names().items(), key=_order), start=1):
            ref = reference("inbox", name)
            if ref > after and (item := maildir.item(ref, "inbox", name, path)) is not None:
                yield Found(
                    ref=ref,
                    place=f"the file {ref.partition(':')[2]}",
                    after=ref,
                    stored_at=item.stored_at if item.raw else None,
                    raw=item.raw,
                    done=done,
                )


def _order(entry: tuple[str, Path]) -> str:
    return reference("inbox", entry[0])
