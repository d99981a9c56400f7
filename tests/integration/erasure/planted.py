"""Owns a home in which one person left her words everywhere: wherever AIOS keeps text.

Each kind of place has a word of its own, so that a test says which one leaked. The words stand in
no file of the business and in nobody else's mail.
"""

from datetime import timedelta

from aios_defs.core.labels import Label, Level, Trust
from aios_defs.services.approve import reject
from aios_defs.services.archive import archive_day
from aios_defs.services.fact_learning import learn
from aios_defs.services.facts import NewFact
from aios_defs.services.identity.merging import merge
from aios_defs.services.profiles import find_profile
from aios_defs.services.questions import answer
from aios_defs.services.tables.memory import memory_table
from resources.artifacts import ArtifactStore
from tests.integration.desk import DESK, KIM, Desk, Mail

ADDRESS = "zylpha.quenneville@plantedhost.example"
SECOND = "zq@plantedsecond.example"
NAME = "Zylpha Quenneville"
SUBJECT = "Plantedsubjectword about the widget"
WORDS = (
    ADDRESS,
    SECOND,
    "Quenneville",
    "plantedsubjectword",
    "plantedbodyword",
    "plantedreasonword",
    "plantedfactword",
    "plantedsentword",
    "plantedlistword",
    "plantednoteword",
)
TABLES = ("profiles", "interactions", "facts")


def filled(desk: Desk) -> str:
    """Let her write, ask, be answered, be merged, be known of; returns the id of her profile."""
    sender = f"{NAME} <{ADDRESS}>"
    desk.receive(_mail("How much is the blue widget? plantedbodyword", sender))
    reject(desk.kernel, desk.action().id, "plantedreasonword")
    desk.receive(_mail("How much is the green widget? plantedbodyword", sender))
    desk.deliver(_mail("plantedsentword", DESK, to=ADDRESS), folder="sent")
    headers = (("List-Id", "<list.plantedhost.example>"), ("Precedence", "list"))
    desk.deliver(
        Mail(text="plantedlistword", sender=sender, subject=SUBJECT, headers=headers),
    )
    desk.receive(_mail("How much is the blue widget?", f"{NAME} <{SECOND}>"))
    desk.receive(Mail(text="How much is the blue widget?", sender=KIM))
    answer(desk.kernel, desk.question().id, "12.00 EUR")
    desk.turn()
    profile_id = id_of(desk, ADDRESS)
    _learn(desk, profile_id)
    merge(desk.kernel, profile_id, id_of(desk, SECOND), evidence="plantednoteword")
    desk.receive(_mail("How much is the green widget? plantedbodyword", sender))
    build(desk)
    return profile_id


def id_of(desk: Desk, address: str) -> str:
    """Return the id of the profile that an address leads to."""
    with desk.kernel.ledger.view() as view:
        found = find_profile(desk.kernel, view, address)
    assert found is not None
    return found.id


def build(desk: Desk) -> None:
    """Fill cold memory and the tables in plain text, in two versions."""
    for _ in range(2):
        store = ArtifactStore(desk.path / "lance")
        for name in TABLES:
            store.write(memory_table(desk.kernel, name))
        archive_day(desk.kernel, desk.home.memories.filling(), desk.clock.now().date())
        desk.clock.advance(timedelta(hours=1))
        desk.receive(Mail(text="Thank you, that is all I needed", sender=KIM))


def _mail(text: str, sender: str, *, to: str = DESK) -> Mail:
    return Mail(text=text, sender=sender, subject=SUBJECT, to=to)


def _learn(desk: Desk, profile_id: str) -> None:
    label = Label(level=Level.LOCAL, audience=(profile_id,), trust=Trust.OPERATOR)
    fact = NewFact(
        topic=None,
        predicate="likes",
        value={"text": "plantedfactword"},
        label=label,
        subject_id=profile_id,
    )
    with desk.kernel.ledger.transaction(actor="operator") as tx:
        learn(desk.kernel, tx, fact, reason="said")
