"""Proves that a link's hash, made without writing its data twice, is the envelope's own."""

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.envelope import Draft, Head, envelope_hash
from aios_defs.core.events.registry import UnknownEvent
from aios_defs.core.model import JsonObject, JsonValue
from resources.store.chain import Origin, chained

texts = st.text(st.characters(codec="utf-8"))
floats = st.floats(allow_nan=False, allow_infinity=False)
scalars: st.SearchStrategy[JsonValue] = st.none() | st.booleans() | st.integers() | texts | floats
lists = st.lists(scalars).map(list[JsonValue])
items: st.SearchStrategy[JsonValue] = st.one_of(scalars, lists)
data: st.SearchStrategy[JsonObject] = st.dictionaries(texts, items)


@given(
    data=data,
    texts=st.tuples(texts, texts, texts),
    optional=st.tuples(*[st.none() | texts] * 3),
    now=st.datetimes(timezones=st.just(UTC)),
    place=st.tuples(st.integers(0, 2**50), st.integers(1, 2**50)),
)
def test_the_hash_is_that_of_the_envelope(data, texts, optional, now, place) -> None:  # noqa: ANN001 - from the strategies
    """For any fields and any data the two ways of hashing agree."""
    drafted = Draft(
        stream=texts[0],
        data=UnknownEvent(original_type=texts[1], data=data),
        correlation_id=texts[2],
        causation_id=optional[0],
        subject=optional[1],
    )
    origin = Origin(actor="operator", run_id=optional[2], now=now)

    link = chained(
        drafted,
        origin,
        event_id="id",
        head=Head(position=place[0], hash="ab" * 32),
        sequence=place[1],
    )

    assert link.envelope.hash == envelope_hash(link.envelope)
    assert link.data_text.encode() == canonical_bytes(data)
