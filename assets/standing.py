"""Owns the comparison of what was received with what the connectors' stores say they hold."""

from dagster import MetadataValue

from aios_defs.core.errors import AiosError
from aios_defs.services.edges import outside
from aios_defs.services.kernel import Kernel
from aios_defs.services.views import count_mismatches
from assets.metadata import Metadata


def store_differences(kernel: Kernel) -> Metadata:
    """Return the connectors whose store holds another number of items than was received.

    The code of the error stands there instead when a store can't be asked.
    """
    try:
        found = outside(lambda: count_mismatches(kernel))
    except AiosError as error:
        return {"store_differences": error.code}
    return {"store_differences": MetadataValue.json(list(found))}
