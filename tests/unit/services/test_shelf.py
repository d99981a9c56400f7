"""Proves that what a process keeps of the house between decisions does not grow without end."""

from aios_defs.services.shelf import Shelf


def test_listings_that_were_read_back_are_few() -> None:
    """A replay of all history meets a new listing after each change of a fact."""
    shelf = Shelf()

    for number in range(1000):
        shelf.keep_loaded(f"listing-{number}", ())

    assert 0 < len(shelf.loaded) < 100
    assert "listing-999" in shelf.loaded
