"""Owns what the support agent reads out of a context pack; odd or missing items read as empty."""

from dataclasses import dataclass

from pydantic import ValidationError

from aios_defs.core.business import Category
from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rendering import KnownFact

_FACT = "fact:"
_TEMPLATE = "template:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The workflow's rules: what it may propose where, and the kinds of message it knows."""

    connector: str
    operations: tuple[str, ...]
    categories: tuple[Category, ...]
    topics: tuple[tuple[str, tuple[str, ...]], ...]
    sensitive: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Whom the message is from; `name` is empty unless the operator's own records state it.

    `is_known_lead`: those records hold them as a lead, someone a sale may come from.
    """

    subject: str | None
    name: str
    is_known_lead: bool = False


def text_of(value: JsonValue) -> str:
    """Return a value if it is text, else the empty text."""
    return value.strip() if isinstance(value, str) else ""


def texts_of(value: JsonValue) -> tuple[str, ...]:
    """Return the texts of a list, leaving out all else."""
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def waiting_message(pack: ContextPack) -> PackItem | None:
    """Return the last inbound message, unless something was sent after it."""
    messages = pack.of_kind("message")
    last = messages[-1] if messages else None
    return last if last and last.data.get("direction") != "out" else None


def earlier_messages(pack: ContextPack, message: PackItem) -> tuple[PackItem, ...]:
    """Return the messages before one, the latest first."""
    messages = [one for one in pack.of_kind("message") if one.name != message.name]
    return tuple(reversed(messages))


def read_rules(pack: ContextPack) -> Rules:
    """Return the rules, put together from all items of that kind."""
    data: JsonObject = {}
    for item in pack.of_kind("rules"):
        data = {**data, **item.data}
    return Rules(
        connector=text_of(data.get("connector")),
        operations=texts_of(data.get("operations")),
        categories=_categories(data.get("categories")),
        topics=_topics(data.get("topics"), pack),
        sensitive=texts_of(data.get("sensitive")),
    )


def read_customer(pack: ContextPack) -> Customer:
    """Return the customer; a name that only the message itself states is not taken over."""
    profile = next(iter(pack.of_kind("profile")), None)
    if profile is None:
        return Customer(subject=None, name="")
    if profile.label.is_tainted:
        return Customer(subject=profile.subject, name="")
    return Customer(
        subject=profile.subject,
        name=" ".join(text_of(profile.data.get("name")).split()),
        is_known_lead=profile.subject is not None and profile.data.get("stage") == "lead",
    )


def read_facts(pack: ContextPack) -> tuple[KnownFact, ...]:
    """Return the facts of the pack that carry a value."""
    return tuple(
        KnownFact(
            id=item.name.removeprefix(_FACT),
            topic=text_of(item.data.get("topic")),
            predicate=text_of(item.data.get("predicate")),
            value=value,
        )
        for item in pack.of_kind("fact")
        if isinstance(value := item.data.get("value"), dict)
    )


def read_templates(pack: ContextPack) -> dict[str, str]:
    """Return the operator's templates by name."""
    return {one.name.removeprefix(_TEMPLATE): one.text for one in pack.of_kind("template")}


def read_operator(pack: ContextPack) -> dict[str, str]:
    """Return the texts of operator.yaml by key."""
    item = next(iter(pack.of_kind("operator")), None)
    return {key: text_of(value) for key, value in item.data.items()} if item else {}


def free_answer(pack: ContextPack) -> str:
    """Return the operator's last answer to a question that asked for no fact."""
    answers = [
        one.text.strip() for one in pack.of_kind("answer") if not text_of(one.data.get("predicate"))
    ]
    return next((one for one in reversed(answers) if one), "")


def stated_facts(pack: ContextPack) -> dict[tuple[str, str], str]:
    """Return the operator's answers to questions about a fact, by (predicate, topic)."""
    return {
        (text_of(one.data.get("predicate")), text_of(one.data.get("topic"))): one.text.strip()
        for one in pack.of_kind("answer")
        if text_of(one.data.get("predicate")) and one.text.strip()
    }


def _categories(value: JsonValue) -> tuple[Category, ...]:
    found: list[Category] = []
    for one in value if isinstance(value, list) else []:
        try:
            found.append(Category.model_validate(one))
        except ValidationError:
            continue
    return tuple(found)


def _topics(value: JsonValue, pack: ContextPack) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return name and aliases of each topic, those that only a fact names included."""
    found: dict[str, tuple[str, ...]] = {}
    for one in value if isinstance(value, list) else []:
        if isinstance(one, dict) and text_of(one.get("name")):
            found[text_of(one.get("name"))] = texts_of(one.get("aliases"))
    for item in pack.of_kind("fact"):
        name = text_of(item.data.get("topic"))
        if name and item.subject is None:
            found.setdefault(name, texts_of(item.data.get("aliases")))
    return tuple(found.items())
