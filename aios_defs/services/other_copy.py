"""Owns noticing that the home which this one was restored from still works.

Two copies share nothing but what stands outside. Mail in Sent with a key that this ledger does not
know, stored after the restore, was sent by the other: nobody else writes such keys.
"""

from datetime import datetime

from aios_defs.core.ports import Transaction
from aios_defs.core.rows.copies import RestoreRow
from aios_defs.services.before_restore import CLOCKS
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, open_notices, tell


def notice_other_copy(kernel: Kernel, tx: Transaction, connector: str, stored_at: datetime) -> None:
    """Raise the card for a mail in Sent with a foreign key, once while it is open."""
    restore = tx.get(RestoreRow, "restore")
    if restore is None or stored_at <= restore.restored_at + CLOCKS:
        return
    if open_notices(tx, "copy", connector):
        return
    notice = Notice(
        kind="copy",
        about=connector,
        summary=f"Another copy of this home is at work: it sent mail over connector {connector} "
        "after this one was restored, and both answer the same people.",
        remedy="End `aios up`, and what starts `aios run`, on the old machine for good. Until then "
        "keep this one quiet: aios pause all.",
    )
    tell(kernel, tx, notice)
