"""Owns telling drift: what a build looks like as a whole, compared with the last sound one.

Drift is a warning: a business may change. It is told from so many rows on that a share means
something.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from aios_defs.services.quality.verdict import Measured
from resources.quality.great import Row
from resources.quality.suites import Expectation, Suite

FEW = 50
"""Of fewer rows no drift is told."""
_FALL = 0.9
"""Rows may fall to this share; an import that is taken back takes few with it."""
_EMPTIED = 0.2
"""By how much the share of cells that are filled may fall."""
_APART = 0.5
"""How far two distributions may be apart, as the Kullback-Leibler divergence, in nats."""
_RARE = 0.01
"""The weight that values which stood nowhere before are given."""


def measure(suite: Suite, rows: Sequence[Row]) -> Measured:
    """Return what is remembered of a build to tell drift from it."""
    count = len(rows) or 1
    shares = {
        column: {
            value: number / count
            for value, number in sorted(Counter(str(row.get(column)) for row in rows).items())
        }
        for column in suite.shares
    }
    filled = {
        column: sum(row.get(column) is not None for row in rows) / count for column in suite.filled
    }
    return Measured(rows=len(rows), shares=shares, filled=filled)


def drift_expectations(before: Measured) -> tuple[Expectation, ...]:
    """Return what is expected of the next build after one; nothing after too few rows."""
    if before.rows < FEW:
        return ()
    return (
        Expectation(
            kind="expect_table_row_count_to_be_between",
            arguments={"min_value": int(before.rows * _FALL)},
            words=f"there are about as many rows as before ({before.rows}), or more",
        ),
        *(
            Expectation(
                kind="expect_column_proportion_of_non_null_values_to_be_between",
                arguments={"column": column, "min_value": max(0.0, share - _EMPTIED)},
                words=f"about as many rows as before have their {column} ({share:.0%})",
            )
            for column, share in before.filled.items()
        ),
        *(_like_before(column, shares) for column, shares in before.shares.items()),
    )


def _like_before(column: str, shares: Mapping[str, float]) -> Expectation:
    return Expectation(
        kind="expect_column_kl_divergence_to_be_less_than",
        arguments={
            "column": column,
            "partition_object": {"values": [*shares], "weights": [*shares.values()]},
            "threshold": _APART,
            "tail_weight_holdout": _RARE,
        },
        words=f"{column} is spread as before",
    )
