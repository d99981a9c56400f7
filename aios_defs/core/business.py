"""Owns the operator's business files as typed values: who the operator is, workflows, replies.

The files are read by aios_defs/settings; here stand their shapes only. Text in these files is
the operator's own: trusted, and quotable in errors.
"""

from typing import Literal

from pydantic import Field

from aios_defs.core.labels import Level
from aios_defs.core.model import Instant, JsonObject, Model


class Operator(Model):
    """`operator.yaml`: the person in charge."""

    name: str
    business: str
    signature: str
    time_zone: str = "UTC"
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    language: str = "en"


class Category(Model):
    """One kind of message a workflow knows, by the operator's examples and words.

    `template` names the reply (`templates/<name>.txt`).
    `handling`: `reply` (propose the template), `no_reply` (nothing to do), `hand_over` (never
    answered automatically: the operator writes).
    """

    name: str
    examples: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    handling: Literal["reply", "no_reply", "hand_over"] = "reply"
    template: str | None = None


class Workflow(Model):
    """One entry of `catalog.yaml`: a catalogued, repeatable graph of tasks."""

    name: str
    intent: str
    agent: str
    connector: str
    operations: tuple[str, ...]
    trigger: Literal["message", "schedule", "manual"] = "message"
    tolerance: Literal["interactive", "standard", "batch"] = "standard"
    deadline_hours: int = Field(default=24, ge=1)
    approval_hours: int = Field(default=72, ge=1)
    undo_seconds: int = Field(default=10, ge=0)
    expected_every_hours: int | None = None
    categories: tuple[Category, ...] = ()


class Topic(Model):
    """What facts are about in the operator's words: a product, a service, a policy of the house."""

    name: str
    aliases: tuple[str, ...] = ()


class DurableFact(Model):
    """One entry of `facts.yaml`: a fact of the house, such as a price or an opening time.

    `value` is `{"amount_minor": int, "currency": str}` for money, `{"text": str}` otherwise.
    """

    topic: str
    predicate: str
    value: JsonObject
    level: Level = Level.PUBLIC
    valid_from: Instant | None = None
    valid_to: Instant | None = None


class Contact(Model):
    """One row of `contacts.csv`: someone the operator knows, hence a participant."""

    name: str
    address: str
    stage: Literal["lead", "customer", "former"] = "customer"
    company: str = ""


class Business(Model):
    """The whole business folder; `templates` maps a name to its text."""

    operator: Operator
    workflows: tuple[Workflow, ...] = ()
    topics: tuple[Topic, ...] = ()
    facts: tuple[DurableFact, ...] = ()
    contacts: tuple[Contact, ...] = ()
    templates: dict[str, str] = {}
    connectors: dict[str, JsonObject] = {}
    policy_text: str = ""

    def workflow(self, name: str) -> Workflow | None:
        """Return the workflow of that name, or None."""
        return next((one for one in self.workflows if one.name == name), None)
