"""Owns the operator's answers: a question's task goes on, and the answer may become a fact."""

from aios_defs.core.errors import TransitionRefused, UnknownId, UsageInvalid
from aios_defs.core.events.tasks import QuestionAnswered, TaskReopened
from aios_defs.core.labels import Label, Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.money import parse_money, with_currency
from aios_defs.core.ports import Transaction, View
from aios_defs.core.rows.facts import FactRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.services.answer_memory import is_price, would_keep
from aios_defs.services.drafts import of_task
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import NewFact
from aios_defs.services.kernel import Kernel
from aios_defs.services.packs import subject_ref


def answer(
    kernel: Kernel,
    question_id: str,
    text: str,
    *,
    remember: bool = True,
    level: Level | None = None,
) -> str:
    """Answer an open question; returns the id of its task, which is open again.

    When the question names a fact (and `remember`), the answer becomes one of the house: an amount
    such as `49 EUR` as money, anything else as text; of this `level`, or of the one that its card
    names (see answer_memory). Asked for a price, a bare `49` is in the house's currency: no
    customer is to read a price without one.

    Raises:
        UnknownId: there is no such question.
        TransitionRefused: it is not open any more.
        UsageInvalid: a level is said, and the question names nothing that can be remembered.

    """
    with kernel.ledger.transaction(actor="operator") as tx:
        question = _open_question(tx, question_id)
        task = tx.get(TaskRow, question.task_id)
        assert task is not None  # noqa: S101 - tasks are never deleted
        ref = subject_ref(tx, task.profile_id)
        currency = asked_currency(kernel, tx, question)
        text = with_currency(text, currency) if currency else text
        fact_id = _remember(kernel, tx, question, text, level) if remember else None
        answered = QuestionAnswered(
            question_id=question.id,
            task_id=task.id,
            answer=kernel.vault.seal(ref, text),
            fact_id=fact_id,
        )
        event = tx.append(of_task(task, answered))
        reopened = TaskReopened(task_id=task.id, reason="answered")
        tx.append(of_task(task, reopened, cause=event.id))
        return task.id


def _open_question(tx: Transaction, question_id: str) -> QuestionRow:
    question = tx.get(QuestionRow, question_id)
    if question is None:
        raise UnknownId(
            f"There is no question {question_id!r}.", remedy="See: aios inbox", id=question_id
        )
    if question.state != "open":
        raise TransitionRefused(
            f"Question {question.id} is {question.state}.",
            remedy=f"Look at it with: aios trace {question.task_id}",
            state=question.state,
        )
    return question


def asked_currency(kernel: Kernel, view: View, question: QuestionRow) -> str | None:
    """Return the house's currency when a question asks for an amount: a price, or its like."""
    if question.predicate is None:
        return None
    alike = {"subject_id": None, "state": "asserted", "predicate": question.predicate}
    facts = view.select(FactRow, limit=1, **alike)
    is_amount = any("amount_minor" in kernel.open_json(one.value) for one in facts)
    is_asked = is_amount or is_price(question.predicate)
    return kernel.business.operator.currency if is_asked else None


def _remember(
    kernel: Kernel, tx: Transaction, question: QuestionRow, text: str, level: Level | None
) -> str | None:
    keeping = would_keep(kernel, tx, question)
    if keeping is None and level is not None:
        raise UsageInvalid(
            "This question names nothing that could be remembered.",
            remedy="Answer it without a level.",
        )
    level = level or (keeping.level if keeping else None)
    if keeping is None or level is None:
        return None
    fact = NewFact(
        topic=keeping.topic,
        predicate=keeping.predicate,
        value=as_value(text),
        label=Label(level=level, trust=Trust.OPERATOR),
        source_event=question.event_id,
    )
    return learn(kernel, tx, fact, reason="the operator answered").fact_id


def as_value(text: str) -> JsonObject:
    """Return an answer as a fact's value: money when it reads as an amount, else text."""
    money = parse_money(text)
    if money is not None:
        return {"amount_minor": money[0], "currency": money[1]}
    return {"text": text.strip()}
