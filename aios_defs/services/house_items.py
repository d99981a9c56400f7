"""Owns the house's own pack items: the operator, the workflow's rules, templates, house facts."""

from collections.abc import Sequence
from datetime import datetime

from aios_defs.core.as_of import AsOf, standing
from aios_defs.core.decision import PackItem
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject, rfc3339
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.fact_words import topic_of
from aios_defs.services.kernel import Kernel
from aios_defs.services.shelf import HouseFacts

_CHANGES = ("asserted", "evidenced", "superseded", "retracted", "disputed", "settled")
_FACT_EVENTS = (
    *(f"fact.{name}.v1" for name in _CHANGES),
    "label.lowered.v1",
    "label.restored.v1",
)
_SHOWN = ("asserted", "disputed")
_OWN = Label(level=Level.PUBLIC, trust=Trust.OPERATOR)


def house_items(kernel: Kernel, view: View, workflow: str, now: datetime) -> tuple[PackItem, ...]:
    """Return the house's items for a workflow; kept on the shelf while no fact changes."""
    shelf = kernel.shelf
    shelf.drop_refolded(view)
    head = view.head().position
    if shelf.position < 0 or any(view.events(after=shelf.position, types=_FACT_EVENTS, limit=1)):
        shelf.clear(head)
    shelf.position = head
    if workflow not in shelf.items:
        shelf.items[workflow] = tuple(_business_items(kernel, workflow))
    if shelf.facts is None:
        rows = view.select(FactRow, subject_id=None, state=_SHOWN)
        shelf.facts = HouseFacts(rows=tuple(row for row in rows if not _is_recalled(row)))
    return (*shelf.items[workflow], *_fact_items(kernel, view, shelf.facts, now))


def _is_recalled(row: FactRow) -> bool:
    """Return whether a fact is recalled when asked for, never in every pack: an imported text."""
    return row.import_id is not None and row.predicate in ("note", "appointment")


def _business_items(kernel: Kernel, name: str) -> list[PackItem]:
    business = kernel.business
    operator = business.operator.for_agents
    items = [_own("operator", "operator", "operator.yaml", data=operator)]
    workflow = business.workflow(name)
    if workflow is not None:
        rules: JsonObject = {
            "categories": [one.model_dump(mode="json") for one in workflow.categories],
            "connector": workflow.connector,
            "operations": list(workflow.operations),
            "topics": [one.model_dump(mode="json") for one in business.topics],
        }
        items.append(_own("rules", "rules", "catalog.yaml", data=rules))
    for template, text in sorted(business.templates.items()):
        items.append(_own(f"template:{template}", "template", f"{template}.txt", text=text))
    return items


def _own(
    name: str, kind: str, source: str, *, text: str = "", data: JsonObject | None = None
) -> PackItem:
    return PackItem.model_validate(
        {
            "name": name,
            "kind": kind,
            "source": source,
            "label": _OWN,
            "text": text,
            "data": data or {},
        }
    )


def _fact_items(kernel: Kernel, view: View, facts: HouseFacts, now: datetime) -> list[PackItem]:
    """Return the facts of the house that stand now; each is made once, and once when it is due."""
    items: list[PackItem] = []
    for row in standing_rows(kernel, view, facts.rows, now):
        key = (row.id, is_due(row, now))
        if key not in facts.items:
            facts.items[key] = fact_item(kernel, row, now)
        items.append(facts.items[key])
    return items


def standing_rows(
    kernel: Kernel, view: View, rows: Sequence[FactRow], now: datetime
) -> list[FactRow]:
    """Return which facts of one subject stand now, by position.

    `rows` are those asserted or disputed: of a key that is disputed now, nothing stands.
    """
    at = AsOf(valid_at=now, known_at=view.head().position)
    keys: dict[tuple[str | None, str], list[FactRow]] = {}
    for row in rows:
        keys.setdefault((row.topic, row.predicate), []).append(row)
    found: list[FactRow] = []
    for (_, predicate), some in keys.items():
        is_single = kernel.business.predicate(predicate).cardinality == "single"
        found += standing(some, (), at, is_single=is_single)
    found.sort(key=lambda row: row.position)
    return [row for row in found if row.state == "asserted"]


def is_due(row: FactRow, now: datetime) -> bool:
    """Return whether a fact should be looked at again."""
    return row.review_at is not None and row.review_at <= now


def fact_item(kernel: Kernel, fact: FactRow, now: datetime) -> PackItem:
    """Return a fact, of the house or of a subject, as a pack item named `fact:<id>`.

    `review_due` in its data says since when the operator should have looked at it again.
    """
    due = {"review_due": rfc3339(fact.review_at)} if fact.review_at and is_due(fact, now) else {}
    value = kernel.open_json(fact.value)
    about = topic_of(kernel, fact)
    topic = next((one for one in kernel.business.topics if one.name == about), None)
    return PackItem(
        name=f"fact:{fact.id}",
        kind="fact",
        source=fact.event_id,
        subject=fact.subject_id,
        label=fact.label,
        text=str(value.get("text", "")),
        data={
            "topic": about,
            "predicate": fact.predicate,
            "value": value,
            "aliases": list(topic.aliases) if topic else [],
            "valid_from": fact.valid_from.isoformat() if fact.valid_from else None,
            "valid_to": fact.ends.isoformat() if fact.ends else None,
            **due,
        },
    )
