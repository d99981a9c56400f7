"""Proves which addresses a reader in a hurry takes for the same."""

import pytest

from aios_defs.services.address_book import skeleton

KNOWN = "kim.clark@modern-company.example"


@pytest.mark.parametrize(
    "address",
    [
        "kim.clark@modern-cornpany.example",
        "kim.clark@m0dern-company.example",
        "kim.clark@moderncompany.example",
        "kim.clark@modern-company.test",
        "k\u0456m.clark@modern-company.example",
        "KIM.CLARK@modern-company.example",
    ],
)
def test_lookalikes_have_one_skeleton(address: str) -> None:
    """Joined letters, digits, dashes, endings and letters of other scripts make no difference."""
    assert skeleton(address) == skeleton(KNOWN)


@pytest.mark.parametrize("address", ["tom.clark@modern-company.example", "kim.clark@other.example"])
def test_other_people_have_another(address: str) -> None:
    """Another name, or another company, is not taken for the known one."""
    assert skeleton(address) != skeleton(KNOWN)
