"""Owns reading the operator's business folder: all files, all mistakes at once, each with its line.

Every file but operator.yaml may be absent and then means nothing of its kind. policies.yaml is
passed on as text: the policy engine validates it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from aios_defs.core.business import Business, Contact, DurableFact, Hook, Operator, Topic, Workflow
from aios_defs.core.errors import ConfigurationInvalid
from aios_defs.core.folding import fold_text
from aios_defs.core.label_rules import LabelRule
from aios_defs.core.model import JsonObject, Model
from aios_defs.core.predicates import Predicate
from aios_defs.core.rendering import placeholders
from aios_defs.settings.contacts import read_contacts
from aios_defs.settings.documents import (
    Document,
    Mistake,
    read_document,
    read_text,
    validated,
)
from aios_defs.settings.facts import read_facts
from aios_defs.settings.labels import read_label_rules
from aios_defs.settings.nearest import suggestion
from aios_defs.settings.predicates import read_predicates

_SHOWN_MISTAKES = 30


class _Catalog(Model):
    """`catalog.yaml` as a whole."""

    workflows: tuple[Workflow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What was read, before the parts are compared with one another."""

    catalog: Document
    workflows: tuple[Workflow, ...]
    topics: tuple[Topic, ...]
    facts: tuple[DurableFact, ...]
    templates: dict[str, str]
    connectors: dict[str, JsonObject]
    hooks: dict[str, Hook]
    predicates: dict[str, Predicate]
    label_rules: tuple[LabelRule, ...]


def load_business(folder: Path) -> Business:
    """Read a business folder; writes nothing.

    Raises:
        ConfigurationInvalid: one or more mistakes; the message lists each as `file:line: what`, the
            fields `file` and `line` name the first. Contacts are never quoted.

    """
    mistakes: list[Mistake] = []
    operator = _read_operator(folder / "operator.yaml", mistakes)
    zone = operator.time_zone if operator else "UTC"
    catalog = read_document(folder / "catalog.yaml")
    parsed = validated(_Catalog, catalog.value or {}, catalog)
    topics, facts = read_facts(folder / "facts.yaml", zone, mistakes)
    connectors, hooks = _read_connectors(folder / "connectors.yaml", mistakes)
    parts = _Parts(
        catalog=catalog,
        workflows=parsed.workflows if parsed else (),
        topics=topics,
        facts=facts,
        templates=_read_templates(folder / "templates", mistakes),
        connectors=connectors,
        hooks=hooks,
        predicates=read_predicates(folder / "predicates.yaml", mistakes),
        label_rules=read_label_rules(folder / "labels.yaml", connectors, mistakes),
    )
    if parsed:
        _check_workflows(parts)
    mistakes += [*catalog.mistakes, *_template_mistakes(parts)]
    mistakes += _notify_mistakes(operator, parts)
    contacts = read_contacts(folder / "contacts.csv", mistakes)
    policy_text = read_text(folder / "policies.yaml", mistakes)
    if mistakes or operator is None:
        raise _invalid(mistakes)
    return _business(operator, parts, contacts=contacts, policy_text=policy_text)


def _business(
    operator: Operator, parts: _Parts, *, contacts: tuple[Contact, ...], policy_text: str
) -> Business:
    return Business(
        operator=operator,
        workflows=parts.workflows,
        topics=parts.topics,
        facts=parts.facts,
        contacts=contacts,
        templates=parts.templates,
        connectors=parts.connectors,
        hooks=parts.hooks,
        predicates=parts.predicates,
        label_rules=parts.label_rules,
        policy_text=policy_text,
    )


def _invalid(mistakes: list[Mistake]) -> ConfigurationInvalid:
    ordered = sorted(mistakes)
    shown = "\n  ".join(str(one) for one in ordered[:_SHOWN_MISTAKES])
    more = len(ordered) - _SHOWN_MISTAKES
    tail = f"\n  and {more} more" if more > 0 else ""
    return ConfigurationInvalid(
        f"The business files hold {len(ordered)} mistake(s):\n  {shown}{tail}\n",
        remedy="Correct these lines; docs/guide/business-files.md explains each file.",
        file=ordered[0].file,
        line=ordered[0].line,
        mistakes=len(ordered),
    )


def _read_operator(path: Path, mistakes: list[Mistake]) -> Operator | None:
    document = read_document(path)
    if document.value is None and not document.mistakes:
        document.wrong((), "is missing or empty; `aios init` writes one")
    operator = None if document.mistakes else validated(Operator, document.value, document)
    if operator and not _is_time_zone(operator.time_zone):
        document.wrong(("time_zone",), f"`{operator.time_zone}` is no IANA time zone")
    mistakes += document.mistakes
    return operator


def _is_time_zone(name: str) -> bool:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _notify_mistakes(operator: Operator | None, parts: _Parts) -> Iterable[Mistake]:
    """Yield what is wrong with how the operator is told, once the connectors are known."""
    name = operator.notify.connector if operator else None
    if name is not None and name not in parts.connectors:
        text = f"notify: no connector `{name}` in connectors.yaml"
        hint = suggestion(name, parts.connectors)
        yield Mistake(file="operator.yaml", line=0, text=text + hint)


def _read_connectors(
    path: Path, mistakes: list[Mistake]
) -> tuple[dict[str, JsonObject], dict[str, Hook]]:
    """Return each entry without its `hook`, which is ours whatever the kind, and the hooks."""
    document = read_document(path)
    found: dict[str, JsonObject] = {}
    hooks: dict[str, Hook] = {}
    if not isinstance(document.value or {}, dict):
        document.wrong((), "must be a mapping of connector names")
    for name, entry in document.value.items() if isinstance(document.value, dict) else ():
        if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
            document.wrong((name,), f"`{name}` needs a `kind`")
            continue
        found[name] = {key: value for key, value in entry.items() if key != "hook"}
        if "hook" in entry and (hook := validated(Hook, entry["hook"], document, name, "hook")):
            hooks[name] = hook
    mistakes += document.mistakes
    return found, hooks


def _read_templates(folder: Path, mistakes: list[Mistake]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.txt")):
        own: list[Mistake] = []
        found[path.stem] = read_text(path, own)
        mistakes += [Mistake(file=f"templates/{path.name}", line=0, text=one.text) for one in own]
    return found


def _template_mistakes(parts: _Parts) -> Iterable[Mistake]:
    topics = {fold_text(topic.name) for topic in parts.topics}
    names = [topic.name for topic in parts.topics]
    for name, text in parts.templates.items():
        for one in placeholders(text):
            if one.kind == "unknown":
                wrong = f"unknown placeholder `{one.text}`"
            elif one.topic and fold_text(one.topic) not in topics:
                wrong = f"no topic `{one.topic}` in facts.yaml{suggestion(one.topic, names)}"
            else:
                continue
            yield Mistake(file=f"templates/{name}.txt", line=one.line, text=wrong)


def _check_workflows(parts: _Parts) -> None:
    document = parts.catalog
    _check_unique(document, ("workflows",), [one.name for one in parts.workflows])
    _check_messages(document, parts.workflows)
    for index, workflow in enumerate(parts.workflows):
        at = ("workflows", index)
        if workflow.connector not in parts.connectors:
            hint = suggestion(workflow.connector, parts.connectors)
            text = f"no connector `{workflow.connector}` in connectors.yaml{hint}"
            document.wrong((*at, "connector"), text)
        place = (*at, "categories")
        _check_unique(document, place, [one.name for one in workflow.categories])
        for number, category in enumerate(workflow.categories):
            if category.template and category.template not in parts.templates:
                hint = suggestion(category.template, parts.templates)
                text = f"no file templates/{category.template}.txt{hint}"
                document.wrong((*place, number, "template"), text)


def _check_messages(document: Document, workflows: Sequence[Workflow]) -> None:
    """Refuse a second workflow for the messages of one connector: it would never get any."""
    taken: dict[str, str] = {}
    for index, one in enumerate(workflows):
        if one.trigger == "message" and taken.setdefault(one.connector, one.name) != one.name:
            text = f"`{taken[one.connector]}` takes the messages of `{one.connector}` already"
            document.wrong(("workflows", index, "connector"), text)


def _check_unique(document: Document, at: tuple[str | int, ...], names: Sequence[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            document.wrong((*at, index, "name"), f"the name `{name}` stands here twice")
