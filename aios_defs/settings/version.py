"""Owns the version of the installed AIOS."""

from importlib.metadata import PackageNotFoundError, version


def aios_version() -> str:
    """Return the installed version, or `unknown` when AIOS runs without being installed."""
    try:
        return version("aios")
    except PackageNotFoundError:
        return "unknown"
