"""Owns the operator's business files as typed values: who the operator is, workflows, replies.

The files are read by aios_defs/settings; here stand their shapes only. Text in these files is
the operator's own: trusted, and quotable in errors.
"""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from aios_defs.core.label_rules import LabelRule
from aios_defs.core.labels import Level
from aios_defs.core.model import Instant, JsonObject, Model
from aios_defs.core.predicates import Predicate, find_predicate

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def _server(value: str) -> str:
    """Take the base URL of a server: https, or http on this machine; a password has no place."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_NAMES)
    has_more = parts.query or parts.fragment or "@" in parts.netloc
    if not host or not is_safe or has_more or not value.isascii() or not value.isprintable():
        raise ValueError("must be https://host[:port], or http:// on this machine")
    return value.rstrip("/")


def _variable(value: str) -> str:
    """Take the name of a variable; those that begin with AIOS_ are settings of ours."""
    if not value.isascii() or not value.isidentifier() or value.startswith("AIOS_"):
        raise ValueError("must be the name of a variable that does not begin with AIOS_")
    return value


VariableName = Annotated[str, AfterValidator(_variable)]


class NtfyPlace(Model):
    """An ntfy server and its topic; `token_env` names the variable that holds its token."""

    url: Annotated[str, AfterValidator(_server)]
    topic: str = Field(pattern="^[-_A-Za-z0-9]{1,64}$")
    token_env: VariableName | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether the server is on this machine."""
        return urlsplit(self.url).hostname in LOOPBACK_NAMES


class Notify(Model):
    """How the operator is told what can't wait, and when the day's digest is made.

    `mail` is the operator's address, reached through `connector` (None: the first that sends mail).
    `urgent` and `digest` say what is sent; the digest itself is made in any case, at `digest_at` in
    the operator's time zone.
    """

    mail: str | None = Field(
        default=None, max_length=254, pattern=r"^[^@\s<>,;:\"]+@[^@\s<>,;:\"]+$"
    )
    connector: str | None = None
    ntfy: NtfyPlace | None = None
    urgent: bool = True
    digest: bool = True
    digest_at: str = Field(default="07:30", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")


def _sender(value: str) -> str:
    """Take an address or `@` and a domain; senders are compared in small letters."""
    local, at, host = value.rpartition("@")
    if not at or not host or "@" in local or any(one.isspace() for one in value):
        raise ValueError('must be an address, or a domain as "@example.org"')
    return value.lower()


class HourlyLimits(Model):
    """How many of an hour's messages become tasks: of a stranger, their domain, a known person.

    `senders` names those that may send more, or less: an address, such as a shop's that sends all
    orders, for itself; `@` and a domain, such as a marketplace's, for all its strangers together.
    What is beyond waits on one card.
    """

    stranger: int = Field(default=10, ge=1)
    domain: int = Field(default=40, ge=1)
    known: int = Field(default=60, ge=1)
    senders: dict[Annotated[str, AfterValidator(_sender)], Annotated[int, Field(ge=1)]] = {}


class EmbeddingEndpoint(Model):
    """A model that embeds, behind a URL that speaks OpenAI's protocol (`https://host/v1`).

    `dimensions` is the length of its vectors. `token_env` names the variable that holds its token.
    `clearance` is the strictest level of text that may go there; on this machine all may.
    """

    url: Annotated[str, AfterValidator(_server)]
    model: str = Field(min_length=1, max_length=200)
    dimensions: int = Field(ge=1, le=8192)
    token_env: VariableName | None = None
    clearance: Level = Level.PUBLIC

    @property
    def is_loopback(self) -> bool:
        """Whether the endpoint is on this machine."""
        return urlsplit(self.url).hostname in LOOPBACK_NAMES


class Embedding(Model):
    """What makes vectors of text: a model that came with AIOS, spelling alone, or an endpoint."""

    kind: Literal["minilm", "ngrams", "endpoint"] = "minilm"
    endpoint: EmbeddingEndpoint | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> "Embedding":
        if (self.kind == "endpoint") != (self.endpoint is not None):
            raise ValueError("`kind: endpoint` and `endpoint` go together")
        return self


class Kept(Model):
    """What the law or a duty keeps of everybody, in the operator's own files, and why.

    Words for the certificate of erasure: nothing in the ledger is kept by it.
    """

    what: str
    reason: str


class Context(Model):
    """How much an agent is given at once: about so many tokens of text, the house's included."""

    tokens: int = Field(default=24_000, ge=2_000)


class Operator(Model):
    """`operator.yaml`: the person in charge.

    `country` (ISO 3166, two letters) is where phone numbers without `+` are dialled. `kept` is
    listed on each certificate of erasure.
    """

    name: str
    business: str
    signature: str
    time_zone: str = "UTC"
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    language: str = "en"
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    notify: Notify = Notify()
    hourly_limits: HourlyLimits = HourlyLimits()
    embedding: Embedding = Embedding()
    kept: tuple[Kept, ...] = ()
    context: Context = Context()

    @property
    def for_agents(self) -> JsonObject:
        """What agents are told of the operator: nothing of how AIOS itself is set up."""
        ours = {"country", "notify", "hourly_limits", "embedding", "kept", "context"}
        return self.model_dump(mode="json", exclude=ours)


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

    @property
    def scopes(self) -> dict[str, str]:
        """What can be paused about it, beside everything: the word for it and the scope."""
        return {
            "workflow": f"workflow:{self.name}",
            "agent": f"agent:{self.agent}",
            "connector": f"connector:{self.connector}",
        }


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


class Hook(Model):
    """How messages of a connector may be pushed in at `/hooks/<connector>`: by whom is proved.

    Either `secret_env` names the environment variable of a secret that the sender signs the body
    with (HMAC-SHA256, in the field `header`), or `token` names a bearer token (`aios login`).
    """

    secret_env: Annotated[str, Field(pattern="^[A-Z][A-Z0-9_]{0,63}$")] | None = None
    header: Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9-]{0,63}$")] = "X-Hub-Signature-256"
    token: str | None = None

    @model_validator(mode="after")
    def _has_one_proof(self) -> "Hook":
        if (self.secret_env is None) == (self.token is None):
            raise ValueError("a hook has either `secret_env` or `token`")
        if self.secret_env is not None and self.secret_env.startswith("AIOS_"):
            raise ValueError("`secret_env` names a variable of yours, not one that AIOS reads")
        return self


class Business(Model):
    """The whole business folder; `templates` maps a name to its text, `hooks` are by connector.

    `predicates` are the operator's own entries, by name; `label_rules` their rules for messages.
    """

    operator: Operator
    workflows: tuple[Workflow, ...] = ()
    topics: tuple[Topic, ...] = ()
    facts: tuple[DurableFact, ...] = ()
    contacts: tuple[Contact, ...] = ()
    templates: dict[str, str] = {}
    connectors: dict[str, JsonObject] = {}
    hooks: dict[str, Hook] = {}
    predicates: dict[str, Predicate] = {}
    label_rules: tuple[LabelRule, ...] = ()
    policy_text: str = ""

    def workflow(self, name: str) -> Workflow | None:
        """Return the workflow of that name, or None."""
        return next((one for one in self.workflows if one.name == name), None)

    def predicate(self, name: str) -> Predicate:
        """Return what is known of a predicate: the operator's entry, else the shipped one."""
        return find_predicate(self.predicates, name)
