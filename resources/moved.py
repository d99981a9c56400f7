"""Owns the note that a home's ledger was migrated: which database it left, and where it is now."""

import json
import os
from pathlib import Path

from aios_defs.core.errors import HomeMoved
from resources.durable import sync_folder

NOTE = "moved.json"


def note_move(home: Path, left: str, entered: str) -> None:
    """Write the note, durably; both are names of databases without a password."""
    draft = home / f".{NOTE}"
    with draft.open("w", encoding="utf-8") as file:
        json.dump({"from": left, "to": entered}, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home / NOTE)
    sync_folder(home)


def refuse_moved(home: Path, name: str) -> None:
    """Refuse the database that the ledger of this home was moved away from.

    Raises:
        HomeMoved: `name` is the database that it left.

    """
    try:
        note = json.loads((home / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    if note.get("from") == name:
        raise HomeMoved(
            f"The ledger of this home was migrated to {note.get('to')}.",
            remedy="Set AIOS_DATABASE_URL to that database (with its password).",
        )
