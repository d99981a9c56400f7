"""Owns the digest as an asset: that there is one, of which stretch of the ledger, how much it says.

Its text is not here: Dagster holds ids, counts, codes and positions only. The head that each
materialisation names is one more that `aios ledger verify` compares with.
"""

from dagster import AssetExecutionContext, MaterializeResult, MetadataValue, asset

from aios_defs.core.rows.telling import DigestRow
from aios_defs.services.digest import read_digest
from aios_defs.services.kernel import Kernel
from aios_defs.services.telling import tell_due
from assets.metadata import LEDGER_FROM, Metadata
from resources.dagster_edge import edge
from resources.dagster_home import HomeResource
from resources.dagster_instance import LEDGER_HASH, LEDGER_TO

DIGESTS = "digests"


@asset(
    group_name="reports", owners=["team:operator"], kinds={"python"}, code_version="1",
    metadata={"events": "digest.made, telling.made, operator.told"},
)  # fmt: skip
def digests(context: AssetExecutionContext, home: HomeResource) -> MaterializeResult:
    """The digest of the day: what waits, ends, failed and happened, in counts, times and ids.

    Materialising makes the one of the day if it is time and tells the operator what is due to be
    told; twice, it makes no second one. The text is in the console.
    """
    with edge(DIGESTS):
        mine = home.opened()
        told = tell_due(mine.kernel, mine.messengers)
        context.log.info("%s message(s) told.", told)
        return MaterializeResult(metadata=described(mine.kernel, home.console()))


def described(kernel: Kernel, origin: str | None) -> Metadata:
    """Return what the newest digest is; without one, that there is none."""
    row = newest(kernel)
    if row is None:
        return {"digests": 0}
    content = read_digest(kernel, row.id)
    counts = {one.what: one.count for one in content.content.waiting}
    link = {"console": MetadataValue.url(f"{origin}/digests/{row.id}")} if origin else {}
    return {
        LEDGER_FROM: content.since_position + 1,
        LEDGER_TO: row.head_position,
        LEDGER_HASH: row.head_hash,
        "digest_id": row.id,
        "day": row.day,
        "is_daily": row.is_daily,
        "waiting": MetadataValue.json(dict(counts)),
        "failures": len(content.content.failures),
        "committed_without_asking": sum(one.count for one in content.content.automatic),
        **link,
    }


def newest(kernel: Kernel) -> DigestRow | None:
    """Return the newest digest, of a day or on request; None before the first."""
    with kernel.ledger.view() as view:
        rows = view.select(DigestRow, order="-position", limit=1)
    return rows[0] if rows else None
