"""Owns the house's own pack items: the operator, the workflow's rules, templates, house facts."""

from datetime import datetime

from aios_defs.core.decision import PackItem
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.ports import View
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.kernel import Kernel

_FACT_EVENTS = ("fact.asserted.v1", "fact.superseded.v1", "fact.retracted.v1", "fact.disputed.v1")
_OWN = Label(level=Level.PUBLIC, trust=Trust.OPERATOR)


def house_items(kernel: Kernel, view: View, workflow: str, now: datetime) -> tuple[PackItem, ...]:
    """Return the house's items for a workflow; kept on the shelf while no fact changes."""
    shelf = kernel.shelf
    head = view.head().position
    if shelf.position < 0 or any(view.events(after=shelf.position, types=_FACT_EVENTS, limit=1)):
        shelf.clear(head)
    shelf.position = head
    if workflow not in shelf.items:
        shelf.items[workflow] = (
            *_business_items(kernel, workflow),
            *_fact_items(kernel, view),
        )
    return tuple(item for item in shelf.items[workflow] if _is_valid(item, now))


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


def _fact_items(kernel: Kernel, view: View) -> list[PackItem]:
    facts = view.select(FactRow, subject_id=None, state="asserted", order="position")
    return [fact_item(kernel, fact) for fact in facts]


def fact_item(kernel: Kernel, fact: FactRow) -> PackItem:
    """Return a fact, of the house or of a subject, as a pack item named `fact:<id>`."""
    value = kernel.open_json(fact.value)
    topic = next((one for one in kernel.business.topics if one.name == fact.topic), None)
    return PackItem(
        name=f"fact:{fact.id}",
        kind="fact",
        source=fact.event_id,
        subject=fact.subject_id,
        label=fact.label,
        text=str(value.get("text", "")),
        data={
            "topic": fact.topic,
            "predicate": fact.predicate,
            "value": value,
            "aliases": list(topic.aliases) if topic else [],
            "valid_from": fact.valid_from.isoformat() if fact.valid_from else None,
            "valid_to": fact.valid_to.isoformat() if fact.valid_to else None,
        },
    )


def _is_valid(item: PackItem, now: datetime) -> bool:
    if item.kind != "fact":
        return True
    start, end = item.data.get("valid_from"), item.data.get("valid_to")
    begun = not isinstance(start, str) or datetime.fromisoformat(start) <= now
    return begun and (not isinstance(end, str) or now < datetime.fromisoformat(end))
