"""Proves that the locks pin everything by hash, name no host, and keep to the floors."""

import re

import pytest

from tests.house.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
FLOORS = {
    "dagster": (1, 13, 27),
    "openai": (3, 54),
    "pandas": (3,),
    "pyarrow": (26,),
    "lancedb": (0, 40),
    "great-expectations": (1, 24),
}
CEILINGS = {"sqlalchemy": (2, 1), "typer": (0, 26)}
PLACE = re.compile(r"https?://|file:|--(extra-)?index|--find-links|(?<!\w)/(home|root|tmp|work)\b")


def lock(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def pins(name: str) -> dict[str, list[tuple[int, ...]]]:
    """Return the versions pinned for each package; markers may give it more than one."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for package, version in re.findall(r"^([a-z0-9._-]+)==([0-9.]+)", lock(name), re.MULTILINE):
        found.setdefault(package, []).append(tuple(int(one) for one in version.split(".") if one))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_place(name: str) -> None:
    """A lock holds names, versions and hashes, so that it installs the same everywhere."""
    assert not [line for line in lock(name).splitlines() if PLACE.search(line)]


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    """Each requirement of a lock is an exact version followed by at least one hash."""
    bare = [
        block.splitlines()[0]
        for block in re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n?", "", lock(name)).strip())
        if not re.match(
            r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+.*\\\n\s+--hash=sha256:[0-9a-f]{64}", block
        )
    ]

    assert not bare


@pytest.mark.parametrize("package", FLOORS)
def test_a_named_package_is_not_older_than_its_floor(package: str) -> None:
    """The packages the design names are at least as new as it says."""
    assert all(version >= FLOORS[package] for version in pins(LOCKS[0])[package])


@pytest.mark.parametrize("package", CEILINGS)
def test_a_capped_package_stays_below_its_cap(package: str) -> None:
    """The two packages whose next version breaks Dagster stay below it."""
    assert all(version < CEILINGS[package] for version in pins(LOCKS[0])[package])


def test_both_locks_agree() -> None:
    """What the tests run against is what an operator installs."""
    development = pins(LOCKS[1])

    assert {one: development.get(one) for one in pins(LOCKS[0])} == pins(LOCKS[0])
