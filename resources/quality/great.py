"""Owns running a suite through Great Expectations: of what it finds only the ids of rows come back.

Its import takes seconds of processor time, so only the hourly jobs come here. Its own reports quote
the values it found, and its errors may: neither leaves this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from aios_defs.services.quality.verdict import Unmet
from resources.quality.suites import Expectation

if TYPE_CHECKING:
    from great_expectations.data_context.data_context.ephemeral_data_context import (
        EphemeralDataContext,
    )

MOST_IDS = 100
"""How many rows one finding names."""

Row = Mapping[str, Any]


def unmet(
    rows: Sequence[Row], key: str, columns: frozenset[str], expected: Sequence[Expectation]
) -> tuple[Unmet, ...]:
    """Return what rows do not meet, in the order of what is expected; empty when all is met.

    `rows` are JSON, each named by its `key`; only `columns` are handed over. An expectation that
    can't be looked at is not met.
    """
    import great_expectations as gx
    import pandas as pd

    cells = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in columns}
    suite = gx.ExpectationSuite(name="build")
    batch = _batches().get_batch({"dataframe": pd.DataFrame(cells)})
    for number, one in enumerate(expected):
        suite.add_expectation_configuration(_configured(one, number))
    found = batch.validate(
        suite,
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [key]},
    )
    failed = {
        one.expectation_config.meta["number"]: one for one in found.results if not one.success
    }
    return tuple(
        _told(one, failed[number].result, key)
        for number, one in enumerate(expected)
        if number in failed
    )


def _configured(one: Expectation, number: int) -> Any:  # noqa: ANN401 - the library's own type
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    return ExpectationConfiguration(
        type=one.kind, kwargs=dict(one.arguments), meta={"number": number}
    )


def named(words: str, rows: Iterable[str]) -> Unmet:
    """Return a finding that names the first of some rows, each once, and counts all."""
    ids = tuple(dict.fromkeys(rows))
    return Unmet(words=words, count=len(ids), ids=ids[:MOST_IDS])


def _told(one: Expectation, result: Mapping[str, Any], key: str) -> Unmet:
    return named(one.words, (str(row[key]) for row in result.get("unexpected_index_list") or ()))


@cache
def _batches() -> Any:  # noqa: ANN401 - the library's own type
    context = _context()
    source = context.data_sources.add_pandas("aios")
    return source.add_dataframe_asset("build").add_batch_definition_whole_dataframe("all")


def _context() -> "EphemeralDataContext":
    """Return a context in memory that counts nothing for its makers and draws no bars."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    config = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    return gx.get_context(mode="ephemeral", project_config=config)
