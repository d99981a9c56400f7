"""Proves that of several who decide the same card at once one decides, and the others are told."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Barrier

import httpx
import pytest

from aios_defs.console.cookies import cookie_name
from aios_defs.core.rows.access import SessionRow
from aios_defs.services.card_acts import about_act
from aios_defs.services.nonces import new_nonce
from aios_defs.services.sessions import find_session, log_in, make_link
from tests.browser.scenes import asked, waiting
from tests.browser.site import Site, opened_site
from tests.integration.desk import FILES
from tests.races.warm_command import Said, WarmCommand

ROUNDS = 480
HANDICAP = 0.01
AT_ONCE = {
    "catalog.yaml": FILES["catalog.yaml"].replace("undo_seconds: 10", "undo_seconds: 0"),
    "operator.yaml": f"{FILES['operator.yaml']}hourly_limits: {{known: {ROUNDS}}}\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A decision that everyone goes for.

    HTTP is faster than a command, so it starts `handicap` seconds later, other in each round.
    """

    id: str
    content_hash: str
    handicap: float


@dataclass(slots=True, kw_only=True)
class Caller:
    """A program with a session of its own, over HTTP."""

    site: Site
    who: str
    session: SessionRow = field(init=False)
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Log in."""
        kernel, origin = self.site.kernel, self.site.origin
        secret = log_in(kernel, make_link(kernel), agent=self.who)
        session = find_session(kernel, secret, kind="console")
        assert session is not None
        self.session = session
        cookies = {cookie_name(origin, "console"): secret}
        headers = {"Accept": "application/json", "Origin": origin}
        self.client = httpx.Client(base_url=origin, cookies=cookies, headers=headers, timeout=60)

    def post(self, act: str, card: Card) -> Said:
        """Do an act on a card, as its page would, after the handicap of the round."""
        about = about_act(act, card.id, card.content_hash)
        nonce = new_nonce(self.site.kernel, self.session.id, about)
        sent = {"nonce": nonce, "content_hash": card.content_hash, "reason": "Not needed"}
        time.sleep(card.handicap)
        answer = self.client.post(f"/inbox/{card.id}/{act}", json=sent)
        return Said(who=self.who, has_won=answer.status_code == 200, words=answer.text)


Decider = Callable[[Card], Said]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site whose approvals have no undo window, so that what is approved leaves."""
    with opened_site(tmp_path / "home", AT_ONCE) as one:
        yield one


@pytest.fixture
def deciders(site: Site) -> Iterator[list[Decider]]:
    """Two programs over HTTP and two warm commands: each kind approves and rejects."""
    with ExitStack() as stack:
        approves, rejects = (Caller(site=site, who=f"http {one}") for one in ("approve", "reject"))
        for one in (approves, rejects):
            stack.enter_context(one.client)
        sends, refuses = (
            stack.enter_context(WarmCommand(site.desk.path, f"command {one}"))
            for one in ("approve", "reject")
        )
        yield [
            lambda card: approves.post("approve", card),
            lambda card: rejects.post("reject", card),
            lambda card: sends.run("approve", card.id, "--now"),
            lambda card: refuses.run("reject", card.id),
        ]


def race(pool: ThreadPoolExecutor, deciders: list[Decider], card: Card) -> list[Said]:
    """Let all go for a card at the same moment; returns what each was told."""
    barrier = Barrier(len(deciders))

    def go(decide: Decider) -> Said:
        barrier.wait(30)
        return decide(card)

    return list(pool.map(go, deciders))


@pytest.mark.slow
@pytest.mark.timeout(900)  # many rounds, slow where much else runs
def test_one_of_many_deciders_decides(site: Site, deciders: list[Decider]) -> None:
    """In 480 rounds each card gets one decision, and each loser hears how the card stands."""
    asked(site.desk, ROUNDS)
    cards = [
        Card(id=one.id, content_hash=one.content_hash, handicap=number % 8 * HANDICAP)
        for number, one in enumerate(waiting(site.desk))
    ]
    won = Counter[str]()

    with ThreadPoolExecutor(len(deciders)) as pool:
        for card in cards:
            said = race(pool, deciders, card)
            (winner,) = [one for one in said if one.has_won]
            won[winner.who] += 1
            for one in said:
                assert one.has_won or "can't be decided: it is " in one.words, one
    assert site.lane.stop()

    decided = Counter(
        str(one.data["action_id"])
        for one in site.desk.events("approval.granted", "approval.rejected")
    )
    assert len(cards) == ROUNDS
    assert decided == dict.fromkeys((one.id for one in cards), 1)
    assert len(site.desk.sent()) == won["http approve"] + won["command approve"]
    assert {who.split()[0] for who in won} == {"http", "command"}
