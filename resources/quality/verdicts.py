"""Owns the last verdict on each artifact, as it lies in the home.

    lance/quality/<artifact>.json    ids and counts only

It is a view, like the artifacts: deleted, the next build writes it again.
"""

import contextlib
import os
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from aios_defs.core.errors import StorageFailed, UnknownId
from aios_defs.services.quality.verdict import Artifact, Verdict

FOLDER = "quality"
ARTIFACTS: tuple[Artifact, ...] = get_args(Artifact)


class Verdicts:
    """The verdicts of one home."""

    def __init__(self, home: Path) -> None:
        """Keep verdicts in this home."""
        self._folder = home / "lance" / FOLDER

    def last(self, artifact: Artifact) -> Verdict | None:
        """Return the last verdict on an artifact; None where there is none that can be read."""
        try:
            return Verdict.model_validate_json((self._folder / f"{artifact}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def every(self) -> list[Verdict]:
        """Return the last verdicts, in the order of the artifacts."""
        return [one for name in ARTIFACTS if (one := self.last(name)) is not None]

    def keep(self, verdict: Verdict) -> None:
        """Replace the last verdict on an artifact, in one step.

        Raises:
            StorageFailed: it can't be written; the former verdict stays.

        """
        draft = self._folder / f".{verdict.artifact}.{os.getpid()}"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft.write_text(verdict.model_dump_json())
            draft.replace(self._folder / f"{verdict.artifact}.json")
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise StorageFailed(
                f"The verdict on {verdict.artifact} can't be written ({type(error).__name__}).",
                remedy=f"Look at {self._folder} and at the disk; the former verdict stays, and the "
                "next check of the hour writes it anew.",
            ) from None


def known_artifact(name: str) -> Artifact:
    """Return the artifact of a name; raises UnknownId when no suite is about one of that name."""
    for one in ARTIFACTS:
        if one == name:
            return one
    raise UnknownId(
        f"There is no artifact {name!r} with checks.",
        remedy=f"Name one of: {', '.join(ARTIFACTS)}",
        id=name,
    )
