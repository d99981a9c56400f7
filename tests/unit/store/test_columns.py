"""Proves that a row survives its way through the columns, for every kind of field."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.rows.all import ROWS
from aios_defs.core.rows.row import Row
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef
from resources.store.columns import columns_of
from resources.store.tables import shape_of, table_of


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRow(Row):
    TABLE: ClassVar[str] = "probes"
    name: str
    ref: SubjectRef | None
    count: int
    share: float
    is_on: bool
    colour: Colour | None
    at: datetime | None
    value: Sealed | None
    words: tuple[str, ...]
    blobs: tuple[BlobRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OddRow(Row):
    TABLE: ClassVar[str] = "odds"
    name: str
    value: int | str


refs = st.text(min_size=1).map(SubjectRef)
instants = st.datetimes(timezones=st.just(UTC))
probes = st.builds(
    ProbeRow,
    name=st.text(),
    ref=st.none() | refs,
    count=st.integers(-(2**62), 2**62),
    share=st.floats(allow_nan=False),
    is_on=st.booleans(),
    colour=st.none() | st.just(Colour.RED),
    at=st.none() | instants,
    value=st.none() | st.builds(Sealed, subject_ref=refs, ciphertext=st.text()),
    words=st.lists(st.text()).map(tuple),
    blobs=st.lists(st.builds(BlobRef, subject_ref=refs, digest=st.text(), size=st.integers(0))).map(
        tuple
    ),
)


@given(row=probes)
def test_a_row_comes_back_from_its_columns(row: ProbeRow) -> None:
    """Whatever its fields hold, the row is equal after the way to the database and back."""
    columns = columns_of(ProbeRow)

    stored = columns.to_stored(row)

    assert columns.to_row(stored) == row
    assert {type(value) for value in stored} <= {str, int, float, type(None)}


@given(one=instants, two=instants)
def test_instants_sort_as_their_text(one: datetime, two: datetime) -> None:
    """Comparing stored instants is comparing the instants."""
    column = columns_of(ProbeRow).column("at")

    assert (str(column.stored(one)) < str(column.stored(two))) == (one < two)


def test_a_field_of_two_types_is_refused() -> None:
    """A column holds one type, so the mistake shows when the table is made."""
    with pytest.raises(TypeError, match="one type"):
        columns_of(OddRow)


@pytest.mark.parametrize("kind", ROWS, ids=lambda kind: kind.TABLE)
def test_every_row_class_makes_a_table(kind: type[Row]) -> None:
    """Each row class has a table whose key is its first field and whose indexes exist."""
    table = table_of(kind)

    assert [column.name for column in table.primary_key] == [columns_of(kind).key]
    assert len(table.indexes) == len(kind.INDEXES)


def test_the_shape_changes_with_any_column() -> None:
    """Two sets of row classes that differ have different shapes."""
    assert shape_of(ROWS) != shape_of((*ROWS, ProbeRow))
    assert shape_of(ROWS) == shape_of(ROWS)
