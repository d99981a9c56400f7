"""Owns where the documentation lies: in the installed package, or beside it in a clone."""

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent


def error_pages() -> Path:
    """Return the folder of the pages about errors, one for each code."""
    places = (_PACKAGE / "docs", _PACKAGE.parent / "docs")
    return next((one for one in places if one.is_dir()), places[0]) / "errors"
