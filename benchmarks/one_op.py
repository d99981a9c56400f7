"""Owns the smallest job of Dagster, to measure what launching any run costs."""

import dagster as dg


@dg.op
def nothing() -> None:
    """Do nothing."""


@dg.job(executor_def=dg.in_process_executor)
def one_op() -> None:
    """Run one op that does nothing."""
    nothing()


defs = dg.Definitions(jobs=[one_op])
