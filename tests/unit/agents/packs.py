"""Owns building context packs for the agent's tests: a small shop of lamps."""

from datetime import UTC, datetime

from aios_defs.core.decision import ContextPack, PackItem
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject

OWN = Label(level=Level.PUBLIC, trust=Trust.OPERATOR)
THEIRS = Label(level=Level.SHAREABLE, trust=Trust.THIRD_PARTY)
KNOWN = Label(level=Level.SHAREABLE, trust=Trust.FIRST_PARTY)
CATEGORIES: list[JsonObject] = [
    {
        "name": "price",
        "template": "price",
        "words": ["how much"],
        "examples": ["How much is a lamp?", "What does a shade cost?", "Tell me the price, please"],
    },
    {
        "name": "weight",
        "template": "weight",
        "examples": ["How heavy is it?", "What does it weigh?", "Tell me its weight"],
    },
    {"name": "thanks", "handling": "no_reply", "examples": ["Thank you, all is well"]},
    {"name": "film", "handling": "hand_over", "words": ["film"], "examples": ["Make a film"]},
    {"name": "status", "examples": ["Where has my parcel got to?"]},
]
TOPICS: list[JsonObject] = [
    {"name": "desk lamp", "aliases": ["lamp"]},
    {"name": "silk shade", "aliases": ["shade"]},
]
TEMPLATES = {
    "price": "Dear {{ customer.name }},\n{{ topic }}: {{ fact:price }}\n{{ operator.signature }}",
    "weight": "{{ fact:weight }}",
    "answer": "Dear {{ customer.first_name }},\n{{ answer }}\n{{ operator.signature }}",
}
OPERATOR: JsonObject = {
    "name": "O P",
    "business": "Lamps",
    "signature": "O P, Lamps",
    "language": "de",
}


def item(kind: str, name: str, **more: object) -> PackItem:
    """Return a pack item of the operator's own, or with what is given."""
    return PackItem.model_validate(
        {"name": name, "kind": kind, "source": "s", "label": OWN, **more}
    )


def rules(**changed: object) -> PackItem:
    data = {
        "categories": CATEGORIES,
        "connector": "post",
        "operations": ["mail.send"],
        "topics": TOPICS,
    }
    return item("rules", "rules", data=data | changed)


def message(text: str, name: str = "message:1", **data: object) -> PackItem:
    given = {
        "message_id": "<m1@x.test>",
        "from": "kim@x.test",
        "from_name": "Kim",
        "subject": "Question",
        "direction": "in",
        "references": [],
    }
    return item("message", name, text=text, data=given | data, subject="p1", label=THEIRS)


def profile(name: str = "Kim Possibly", label: Label = KNOWN, stage: str = "customer") -> PackItem:
    data = {"name": name, "stage": stage}
    return item("profile", "profile:p1", data=data, subject="p1", label=label)


def price(topic: str = "desk lamp", minor: int = 123450, identifier: str = "f1") -> PackItem:
    value = {"amount_minor": minor, "currency": "EUR"}
    data = {"topic": topic, "predicate": "price", "value": value, "aliases": []}
    return item("fact", f"fact:{identifier}", data=data)


def answer(text: str, predicate: str | None = None, topic: str | None = None) -> PackItem:
    data = {"question": "?", "predicate": predicate, "topic": topic}
    return item("answer", "answer:1", text=text, data=data)


def signs(*found: str) -> PackItem:
    return item("rules", "signs", data={"sensitive": list(found)})


def pack(*items: PackItem) -> ContextPack:
    """Return a pack of exactly these items."""
    return ContextPack(
        task_id="t1",
        workflow="w",
        agent="support",
        now=datetime(2026, 1, 1, tzinfo=UTC),
        items=items,
    )


def shop(*items: PackItem) -> ContextPack:
    """Return a pack of the whole shop and these items."""
    templates = [
        item("template", f"template:{name}", text=text) for name, text in TEMPLATES.items()
    ]
    return pack(item("operator", "operator", data=OPERATOR), rules(), *templates, price(), *items)
