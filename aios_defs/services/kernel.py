"""Owns the kernel: everything a service needs from the world, in one value.

The kernel is built in one place, resources/home.py. `sealing` helpers stand here because every
service that touches personal text needs them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from aios_defs.core.business import Business, Workflow
from aios_defs.core.canonical import canonical_bytes
from aios_defs.core.connector import Connector
from aios_defs.core.decision import Agent
from aios_defs.core.errors import ConfigurationInvalid, UnknownId
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.in_force import InForce
from aios_defs.core.ports import (
    Clock,
    Ids,
    Ledger,
    Points,
    Transaction,
    Vault,
    View,
    Workers,
)
from aios_defs.core.sealed import BlobRef, Sealed, SubjectRef
from aios_defs.core.sensitivity import Lexicon
from aios_defs.services.shelf import Shelf

if TYPE_CHECKING:  # it holds what the kernel reads
    from aios_defs.services.memory import Memory

LEASE = timedelta(seconds=60)
"""How long a worker may hold an action or a task without a sign of life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """The ports and the operator's configuration, for the services.

    `connectors` and `agents` are by name. `memory` opens the cold memory to ask; None where there
    is none.
    """

    ledger: Ledger
    vault: Vault
    clock: Clock
    ids: Ids
    points: Points
    connectors: Mapping[str, Connector]
    agents: Mapping[str, Agent]
    business: Business
    policy: InForce
    lexicon: Lexicon
    workers: Workers
    lease: timedelta = LEASE
    shelf: Shelf = field(default_factory=Shelf)
    memory: "Callable[[], Memory] | None" = None

    def connector(self, name: str) -> Connector:
        """Return a connector; raises ConfigurationInvalid when connectors.yaml has none."""
        connector = self.connectors.get(name)
        if connector is None:
            raise ConfigurationInvalid(
                f"There is no connector {name!r}.",
                remedy="Add it to business/connectors.yaml, or correct the name.",
                connector=name,
            )
        return connector

    def workflow(self, name: str) -> Workflow:
        """Return a workflow; raises UnknownId when catalog.yaml has none."""
        entry = self.business.workflow(name)
        if entry is None:
            raise UnknownId(
                f"There is no workflow {name!r}.",
                remedy="See business/catalog.yaml for the workflows there are.",
                id=name,
            )
        return entry

    def seal_json(self, ref: SubjectRef, value: JsonObject) -> Sealed:
        """Seal a JSON object in its canonical form."""
        return self.vault.seal(ref, canonical_bytes(value).decode())

    def open_json(self, sealed: Sealed) -> JsonObject:
        """Return a sealed JSON object; raises KeyErased."""
        value: JsonObject = json.loads(self.vault.open(sealed))
        return value

    def place(self, connector: str) -> str:
        """Return the keyed hash of where a connector's effects go; empty when it does not say."""
        place = self.connector(connector).describe().place
        return self.vault.digest("place", place) if place else ""

    def address_hash(self, address: str) -> str:
        """Return the keyed look-up of an address."""
        return self.vault.digest("address", address.strip().lower())

    def mail_hash(self, message_id: str) -> str:
        """Return the keyed look-up of a Message-ID without angle brackets."""
        return self.vault.digest("mail", message_id)

    def content_hash(self, connector: str, account: str, operation: str, args: JsonObject) -> str:
        """Return the keyed hash of exactly what would be executed."""
        content: JsonObject = {
            "connector": connector,
            "account": account,
            "operation": operation,
            "arguments": args,
        }
        return self.vault.digest("content", canonical_bytes(content))


def put_json(tx: Transaction, ref: SubjectRef, value: JsonObject) -> BlobRef:
    """Keep a JSON object as a sealed blob in canonical form."""
    return tx.put_blob(ref, canonical_bytes(value))


def get_json(view: View, ref: BlobRef) -> JsonObject:
    """Return a JSON blob; raises KeyErased, KeyMissing."""
    value: JsonObject = json.loads(view.blob(ref))
    return value
