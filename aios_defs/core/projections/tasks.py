"""Owns how intents, tasks, questions, packs and decisions fold."""

from aios_defs.core.envelope import Envelope
from aios_defs.core.events.tasks import (
    ContextPacked,
    DecisionMade,
    DecisionSuperseded,
    IntentConfirmed,
    IntentDeclared,
    QuestionAnswered,
    QuestionAsked,
    QuestionWithdrawn,
    TaskCancelled,
    TaskClaimed,
    TaskCompleted,
    TaskCreated,
    TaskFailed,
    TaskReopened,
)
from aios_defs.core.projections.fold import Rows, must, reduces
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import DecisionRow, IntentRow, PackRow, QuestionRow, TaskRow
from aios_defs.core.tasks import next_task_state


@reduces(IntentDeclared)
def _intent_declared(_env: Envelope, data: IntentDeclared, rows: Rows) -> None:
    rows.put(
        IntentRow(
            workflow=data.workflow,
            intent_id=data.intent_id,
            text=data.text,
            operations=data.operations,
            is_confirmed=False,
        )
    )


@reduces(IntentConfirmed)
def _intent_confirmed(_env: Envelope, data: IntentConfirmed, rows: Rows) -> None:
    intent = must(rows.get(IntentRow, data.workflow), IntentRow, data.workflow)
    rows.put(intent.but(is_confirmed=True))


@reduces(TaskCreated)
def _task_created(env: Envelope, data: TaskCreated, rows: Rows) -> None:
    rows.put(
        TaskRow(
            id=data.task_id,
            workflow=data.workflow,
            kind=data.kind,
            tolerance=data.tolerance,
            state=next_task_state(None, "task.created", data.task_id),
            profile_id=data.profile_id,
            thread_id=data.thread_id,
            message_ids=(data.message_id,),
            deadline=data.deadline,
            run_id=data.run_id,
            attempt=0,
            slots=0,
            decision_id=None,
            reason=None,
            remedy=None,
            created_at=env.time,
            version=env.sequence,
        )
    )
    _give_message(rows, data.message_id, data.task_id)


def _give_message(rows: Rows, message_id: str, task_id: str) -> None:
    message = must(rows.get(MessageRow, message_id), MessageRow, message_id)
    held = {"state": "received", "reason": None} if message.state == "held" else {}
    rows.put(message.but(task_id=task_id, **held))


def _task(rows: Rows, task_id: str) -> TaskRow:
    return must(rows.get(TaskRow, task_id), TaskRow, task_id)


def _move(env: Envelope, rows: Rows, task_id: str, **changes: object) -> None:
    row = _task(rows, task_id)
    event = env.type.rpartition(".")[0]
    state = next_task_state(row.state, event, task_id)
    rows.put(row.but(state=state, version=env.sequence, **changes))


@reduces(TaskClaimed)
def _task_claimed(env: Envelope, data: TaskClaimed, rows: Rows) -> None:
    _move(env, rows, data.task_id, run_id=data.run_id, attempt=data.attempt)


@reduces(TaskCompleted)
def _task_completed(env: Envelope, data: TaskCompleted, rows: Rows) -> None:
    _move(env, rows, data.task_id, reason=data.outcome, remedy=None)


@reduces(TaskFailed)
def _task_failed(env: Envelope, data: TaskFailed, rows: Rows) -> None:
    _move(env, rows, data.task_id, reason=data.error, remedy=data.remedy)


@reduces(TaskCancelled)
def _task_cancelled(env: Envelope, data: TaskCancelled, rows: Rows) -> None:
    _move(env, rows, data.task_id, reason=data.reason, remedy=None)


@reduces(TaskReopened)
def _task_reopened(env: Envelope, data: TaskReopened, rows: Rows) -> None:
    row = _task(rows, data.task_id)
    more = (data.message_id,) if data.message_id else ()
    _move(
        env,
        rows,
        data.task_id,
        reason=data.reason,
        remedy=None,
        message_ids=(*row.message_ids, *more),
    )
    if data.message_id:
        _give_message(rows, data.message_id, data.task_id)


@reduces(QuestionAsked)
def _question_asked(env: Envelope, data: QuestionAsked, rows: Rows) -> None:
    rows.put(
        QuestionRow(
            id=data.question_id,
            task_id=data.task_id,
            text=data.text,
            predicate=data.predicate,
            topic=data.topic,
            state="open",
            answer=None,
            fact_id=None,
            event_id=env.id,
            position=env.position,
        )
    )


@reduces(QuestionAnswered)
def _question_answered(env: Envelope, data: QuestionAnswered, rows: Rows) -> None:
    row = must(rows.get(QuestionRow, data.question_id), QuestionRow, data.question_id)
    rows.put(row.but(state="answered", answer=data.answer, fact_id=data.fact_id, event_id=env.id))


@reduces(QuestionWithdrawn)
def _question_withdrawn(_env: Envelope, data: QuestionWithdrawn, rows: Rows) -> None:
    row = must(rows.get(QuestionRow, data.question_id), QuestionRow, data.question_id)
    rows.put(row.but(state="withdrawn"))


@reduces(ContextPacked)
def _context_packed(_env: Envelope, data: ContextPacked, rows: Rows) -> None:
    rows.put(
        PackRow(
            id=data.pack_id,
            task_id=data.task_id,
            agent=data.agent,
            header=data.header,
            house=data.house,
            items=data.items,
        )
    )


@reduces(DecisionMade)
def _decision_made(env: Envelope, data: DecisionMade, rows: Rows) -> None:
    rows.put(
        DecisionRow(
            id=data.decision_id,
            task_id=data.task_id,
            pack_id=data.pack_id,
            agent=data.agent,
            agent_version=data.agent_version,
            outcome=data.outcome,
            category=data.category,
            answer=data.answer,
            is_superseded=False,
            event_id=env.id,
            position=env.position,
        )
    )
    _move(env, rows, data.task_id, decision_id=data.decision_id, reason=None, remedy=None)


@reduces(DecisionSuperseded)
def _decision_superseded(_env: Envelope, data: DecisionSuperseded, rows: Rows) -> None:
    row = must(rows.get(DecisionRow, data.decision_id), DecisionRow, data.decision_id)
    rows.put(row.but(is_superseded=True))
