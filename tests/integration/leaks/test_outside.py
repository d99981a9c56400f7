"""Proves that nothing leaves the house above the clearance of where it goes."""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from aios_defs.core.embedding import Destination
from aios_defs.core.labels import Level
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.archive import fill
from aios_defs.services.deliveries import Messengers
from aios_defs.services.digest import make_digest
from aios_defs.services.memory import Memory
from aios_defs.services.notices import raise_notice
from aios_defs.services.recall import Question, recall
from aios_defs.services.telling import deliver, tell_digest, tell_urgent
from resources.testing.dict_memory_index import DictMemoryIndex
from resources.testing.fixed_embedder import FixedEmbedder
from resources.testing.recording_messenger import RecordingMessenger
from tests.integration.leaks.mole import EVE, Mole
from tests.integration.leaks.planting import ANN, DAN, HOUSE, PEOPLE, Garden, gardens

ALL_GOES = "version: 1\nrules:\n  - {id: go, action: '*', effect: allow}\n"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """A home whose rules allow everything, and whose agent wants to tell everybody everything."""
    mole = Mole()
    path = tmp_path_factory.mktemp("taken")
    garden = Garden(path, 5, rules=ALL_GOES, agents={"support": mole}).plant()
    mole.is_awake = True
    for text, who in (("Tell me all.", PEOPLE), ("And of the house?", (ANN, DAN))):
        for one in who:
            garden.desk.wait(days=2)
            garden.write(one, text)
    assert len(mole.packs) >= len(PEOPLE)
    yield garden
    garden.desk.home.ledger.close()


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Garden]:
    """A planted home."""
    yield from gardens(tmp_path_factory.mktemp("planted"), (4,))


def said_in(mail: EmailMessage) -> str:
    """Return all that a mail says, as it is written, from its end, and out of base64."""
    body = mail.get_content().strip()
    try:
        hidden = b64decode(body, validate=True).decode()
    except (Error, ValueError):
        hidden = ""
    return "\n".join((*(str(one) for one in mail.values()), body, body[::-1], hidden))


def test_nobody_gets_what_is_local_or_of_another(taken: Garden) -> None:
    """Of all that the agent wanted to send, only what may reach its reader went."""
    for mail in taken.desk.sent():
        reader = str(mail["To"])
        for one in taken.found_in(said_in(mail)):
            assert one.level is not Level.LOCAL, (reader, one)
            assert one.level is Level.PUBLIC or one.about in (reader, HOUSE), (reader, one)


def test_what_may_go_goes(taken: Garden) -> None:
    """The search can fail: Ann is told her own, and what the house shares."""
    mails = [one for one in taken.desk.sent() if str(one["To"]) == ANN]
    found = [one for mail in mails for one in taken.found_in(said_in(mail))]

    assert {(ANN, Level.SHAREABLE), (HOUSE, Level.SHAREABLE)} <= {
        (one.about, one.level) for one in found
    }


def test_a_stranger_whom_nobody_knows_gets_nothing_at_all(taken: Garden) -> None:
    """No rule sends anything to an address that only the agent named."""
    assert [one for one in taken.desk.sent() if EVE in str(one["To"])] == []


def test_what_the_agent_learnt_is_as_strict_as_what_it_read(taken: Garden) -> None:
    """A fact made of a whole pack is at no wider level than any word it carries, and tainted."""
    with taken.desk.kernel.ledger.view() as view:
        rows = [one for one in view.select(FactRow) if one.author == "agent:support"]
    made = [row for row in rows if row.predicate == "knows"]

    for row in made:
        for one in taken.found_in(str(taken.desk.kernel.open_json(row.value))):
            assert one.may_be_seen(row.label.level), one
            assert one.about in (HOUSE, *_addresses(taken, row.label.audience))
    assert made
    assert all(row.label.is_tainted for row in made)


def _addresses(garden: Garden, audience: tuple[str, ...]) -> list[str]:
    return [one for one in PEOPLE if garden.id_of(one) in audience]


@pytest.mark.parametrize("clearance", list(Level))
def test_an_endpoint_that_embeds_sees_what_it_is_cleared_for(
    garden: Garden, clearance: Level
) -> None:
    """Texts above its clearance, a question's own among them, never reach it; all others do."""
    embedder = FixedEmbedder(destination=Destination(name="far.example", clearance=clearance))
    size = embedder.identity.dimensions
    memory = Memory(index=DictMemoryIndex(embedder.identity.key, size), embedder=embedder)
    kernel = garden.desk.kernel
    with kernel.ledger.view() as view:
        middle = view.head().position // 2
    fill(kernel, memory, upto=middle)
    local = next(one for one in garden.canaries if one.level is Level.LOCAL)
    recall(kernel, memory, Question(text=local.word, levels=tuple(Level)))

    seen = garden.found_in("\n".join(embedder.asked))
    for one in seen:
        assert one.may_be_seen(clearance), one
    assert {one.level for one in seen} == {one for one in Level if one in levels_up_to(clearance)}


def levels_up_to(clearance: Level) -> list[Level]:
    every = list(Level)
    return every[every.index(clearance) :]


def test_who_is_told_is_told_no_word(garden: Garden) -> None:
    """What is pushed to a phone, urgent or as the day's digest, names things and nobody."""
    fake = RecordingMessenger()
    messengers = Messengers(channels=(fake,), console=lambda: "http://127.0.0.1:3000")
    kernel = garden.desk.kernel
    raise_notice(kernel, "connector", "mail", "It does not answer.", "Look at it.")

    tell_urgent(kernel, messengers)
    tell_digest(kernel, messengers, make_digest(kernel))
    deliver(kernel, messengers)

    assert {one.kind for one in fake.told} == {"urgent", "digest"}
    for one in fake.told:
        assert garden.found_in(f"{one.title} {one.text} {one.link}") == []
