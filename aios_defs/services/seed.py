"""Owns bringing the operator's business files into the ledger, whenever they changed.

Idempotent: what the ledger already holds makes no event. A changed fact supersedes, one that left
the file is retracted; a contact is imported, endorsed or renamed; an invalid policy file raises a
card.
"""

from typing import Literal

from aios_defs.core.business import DurableFact
from aios_defs.core.envelope import Draft
from aios_defs.core.events.registry import EventData
from aios_defs.core.events.system import PolicyChanged
from aios_defs.core.events.tasks import IntentConfirmed, IntentDeclared
from aios_defs.core.labels import Label, Trust
from aios_defs.core.ports import Transaction
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import PolicyRow
from aios_defs.core.rows.profiles import IdentityRow, ProfileRow
from aios_defs.core.rows.tasks import IntentRow
from aios_defs.services.erasure.tombstones import is_erased
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import NewFact, retract_fact
from aios_defs.services.kernel import Kernel
from aios_defs.services.notices import Notice, dismiss, open_notices, tell
from aios_defs.services.profiles import Person, know, rename

FACTS_FILE = "facts.yaml"
CONTACTS_FILE = "contacts.csv"
LEFT_THE_FILE = "it left the business file"


def apply_business(kernel: Kernel) -> int:
    """Bring intents, facts, contacts and policy up to date; returns how many events that made.

    While the policy file is invalid a card says so.
    """
    with kernel.ledger.transaction(actor="operator") as tx:
        before = tx.head().position
        _intents(kernel, tx)
        _facts(kernel, tx)
        _contacts(kernel, tx)
        _policy(kernel, tx)
        return tx.head().position - before


Standing = Literal["valid", "last_good", "safe_mode"]


def policy_standing(kernel: Kernel) -> Standing:
    """Return what stands in for an invalid policy file here, reading it only if it must.

    `last_good`: the rules of before stay in force, since this process has read them. `safe_mode`:
    it has read none that validate, so it writes nothing.
    """
    with kernel.ledger.view() as view:
        row = view.get(PolicyRow, "policy")
    is_known = row is not None and row.digest == policy_digest(kernel)
    if (row is not None and is_known and not row.is_safe_mode) or not kernel.policy.mistakes:
        return "valid"
    return "safe_mode" if kernel.policy.is_safe_mode else "last_good"


def policy_digest(kernel: Kernel) -> str:
    """Return the keyed hash of the policy file's text."""
    return kernel.vault.digest("policy", kernel.policy.text)


def _intents(kernel: Kernel, tx: Transaction) -> None:
    for workflow in kernel.business.workflows:
        row = tx.get(IntentRow, workflow.name)
        wanted = (workflow.intent, workflow.operations)
        if row is not None and row.is_confirmed and (row.text, row.operations) == wanted:
            continue
        declared = IntentDeclared(
            intent_id=kernel.ids.new(),
            workflow=workflow.name,
            text=workflow.intent,
            operations=workflow.operations,
        )
        _append(tx, f"intent-{workflow.name}", declared)
        confirmed = IntentConfirmed(intent_id=declared.intent_id, workflow=workflow.name)
        _append(tx, f"intent-{workflow.name}", confirmed)


def _facts(kernel: Kernel, tx: Transaction) -> None:
    for entry in kernel.business.facts:
        if not _is_applied(kernel, tx, entry):
            learn(kernel, tx, _new_fact(entry), reason="the business file changed")
    listed = {(entry.topic, entry.predicate) for entry in kernel.business.facts}
    for row in tx.select(FactRow, subject_id=None, state="asserted", source_file=FACTS_FILE):
        if (row.topic, row.predicate) not in listed:
            retract_fact(tx, row.id, reason=LEFT_THE_FILE)


def _is_applied(kernel: Kernel, tx: Transaction, entry: DurableFact) -> bool:
    """Return whether the file's line is known already.

    What the operator answered, corrected or retracted since stands in its place: only a changed
    line is newer than that.
    """
    rows = tx.select(
        FactRow,
        subject_id=None,
        topic=entry.topic,
        predicate=entry.predicate,
        source_file=FACTS_FILE,
        order="position",
    )
    return bool(rows) and not _has_left(tx, rows[-1]) and _is_same(kernel, rows[-1], entry)


def _has_left(tx: Transaction, row: FactRow) -> bool:
    """Return whether a fact was retracted because its line was gone, not by the operator."""
    if row.state != "retracted":
        return False
    events = list(tx.events(stream=f"fact-{row.id}", types=("fact.retracted.v1",)))
    return bool(events) and events[-1].data.get("reason") == LEFT_THE_FILE


def _is_same(kernel: Kernel, row: FactRow, entry: DurableFact) -> bool:
    # a changed line without `from` holds from when it was read
    is_since_said = row.valid_from == row.recorded_at
    return (
        kernel.open_json(row.value) == entry.value
        and row.label.level == entry.level
        and entry.valid_to == row.valid_to
        and entry.valid_from == (None if is_since_said else row.valid_from)
    )


def _new_fact(entry: DurableFact) -> NewFact:
    return NewFact(
        topic=entry.topic,
        predicate=entry.predicate,
        value=entry.value,
        label=Label(level=entry.level, trust=Trust.OPERATOR),
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        source_file=FACTS_FILE,
    )


def _contacts(kernel: Kernel, tx: Transaction) -> None:
    skipped = 0
    for contact in kernel.business.contacts:
        if is_erased(kernel, tx, kernel.address_hash(contact.address)):
            skipped += 1
            continue
        person = Person(address=contact.address, name=contact.name, stage=contact.stage)
        identity = tx.get(IdentityRow, kernel.address_hash(contact.address))
        if identity is None or identity.basis != "operator":
            know(kernel, tx, person, "operator")
        # the address's own profile: of two that were merged each keeps the name of its own line
        profile = tx.get(ProfileRow, identity.profile_id) if identity else None
        if profile is not None:
            rename(kernel, tx, profile, person)
    _say_skipped(kernel, tx, skipped)


def _say_skipped(kernel: Kernel, tx: Transaction, count: int) -> None:
    """Keep a card while contacts.csv lists somebody who was forgotten."""
    is_told = bool(open_notices(tx, "erasure", CONTACTS_FILE))
    if count and not is_told:
        notice = Notice(
            kind="erasure",
            about=CONTACTS_FILE,
            summary=f"business/contacts.csv lists {count} who were forgotten; they are skipped.",
            remedy="Delete their lines: aios memory show ADDRESS finds nobody for them.",
        )
        tell(kernel, tx, notice)
    elif not count and is_told:
        dismiss(tx, "erasure", CONTACTS_FILE)


def _policy(kernel: Kernel, tx: Transaction) -> None:
    """Keep which policy file there is; `is_safe_mode` of the event says that it does not validate.

    What that means differs by process (`policy_standing`), so the card says both.
    """
    mistakes, digest = kernel.policy.mistakes, policy_digest(kernel)
    row = tx.get(PolicyRow, "policy")
    if row is not None and (row.digest, row.is_safe_mode) == (digest, bool(mistakes)):
        return
    changed = PolicyChanged(
        digest=digest,
        text=kernel.policy.text,
        is_safe_mode=bool(mistakes),
        mistakes=mistakes,
    )
    _append(tx, "policy", changed)
    dismiss(tx, "policy", "policy")
    if mistakes:
        notice = Notice(
            kind="policy",
            about="policy",
            summary="The policy file does not validate. What runs goes on by the last good rules; "
            "what starts with it is in safe mode and writes nothing. " + "; ".join(mistakes),
            remedy="Correct business/policies.yaml; check it with: aios policy check",
        )
        tell(kernel, tx, notice)


def _append(tx: Transaction, stream: str, data: EventData) -> None:
    tx.append(Draft(stream=stream, data=data, correlation_id=stream))
