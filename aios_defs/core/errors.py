"""Owns every error AIOS raises on purpose: one tree, branched by who must act.

AiosError                        code, message, remedy, fields (never personal text)
├── OperatorError                the operator changes something
│   ├── ConfigurationInvalid     a business file or setting does not validate
│   ├── PolicyInvalid            policies.yaml does not validate
│   ├── HomeMissing              there is no home here yet
│   ├── HomeNewer                the home was written by a newer AIOS
│   ├── HomeMoved                the ledger of this home was migrated to another database
│   ├── MigrationUnfinished      the database holds a migration that did not come to its end
│   ├── RestoreUnconfirmed       a restored home is read-only: who was forgotten since the backup?
│   ├── BackupInvalid            a backup is no backup, cut, changed, or of another passphrase
│   ├── HomeLocked               another process kept the database busy for too long
│   ├── StorageFailed            the disk is full, read-only or failing: nothing was written
│   │   └── DatabaseAway         the server that keeps the ledger does not answer
│   ├── UnknownId                no action, task, message or run has this id
│   ├── TransitionRefused        the thing is no longer (or not yet) in a state that allows this
│   ├── ApprovalStale            the content changed since it was shown, or the approval is used
│   ├── AlreadyRunning           another `aios up` works on this home
│   ├── HomeElsewhere            another machine works on this home
│   ├── PortTaken                a port of this machine is in use by something else
│   ├── PreviewAgain             an edit met a rule the operator has not seen: look once more
│   ├── LoginRefused             a link, ticket or token is unknown, used, or too old
│   ├── NonceRefused             a form was sent twice, is too old, or is not this session's
│   ├── RequestRefused           a request from a place, or of a size, that is not let in
│   └── UsageInvalid             the words of a command are off
├── PolicyRefused                policy says deny; nothing to do but change the request or the rules
├── OutsideError                 a system outside did not do what was asked
│   ├── OutsideFailed            nothing happened there; `retryable` says whether to try again
│   │   └── CredentialRefused    a password or token is missing, or the server refused it
│   ├── OutsideUncertain         it may or may not have happened there
│   └── InboundUnreadable        an item from outside can't be parsed; it is quarantined
├── LedgerConflict               another process changed the stream first; read again and retry
├── LedgerBroken                 the chain, the seal or a projection does not hold
│   └── ChangedInput             a stored input of a decision is not what was recorded
├── IndexBroken                  what memory is searched in holds what it must not: nothing is shown
├── FenceLost                    this worker's lease was taken over: it must not touch the outside
├── KeyErased                    the text was erased on request and can't be read again
├── KeyMissing                   keys.db lacks a key that no erasure explains
└── AgentFailed                  an agent broke its contract; its task keeps, the others go on
"""

from functools import partial
from typing import Any, ClassVar

from aios_defs.core.model import JsonScalar


class AiosError(Exception):
    """An error with a stable code, what happened, and what to do next.

    Message and fields end up in logs and in Dagster's storage: ids and operator configuration
    only, never personal or secret values.
    """

    code: ClassVar[str] = "aios"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, remedy: str, **fields: JsonScalar) -> None:
        """Keep the message, the remedy (an imperative sentence) and the fields."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.fields = fields

    def __str__(self) -> str:
        """Return message and remedy as two sentences."""
        return f"{self.message} {self.remedy}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Survive pickling, which calls the class with positional arguments only."""
        return partial(type(self), self.message, remedy=self.remedy, **self.fields), ()


class OperatorError(AiosError):
    """The operator changes something and tries again."""

    code = "operator"


class ConfigurationInvalid(OperatorError):
    """A business file or setting does not validate; `fields` names file and line."""

    code = "configuration_invalid"
    exit_code = 2


class PolicyInvalid(OperatorError):
    """The policy file does not validate; the message lists every mistake with its line."""

    code = "policy_invalid"


class HomeMissing(OperatorError):
    """There is no AIOS home at this path."""

    code = "home_missing"


class HomeNewer(OperatorError):
    """The home was written by a newer AIOS than this one."""

    code = "home_newer"


class HomeMoved(OperatorError):
    """The ledger of this home was migrated; the database that was asked for is the old one."""

    code = "home_moved"


class MigrationUnfinished(OperatorError):
    """A migration into this database did not come to its end."""

    code = "migration_unfinished"


class RestoreUnconfirmed(OperatorError):
    """A restored home writes nothing until it is known who was forgotten since the backup."""

    code = "restore_unconfirmed"


class BackupInvalid(OperatorError):
    """A backup can't be read: it is none, was cut or changed, or the passphrase is another."""

    code = "backup_invalid"


class HomeLocked(OperatorError):
    """Another process kept the database busy beyond the wait of ten seconds."""

    code = "home_locked"


class StorageFailed(OperatorError):
    """The disk is full, read-only or failing; the unit of work was not written."""

    code = "storage_failed"


class DatabaseAway(StorageFailed):
    """The database server of the ledger can't be reached; the unit of work was not written."""

    code = "database_away"


class UnknownId(OperatorError):
    """Nothing in this home has that id."""

    code = "unknown_id"


class TransitionRefused(OperatorError):
    """The state of the thing does not allow what was asked; `state` says where it is."""

    code = "transition_refused"


class ApprovalStale(OperatorError):
    """The content changed since it was shown, or its approval was used, void or expired."""

    code = "approval_stale"


class PreviewAgain(OperatorError):
    """An edit met another rule than the one shown, so nothing was committed."""

    code = "preview_again"


class LoginRefused(OperatorError):
    """A link, ticket or token is unknown, used or too old; `retry_after_s` says how long to wait.

    `retry_after_s` is None unless too many were refused (then a valid one still gets in).
    """

    code = "login_refused"


class NonceRefused(OperatorError):
    """A form was sent twice, is too old, or another session's; `reason`: forged, expired, used."""

    code = "nonce_refused"


class RequestRefused(OperatorError):
    """A request came from a place, or had a size, that is not let in; `reason` says which."""

    code = "request_refused"


class AlreadyRunning(OperatorError):
    """Another `aios up` works on this home; `pid` is its process."""

    code = "already_running"


class HomeElsewhere(OperatorError):
    """Another machine works on this home; `machine` names it."""

    code = "home_elsewhere"


class PortTaken(OperatorError):
    """Something else listens on a port that is needed; `port` names the first one."""

    code = "port_taken"


class UsageInvalid(OperatorError):
    """The words of a command are off."""

    code = "usage_invalid"
    exit_code = 2


class PolicyRefused(AiosError):
    """Policy says deny; `rule` names the rule."""

    code = "policy_refused"
    exit_code = 3


class OutsideError(AiosError):
    """A system outside did not do what was asked."""

    code = "outside"


class OutsideFailed(OutsideError):
    """Nothing happened outside; the field `retryable` says whether trying again can help."""

    code = "outside_failed"


class CredentialRefused(OutsideFailed):
    """A password or token is missing or was refused: trying again before it is replaced is vain."""

    code = "credential_refused"


class OutsideUncertain(OutsideError):
    """It may have happened outside: ask the connector or the operator, never repeat blindly."""

    code = "outside_uncertain"


class InboundUnreadable(OutsideError):
    """An item from outside can't be parsed; its raw bytes are kept in quarantine."""

    code = "inbound_unreadable"


class LedgerConflict(AiosError):
    """Another process changed the stream first; read again and decide anew."""

    code = "ledger_conflict"


class LedgerBroken(AiosError):
    """The chain, a seal or a projection does not hold; `position` names the first bad one."""

    code = "ledger_broken"


class ChangedInput(LedgerBroken):
    """A stored input of a decision is not what was recorded; the field `name` names it."""

    code = "changed_input"


class IndexBroken(AiosError):
    """What memory is searched in is unfit; `reason`: level, scope, embedder, rows, ledger."""

    code = "index_broken"


class FenceLost(AiosError):
    """This worker's lease was taken over; it must not touch the outside any more."""

    code = "fence_lost"


class KeyErased(AiosError):
    """The text was erased on request; `event_id` names the erasure."""

    code = "key_erased"


class KeyMissing(AiosError):
    """The key store lacks a key that no erasure explains."""

    code = "key_missing"


class AgentFailed(AiosError):
    """An agent broke its contract; its task is failed, the rest of the batch goes on."""

    code = "agent_failed"
