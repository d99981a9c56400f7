"""Proves the points themselves: all are found in the source, and together they are enough."""

from pathlib import Path

import pytest

from tests.crash.campaign import FAILING, PARTS
from tests.crash.declared import FAKES, MAIL, SERVICES, declared_points
from tests.crash.shares import LEAST, SHARES, owed


def test_points_are_found_in_the_source(tmp_path: Path) -> None:
    """A point that someone adds anywhere under a folder is found by the name it is reached by."""
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper/new.py").write_text('kernel.points.reached("some.point")\n')

    found = declared_points(tmp_path)

    assert found == {"some.point"}


def test_point_without_a_written_name_is_refused(tmp_path: Path) -> None:
    """A point whose name is computed is an error, because the campaign could not kill there."""
    (tmp_path / "new.py").write_text("kernel.points.reached(name)\n")

    with pytest.raises(TypeError, match=r"new\.py:1"):
        declared_points(tmp_path)


def test_every_folder_has_points() -> None:
    """Services, mail connector and fakes each name their points, those of failures included."""
    services = declared_points(SERVICES)

    assert services >= FAILING
    assert all(name.startswith("mail.") for name in declared_points(MAIL))
    assert all(name.startswith("fake.") for name in declared_points(FAKES))
    assert declared_points(MAIL)
    assert declared_points(FAKES)


def test_shares_add_up() -> None:
    """The parts that exist share out at least as many kills as are asked for."""
    assert SHARES.keys() <= PARTS.keys()
    assert sum(owed(part, LEAST) for part in SHARES) >= LEAST
    assert sum(owed(part, 1000) for part in SHARES) >= 1000
