"""Owns a home for tests: a tiny business in plain words, its mailbox, and one turn of the loop.

The business sells a blue widget (its price is a fact) and a green one (its price is not), knows Kim
and Lou of one company, and answers in their threads by itself.
"""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aios_defs.core.decision import Agent
from aios_defs.core.envelope import Envelope
from aios_defs.core.model import JsonObject
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.messages import MessageRow
from aios_defs.core.rows.tasks import QuestionRow, TaskRow
from aios_defs.services.decide import decidable_tasks, decide_task
from aios_defs.services.inbox import inbox
from aios_defs.services.kernel import Kernel
from aios_defs.services.receive import take_in
from aios_defs.services.seed import apply_business
from aios_defs.services.sweep import clean_up, commit_due
from aios_defs.services.trust import begin_home, trust
from aios_defs.services.views import status
from resources.home import Home, World, open_home
from resources.points import NoPoints
from resources.testing.fixed_clock import FixedClock
from resources.testing.recording_points import RecordingPoints
from tests.servers.database import home_settings

DESK = "desk@widgets.example"
KIM = "kim@company.example"
LOU = "lou@company.example"
STRANGER = "someone@elsewhere.example"

IN_THREAD = """
  - id: reply-inside-a-thread
    action: mail.send
    when: "action.recipients.all(r, r in task.participants) && !action.claims_unverified"
    effect: allow_after
    undo: 0s
"""
LEAKS = """
  - id: no-private-content-to-others
    action: "*"
    when: "action.audience_violations.size() > 0"
    effect: ask
"""
ASK_FIRST = """
  - id: look-first
    action: "*"
    effect: ask
"""
FILES = {
    "operator.yaml": """
name: Pat Operator
business: Widgets
signature: |
  Pat, Widgets
currency: EUR
language: en
""",
    "connectors.yaml": f"""
mail:
  kind: mail
  address: {DESK}
  since: 2031-01-01T00:00:00Z
  authserv_id: mx.widgets.example
  receive: {{maildir: mail/inbox}}
  send: {{maildir: mail/outbox}}
  sent: {{maildir: mail/sent}}
""",
    "catalog.yaml": """
workflows:
  - name: support
    intent: Answer questions about widgets.
    agent: support
    connector: mail
    operations: [mail.send]
    undo_seconds: 10
    approval_hours: 24
    categories:
      - name: price
        template: price
        words: [price, how much]
        examples:
          - How much is the widget?
          - What does a widget cost?
          - Could you send me the price?
          - What do you charge for one?
          - Please tell me the price of your widgets
      - name: thanks
        handling: no_reply
        examples:
          - Thank you, that is all I needed
          - Many thanks, it arrived well
          - Thanks a lot for your help
""",
    "facts.yaml": """
- topic: blue widget
  aliases: [blue one]
  facts: {price: 40.00 EUR}
- topic: green widget
  aliases: [green one]
""",
    "contacts.csv": f"name,address,stage,company\nKim A,{KIM},customer,Company\n"
    f"Lou B,{LOU},customer,Company\n",
    "policies.yaml": f"version: 1\nrules:{IN_THREAD}{LEAKS}",
    "templates/price.txt": "Hello {{ customer.first_name }},\n\n{{ topic }} costs "
    "{{ fact:price }}.\n\n{{ operator.signature }}\n",
    "templates/answer.txt": "Hello {{ customer.first_name }},\n\n{{ answer }}\n\n"
    "{{ operator.signature }}\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail from outside; `identity` is its Message-ID, `answers` those it refers to."""

    text: str
    sender: str = KIM
    subject: str = "A question"
    identity: str = ""
    answers: tuple[str, ...] = ()
    to: str = DESK
    headers: tuple[tuple[str, str], ...] = ()

    def raw(self, number: int) -> bytes:
        """Return the bytes; the number makes a Message-ID where none is given."""
        message = EmailMessage(policy=policy.SMTP)
        message["From"], message["To"], message["Subject"] = self.sender, self.to, self.subject
        message["Message-ID"] = f"<{self.identity or f'mail-{number}@outside.example'}>"
        if self.answers:
            message["In-Reply-To"] = f"<{self.answers[-1]}>"
            message["References"] = " ".join(f"<{one}>" for one in self.answers)
        for name, value in self.headers:
            message[name] = value
        message.set_content(self.text)
        return bytes(message)


@dataclass(slots=True)
class Desk:
    """A home at `path` with its clock; `home` is open.

    `files` are those of the business that differ from FILES.
    """

    path: Path
    clock: FixedClock = field(default_factory=FixedClock)
    points: RecordingPoints | NoPoints = field(default_factory=NoPoints)
    agents: Mapping[str, Agent] | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    home: Home = field(init=False)
    _number: int = 0

    def __post_init__(self) -> None:
        """Write the business, open the home and let its connectors write."""
        for name, text in {**FILES, **self.files}.items():
            self.write(name, text)
        for folder in ("inbox", "outbox", "sent"):
            for part in ("new", "cur", "tmp"):
                (self.path / "mail" / folder / part).mkdir(parents=True)

    def begin(self) -> "Desk":
        """Open the home for the first time and trust what it has."""
        self.open()
        begin_home(self.kernel, is_demo=False, version="test")
        apply_business(self.kernel)
        for name in self.kernel.connectors:
            trust(self.kernel, name, timedelta(days=60))
        return self

    def open(self) -> None:
        """Open the home anew, as another process would, and bring its files into the ledger."""
        world = World(clock=self.clock, points=self.points, agents=self.agents)
        self.home = open_home(home_settings(self.path), world)

    def reopen(self) -> None:
        """Open the home anew after a change of its files."""
        self.home.ledger.close()
        self.open()
        apply_business(self.kernel)

    @property
    def kernel(self) -> Kernel:
        """The kernel of the open home."""
        return self.home.kernel

    def write(self, name: str, text: str) -> None:
        """Write a business file."""
        target = self.path / "business" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def set_rules(self, rules: str) -> None:
        """Put other rules in force, and reopen."""
        self.write("policies.yaml", f"version: 1\nrules:{rules}")
        self.reopen()

    def deliver(self, mail: Mail, *, folder: str = "inbox", age: timedelta = timedelta(0)) -> None:
        """Put a mail into a folder of the mailbox, as its server would, that long ago."""
        self._number += 1
        self.put(mail.raw(self._number), folder=folder, age=age)

    def put(self, raw: bytes, *, folder: str = "inbox", age: timedelta = timedelta(0)) -> None:
        """Put raw bytes into a folder of the mailbox."""
        self._number += 1
        target = self.path / "mail" / folder / "new" / f"{self._number:04d}.outside"
        target.write_bytes(raw)
        moment = (self.clock.now() - age).timestamp()
        os.utime(target, (moment, moment))

    def take(self) -> Counter[str]:
        """Take in what lies in the mailbox."""
        return sum((take_in(self.kernel, one).counts for one in self.kernel.connectors), Counter())

    def decide(self) -> list[str | None]:
        """Decide every task that waits for it; returns the outcomes."""
        names = [one.name for one in self.kernel.business.workflows]
        tasks = [task for name in names for task in decidable_tasks(self.kernel, name)]
        return [decide_task(self.kernel, task) for task in tasks]

    def turn(self) -> None:
        """Make one turn of the loop: take in, clean up, decide, commit."""
        self.take()
        clean_up(self.kernel)
        self.decide()
        commit_due(self.kernel)

    def receive(self, mail: Mail) -> None:
        """Deliver a mail and make one turn."""
        self.deliver(mail)
        self.turn()

    def wait(self, **duration: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**duration))

    def sent(self) -> list[EmailMessage]:
        """Return the mails in the outbox."""
        files = sorted((self.path / "mail/outbox/new").iterdir())
        return [
            message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=policy.default)
            for file in files
        ]

    def actions(self) -> list[ActionRow]:
        """Return the actions, oldest first."""
        with self.kernel.ledger.view() as view:
            return view.select(ActionRow, order="slot")

    def action(self) -> ActionRow:
        """Return the latest action."""
        return self.actions()[-1]

    def task(self) -> TaskRow:
        """Return the only task."""
        (task,) = self.tasks()
        return task

    def tasks(self) -> list[TaskRow]:
        """Return the tasks, oldest first."""
        with self.kernel.ledger.view() as view:
            return view.select(TaskRow)

    def question(self) -> QuestionRow:
        """Return the only open question."""
        with self.kernel.ledger.view() as view:
            (question,) = view.select(QuestionRow, state="open")
        return question

    def messages(self) -> list[MessageRow]:
        """Return the messages, in order of taking in."""
        with self.kernel.ledger.view() as view:
            return view.select(MessageRow, order="position")

    def arguments(self, action: ActionRow) -> JsonObject:
        """Return the plain arguments of an action."""
        return self.kernel.open_json(action.arguments)

    def events(self, *types: str) -> list[Envelope]:
        """Return the events of these types, in order."""
        with self.kernel.ledger.view() as view:
            return list(view.events(types=[f"{one}.v1" for one in types]))

    def cards(self, kind: str) -> list[JsonObject]:
        """Return the cards of a kind."""
        return [card for card in inbox(self.kernel) if card["kind"] == kind]

    def standings(self) -> JsonObject:
        """Return how many messages stand where."""
        messages = status(self.kernel)["messages"]
        assert isinstance(messages, dict)
        return messages
