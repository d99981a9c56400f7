"""Owns the made-up operations and requests that the policy tests judge."""

from aios_defs.core.connector import Operation, Reversibility, Strategy
from aios_defs.core.labels import Level, Trust
from aios_defs.core.model import JsonObject
from aios_defs.core.policy.request import Observed, PolicyRequest, TaskView

SEND = Operation(
    name="mail.send",
    strategy=Strategy.NATURAL_KEY,
    addresses_people=True,
    recipients=("to", "cc", "bcc"),
    content=("subject", "body"),
)
LOOK = Operation(
    name="shelf.look",
    effect="read",
    strategy=Strategy.PRECONDITION,
    reversibility=Reversibility.REVERSIBLE,
)
PAY = Operation(
    name="till.pay",
    strategy=Strategy.SERVER_KEY,
    payees=("account",),
    amounts=("amount_minor",),
    content=("note",),
)
ONCE = Operation(name="siren.sound", strategy=Strategy.NONE)
OPERATIONS = {one.name: one for one in (SEND, LOOK, PAY, ONCE)}
WORKFLOWS = {"desk": ("mail.send", "till.pay")}

KIM = "kim@maple.example"
LEE = "lee@oak.example"


def read(
    text: str,
    trust: Trust = Trust.THIRD_PARTY,
    level: Level = Level.SHAREABLE,
    *,
    subject: str | None = None,
) -> Observed:
    """Return one observed text."""
    return Observed(source="item:1", trust=trust, level=level, subject=subject, text=text)


def mail(body: str = "Hello", **changes: object) -> PolicyRequest:
    """Return the question whether a mail to a participant may go, with changes."""
    arguments: JsonObject = {"to": [KIM], "subject": "Hello", "body": body}
    fields: dict[str, object] = {
        "task": TaskView(workflow="desk", operations=("mail.send",), participants=(KIM,)),
        "operation_name": SEND.name,
        "operation": SEND,
        "arguments": arguments,
    }
    return PolicyRequest.model_validate(fields | changes)
