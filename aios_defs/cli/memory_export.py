"""Owns `aios memory export`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from aios_defs.cli.options import Json
from aios_defs.cli.output import emit, remark, say, shown_path

if TYPE_CHECKING:
    from aios_defs.core.model import JsonObject

_TOLD = ("facts", "messages", "actions", "decisions", "packs", "events")


def export(
    subject: Annotated[
        str,
        typer.Argument(metavar="SUBJECT", help="An id, address, phone, handle or whole name."),
    ],
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FILE.zip", help="Where to.")],
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Write over a file of that name.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write everything about a person into a file that they can read: a page, data, their mails.

    A zip of index.html (opens in any browser, alone), data.json (for programs) and each mail as it
    came. All with where it comes from. It is text in the clear, so it does not go into the home.

    Example:
      aios memory export ana@example.org --to ana.zip
    """
    from aios_defs.cli.memory_subjects import profile_of
    from aios_defs.cli.session import open_session
    from aios_defs.services.subject_archive.content import subject_archive
    from resources.subject_archive.write import put_whole, there_already, write_archive

    home = open_session()
    target = _outside(to, home.path)
    if target.exists() and not is_replacing:
        raise there_already(target)
    profile_id = profile_of(home.kernel, subject)
    archive = subject_archive(home.kernel, profile_id, _tell)

    def write(out: BinaryIO) -> None:
        write_archive(home.kernel, archive, out)

    put_whole(target, write, is_replacing=is_replacing)
    _say(archive, target, as_json=as_json)


def _outside(to: Path, home: Path) -> Path:
    """Return the whole path; raises UsageInvalid where it lies in the home."""
    from aios_defs.core.errors import UsageInvalid

    target = to.expanduser().absolute()
    if target.resolve().is_relative_to(home.resolve()):
        raise UsageInvalid(
            "An archive does not go into the home.",
            remedy="Choose another folder: nothing that lies there in the clear can be forgotten.",
        )
    return target


def _tell(what: str, done: int, whole: int) -> None:
    """Say on a terminal how far the reading is; nothing anywhere else."""
    if sys.stderr.isatty():
        end = "\n" if done == whole else ""
        sys.stderr.write(f"\r\033[K{done} of {whole} {what}{end}")
        sys.stderr.flush()


def _say(archive: "JsonObject", target: Path, *, as_json: bool) -> None:
    counts = {name: len(one) for name, one in archive.items() if isinstance(one, list)}
    if as_json:
        about = {name: archive[name] for name in ("format", "version", "position", "erased_by")}
        subject = archive["subject"]
        assert isinstance(subject, dict)  # noqa: S101 - its shape
        emit({"path": str(target), "profile_id": subject["id"], **about, "counts": counts})
        return
    told = ", ".join(f"{counts[one]} {one}" for one in _TOLD)
    say(f"Wrote {shown_path(target)}: {told}.")
    if archive["erased_by"]:
        remark("This person was forgotten: the archive says what there was, without its text.")
    remark("It is text in the clear: give it to nobody else, and delete it when you have.")
