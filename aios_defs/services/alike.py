"""Owns groups of alike cards: what waits, counted by tally and opened only as far as it is shown.

A group's key names its kind and what its cards share, such as
`decision/support/mail.send/look-first`; within a group the oldest comes first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from aios_defs.core.actions import ActionState
from aios_defs.core.ports import View
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.house import NoticeRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.profiles import DuplicateRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.core.tasks import TaskState
from aios_defs.services.card_group import Group, Maker
from aios_defs.services.cards import operation_title
from aios_defs.services.failures import (
    failed_action_cards,
    failed_task_cards,
    live_failures,
    stranded,
    stranded_cards,
)
from aios_defs.services.identity.duplicate_card import duplicate_cards
from aios_defs.services.inbox import (
    DECISIONS,
    decision_cards,
    fact_cards,
    notice_cards,
    quarantine_cards,
    question_cards,
    set_aside_ids,
    untaken_cards,
)
from aios_defs.services.kernel import Kernel
from aios_defs.services.overdue import late_cards, overdue
from aios_defs.services.rule_words import brief
from aios_defs.services.untaken import UNTAKEN

_ALIKE = 3
"""So many questions about the same thing make a group of their own."""


def groups(kernel: Kernel, view: View) -> list[Group]:
    """Return the groups of all that waits now: failures, decisions, questions, and so on."""
    aside = set_aside_ids(kernel, view)
    every = _groups(kernel, view)
    if not aside:
        return every
    return [one for one in (group.without(view, aside) for group in every) if one.count]


def later_groups(kernel: Kernel, view: View) -> list[Group]:
    """Return the groups of what would wait now, had it not been set aside."""
    aside = set_aside_ids(kernel, view)
    found = [(group, group.only(view, aside)) for group in _groups(kernel, view) if aside]
    return [group.narrowed(ids) for group, ids in found if ids]


def _groups(kernel: Kernel, view: View) -> list[Group]:
    makers = (_failures, _decisions, _questions, _messages, _facts, _duplicates, _notices)
    return [group for make in makers for group in make(kernel, view)]


def _failures(kernel: Kernel, view: View) -> Iterator[Group]:
    by_state: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in live_failures(view):
        by_state[str(one.state), one.workflow].append(one.id)
    for (state, workflow), ids in by_state.items():
        yield _of_ids(
            ids, _FAILED[state], f"failure/{state}/{workflow}", failed_action_cards, workflow
        )
    by_workflow: dict[str, list[str]] = defaultdict(list)
    for row in overdue(kernel, view):
        by_workflow[row.workflow].append(row.id)
    for workflow, ids in by_workflow.items():
        title = "Should have started by now"
        yield _of_ids(ids, title, f"failure/overdue/{workflow}", late_cards, workflow)
    lost = stranded(kernel, view)
    yield from _tasks(view, "Nothing decides this", "stranded", stranded_cards, lost)
    failed: dict[str, Any] = {"state": TaskState.FAILED}
    yield from _tasks(view, "Deciding failed", "deciding", failed_task_cards, failed)


_FAILED: dict[str, str] = {
    ActionState.PARKED: "Nobody knows whether it happened",
    ActionState.UNCERTAIN: "Perhaps it happened; being looked up",
    ActionState.FAILED: "Failed for good",
    ActionState.FAILED_RETRYABLE: "Failed; can be tried again",
    ActionState.DENIED: "Denied by policy",
    ActionState.EXPIRED: "Expired unanswered",
    ActionState.COMPENSATION_FAILED: "Could not be undone",
}


def _of_ids(ids: list[str], title: str, key: str, make: Maker, workflow: str | None) -> Group:
    return Group(
        key=key,
        kind="failure",
        title=title,
        count=len(ids),
        row=ActionRow,
        make=make,
        ids=tuple(ids),
        workflow=workflow,
    )


def _tasks(
    view: View, title: str, name: str, make: Maker, where: dict[str, Any]
) -> Iterator[Group]:
    for (workflow,), count in view.tally(TaskRow, "workflow", **where).items():
        yield Group(
            key=f"failure/{name}/{workflow}",
            kind="failure",
            title=title,
            count=count,
            row=TaskRow,
            make=make,
            where={**where, "workflow": workflow},
            workflow=workflow,
        )


def _decisions(kernel: Kernel, view: View) -> Iterator[Group]:
    names = ("state", "workflow", "operation", "rule")
    counts, risks = Counter[tuple[Any, ...]](), dict[tuple[Any, ...], int]()
    for (*about, risk), count in view.tally(ActionRow, *names, "risk", state=DECISIONS).items():
        key = tuple(about)
        counts[key] += count
        risks[key] = max(risk, risks.get(key, 0))
    for key, count in sorted(counts.items(), key=lambda one: (-risks[one[0]], one[0])):
        state, workflow, operation, rule = key
        is_draft = state is ActionState.DRAFTED
        yield Group(
            key="/".join(("draft" if is_draft else "decision", workflow, operation, rule)),
            kind="decision",
            title=f"{operation_title(kernel, operation)} · {workflow} · {brief(rule)}"
            + (" · only drafts" if is_draft else ""),
            count=count,
            row=ActionRow,
            make=decision_cards,
            where=dict(zip(names, key, strict=True)),
            workflow=workflow,
            operation=operation,
            rule=rule,
            risk=risks[key],
        )


def _questions(_: Kernel, view: View) -> Iterator[Group]:
    found = view.tally(QuestionRow, "position", "id", "topic", "predicate", state="open")
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    ordered = sorted(found, key=lambda row: row[0])
    for _at, identity, topic, predicate in ordered:
        alike[topic or "", predicate or ""].append(identity)
    own = [about for about, ids in alike.items() if about[1] and len(ids) >= _ALIKE]
    for about in own:
        topic, predicate = about
        title = f"Questions about the {predicate.replace('_', ' ')} of {topic or 'the house'}"
        yield _question_group(alike[about], title, f"question/{topic}/{predicate}")
    rest = [row[1] for row in ordered if (row[2] or "", row[3] or "") not in own]
    if rest:
        yield _question_group(rest, "Questions", "question/other")


def _question_group(ids: list[str], title: str, key: str) -> Group:
    return Group(
        key=key,
        kind="question",
        title=title,
        count=len(ids),
        row=QuestionRow,
        make=question_cards,
        ids=tuple(ids),
    )


def _messages(_: Kernel, view: View) -> Iterator[Group]:
    found = view.tally(MessageRow, "reason", state="quarantined")
    for (reason,), count in sorted(found.items(), key=lambda one: str(one[0])):
        yield Group(
            key=f"quarantine/{reason or ''}",
            kind="quarantine",
            title="Not understood",
            count=count,
            row=MessageRow,
            make=quarantine_cards,
            where={"state": "quarantined", "reason": reason},
        )
    count = view.count(MessageRow, **UNTAKEN)
    if count:
        yield Group(
            key="notice/untaken",
            kind="notice",
            title="No workflow takes these",
            count=count,
            row=MessageRow,
            make=untaken_cards,
            where=UNTAKEN,
        )


def _facts(_: Kernel, view: View) -> Iterator[Group]:
    found = view.tally(FactRow, "predicate", asks=True)
    for (predicate,), count in sorted(found.items()):
        yield Group(
            key=f"fact/{predicate}",
            kind="fact",
            title=f"Facts to confirm: {predicate.replace('_', ' ')}",
            count=count,
            row=FactRow,
            make=fact_cards,
            where={"asks": True, "predicate": predicate},
        )


def _duplicates(_: Kernel, view: View) -> Iterator[Group]:
    count = view.count(DuplicateRow, state="open")
    if count:
        yield Group(
            key="duplicate/open",
            kind="duplicate",
            title="May be the same person or company",
            count=count,
            row=DuplicateRow,
            make=duplicate_cards,
            where={"state": "open"},
        )


def _notices(_: Kernel, view: View) -> Iterator[Group]:
    for (kind,), count in sorted(view.tally(NoticeRow, "kind", state="open").items()):
        yield Group(
            key=f"notice/{kind}",
            kind="notice",
            title=f"Notices: {kind.replace('_', ' ')}",
            count=count,
            row=NoticeRow,
            make=notice_cards,
            where={"state": "open", "kind": kind},
        )
