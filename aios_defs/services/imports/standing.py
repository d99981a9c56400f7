"""Owns where an import into memory stands: what is behind it, and what became of it.

The row is operational: without it a file is read again, and what is known makes no event.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import TransitionRefused
from aios_defs.core.events.imports import MemoryImportCompleted, MemoryImportStarted
from aios_defs.core.imports import MemorySource
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.house import CursorRow
from aios_defs.core.rows.imports import ImportRow
from aios_defs.services.imports.cause import Cause
from aios_defs.services.imports.places import KEPT
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, dismiss, tell

ACTOR = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One import of one file.

    `state` is the file's when it began, `behind` how many entries are accounted for, `counts` what
    became of them, `cause` the event that began it (empty: nothing was kept yet). `seen` is its
    row as it was last read or written.
    """

    import_id: str
    row: str
    kind: str
    source: str
    state: str
    behind: int = 0
    cause: str = ""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    is_done: bool = False
    seen: str = ""

    def started(self, kernel: Kernel, tx: Transaction, name: str) -> "Standing":
        """Append the event that an import began, once."""
        if self.cause:
            return self
        data = MemoryImportStarted(
            import_id=self.import_id,
            kind=self.kind,
            source=self.source,
            name=kernel.vault.seal(kernel.vault.house, name),
        )
        draft = Draft(stream=f"import-{self.import_id}", data=data, correlation_id=self.import_id)
        return replace(self, cause=tx.append(draft, expect=0).id)

    def moved(self, outcomes: Mapping[str, int]) -> "Standing":
        """Return it behind the entries of these outcomes."""
        counts = dict(Counter(self.counts) + Counter(outcomes))
        return replace(self, behind=self.behind + sum(outcomes.values()), counts=counts)

    @property
    def as_cause(self) -> Cause:
        """What all that it teaches names."""
        return Cause(import_id=self.import_id, event_id=self.cause)


def begin(kernel: Kernel, source: MemorySource) -> Standing:
    """Return where an import of a file goes on; writes nothing.

    One that was undone, whose file changed or that came to its end begins anew.
    """
    mapping = [f"{one}={role}" for one, role in source.mapping()]
    name = kernel.vault.digest("import", source.name, source.kind, *mapping)
    fresh = Standing(
        import_id=kernel.ids.new(),
        row=f"import:{name}",
        kind=source.kind,
        source=name,
        state=source.state(),
    )
    with kernel.ledger.view() as view:
        row = view.get(CursorRow, fresh.row)
        former = Standing(**json.loads(row.value)) if row else None
        known = view.get(ImportRow, former.import_id) if former else None
    if row is None or former is None:
        return fresh
    is_over = former.is_done or (known is not None and known.state == "undone")
    if is_over or former.state != fresh.state:
        return replace(fresh, seen=row.value)
    return replace(former, seen=row.value)


def keep(tx: Transaction, standing: Standing) -> Standing:
    """Write down where an import stands; raises TransitionRefused when another moved it."""
    row = tx.get(CursorRow, standing.row)
    if (row.value if row else "") != standing.seen:
        raise TransitionRefused(
            "Another import of this file is under way.",
            remedy="Wait until it is done, or end it; then import again.",
            state="busy",
        )
    value = json.dumps(asdict(replace(standing, seen="")))
    tx.put(CursorRow(name=standing.row, value=value))
    return replace(standing, seen=value)


def complete(kernel: Kernel, standing: Standing) -> Standing:
    """Write down that an import came to its end, with an event if it taught anything."""
    with kernel.ledger.transaction(actor=ACTOR) as tx:
        if standing.cause:
            data = MemoryImportCompleted(import_id=standing.import_id, counts=dict(standing.counts))
            draft = Draft(
                stream=f"import-{standing.import_id}",
                data=data,
                correlation_id=standing.import_id,
            )
            tx.append(draft)
            _tell_of_quarantine(kernel, tx, standing)
        return keep(tx, replace(standing, is_done=True))


def _tell_of_quarantine(kernel: Kernel, tx: Transaction, standing: Standing) -> None:
    """Raise a card for the entries that could not be taken, in place of the same file's former.

    Where some stand in quarantine by a former import, its card says so still.
    """
    for row in tx.select(ImportRow, source=standing.source):
        if not standing.counts.get(KEPT):
            dismiss(tx, "import", row.id)
    count = standing.counts.get("quarantined", 0)
    if count:
        notice = Notice(
            kind="import",
            about=standing.import_id,
            summary=f"{count} of the entries of an imported file could not be taken.",
            remedy=f"Each with what to do: aios memory import --show {standing.import_id} "
            "Mend the file and import it again: what is known makes nothing new.",
        )
        tell(kernel, tx, notice)
