"""Owns importing a file into memory: shown first, then done in batches that can be gone on with.

Entries of a batch share a transaction with the position behind them. What can't be taken is kept in
quarantine with its place, reason and remedy, and takes nothing else with it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from aios_defs.core.envelope import Draft
from aios_defs.core.errors import AiosError, OutsideFailed
from aios_defs.core.events.imports import MemoryLineQuarantined
from aios_defs.core.imports import ContactEntry, MemorySource, Read, Trouble
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.house import CursorRow
from aios_defs.services.edges import inbound
from aios_defs.services.erasure.tombstones import names_erased
from aios_defs.services.imports.contacts import plan_contact
from aios_defs.services.imports.places import KEPT, is_in_quarantine
from aios_defs.services.imports.standing import ACTOR, Standing, begin, complete, keep
from aios_defs.services.imports.taking import outlook, take, trouble_with
from aios_defs.services.kernel import Kernel

_TOGETHER = 100
_SHOWN = 5
_RAW = 64 * 1024
"""How many characters of an entry that can't be taken are kept."""

Tell = Callable[[Standing, int], None]
"""Told after each batch: where the import stands, and how much of the file is behind it."""


@dataclass(slots=True, kw_only=True)
class Outlook:
    """What an import would do: entries by what would become of them, with examples.

    `troubles` are the first that can't be taken, as place, reason and remedy; `left_out` counts
    what is no address, number or handle; `examples` are the first contacts by name.
    """

    kind: str
    mapping: tuple[tuple[str, str], ...]
    behind: int
    counts: Counter[str] = field(default_factory=Counter[str])
    left_out: Counter[str] = field(default_factory=Counter[str])
    troubles: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])


def look(kernel: Kernel, source: MemorySource, tell: Tell) -> Outlook:
    """Return what an import of a file would do from where it stands now; writes nothing.

    Raises:
        OutsideFailed: the file can't be read.
        UsageInvalid: it is of no kind that is known.

    """
    standing = begin(kernel, source)
    found = Outlook(kind=source.kind, mapping=source.mapping(), behind=standing.behind)
    for batch in _batches(islice(source.entries(), standing.behind, None)):
        with kernel.ledger.view() as view:
            for one in batch:
                _look_at(kernel, view, one, found)
        tell(standing, batch[-1].done)
    return found


def _look_at(kernel: Kernel, view: View, read: Read, found: Outlook) -> None:
    trouble = _trouble(kernel, view, read)
    if trouble is not None and _is_of_erased(kernel, view, read):
        found.counts["erased"] += 1
        return
    if trouble is not None:
        is_kept = is_in_quarantine(view, _line_mark(kernel, read, trouble))
        found.counts[KEPT if is_kept else "quarantined"] += 1
        if len(found.troubles) < _SHOWN:
            found.troubles.append((read.place, trouble.reason, trouble.remedy))
        return
    assert read.entry is not None  # noqa: S101 - an entry without trouble
    found.counts[outlook(kernel, view, read.entry)] += 1
    if isinstance(read.entry, ContactEntry):
        found.left_out.update(plan_contact(kernel, view, read.entry).left_out)


def run(kernel: Kernel, source: MemorySource, tell: Tell) -> Standing:
    """Import a file; returns where it stands at the end.

    Idempotent: a second call finds nothing new, and goes on where a killed one stood.

    Raises:
        OutsideFailed: the file can't be read further, or changed while it was read.
        TransitionRefused: another import of this file is under way.
        UsageInvalid: it is of no kind that is known.

    """
    standing = begin(kernel, source)
    for batch in _batches(islice(source.entries(), standing.behind, None)):
        _refuse_if_changed(source, standing)
        standing = _keep_bearable(kernel, source, standing, batch)
        kernel.points.reached("past.entries_kept")
        tell(standing, batch[-1].done)
    _refuse_if_changed(source, standing)
    return complete(kernel, standing)


def _batches(found: Iterable[Read]) -> Iterator[list[Read]]:
    entries = iter(found)
    while batch := list(islice(entries, _TOGETHER)):
        yield batch


def _refuse_if_changed(source: MemorySource, standing: Standing) -> None:
    if source.state() != standing.state:
        raise OutsideFailed(
            "The file changed while it was read.",
            remedy="Let nothing write to it, then import it again: what is known makes no event.",
            retryable=True,
        )


def _keep_bearable(
    kernel: Kernel, source: MemorySource, standing: Standing, batch: list[Read]
) -> Standing:
    """Keep entries in one transaction, or each in its own when one of them breaks it."""
    try:
        standing = inbound(lambda: _keep(kernel, source, standing, batch))
    except AiosError as error:
        if error.code not in _BREAKS or not batch:
            raise
        trouble = Trouble(reason="can't be taken in as it is", remedy=error.remedy)
    else:
        return standing
    if len(batch) == 1:
        one = batch[0]
        broken = Read(place=one.place, raw=one.raw, done=one.done, trouble=trouble)
        return _keep(kernel, source, standing, [broken])
    for one in batch:
        standing = _keep_bearable(kernel, source, standing, [one])
    return standing


_BREAKS = ("inbound_unreadable", "transition_refused")
"""What one entry can do to its batch; anything else is about the home."""


def _keep(kernel: Kernel, source: MemorySource, standing: Standing, batch: list[Read]) -> Standing:
    with kernel.ledger.transaction(actor=ACTOR) as tx:
        standing = standing.started(kernel, tx, source.name)
        outcomes = Counter(_one(kernel, tx, standing, read) for read in batch)
        return keep(tx, standing.moved(outcomes))


def _one(kernel: Kernel, tx: Transaction, standing: Standing, read: Read) -> str:
    trouble = _trouble(kernel, tx, read)
    if trouble is None and read.entry is not None:
        return take(kernel, tx, standing.as_cause, read.entry)
    assert trouble is not None  # noqa: S101 - what is no entry has a trouble
    if _is_of_erased(kernel, tx, read):
        return "erased"
    mark = _line_mark(kernel, read, trouble)
    if is_in_quarantine(tx, mark):
        return KEPT
    ref = tx.draw_ref()
    quarantined = MemoryLineQuarantined(
        line_id=kernel.ids.new(),
        import_id=standing.import_id,
        place="",
        reason=trouble.reason,
        remedy=trouble.remedy,
        raw=tx.put_blob(ref, read.raw[:_RAW].encode(errors="replace")),
        sealed_place=kernel.vault.seal(ref, read.place),
    )
    tx.append(
        Draft(
            stream=f"import-{standing.import_id}",
            data=quarantined,
            correlation_id=standing.import_id,
            causation_id=standing.cause,
        )
    )
    tx.put(CursorRow(name=mark, value=quarantined.line_id))
    return "quarantined"


def _line_mark(kernel: Kernel, read: Read, trouble: Trouble) -> str:
    """Return what an entry that can't be taken is recognised by: its text, else its place."""
    text = read.raw[:_RAW] if read.raw.strip() else read.place
    return f"quarantined:{kernel.vault.digest('quarantined', trouble.reason, text)}"


def _is_of_erased(kernel: Kernel, view: View, read: Read) -> bool:
    """Return whether what can't be taken names somebody forgotten: then none of it is kept."""
    return names_erased(kernel, view, f"{read.place} {read.raw[:_RAW]}")


def _trouble(kernel: Kernel, view: View, read: Read) -> Trouble | None:
    return read.trouble or (trouble_with(kernel, view, read.entry) if read.entry else None)
