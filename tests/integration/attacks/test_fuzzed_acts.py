"""Proves that an act with its right nonce and anything else in its body is answered, never by 5xx.

What other generated requests do not reach lies behind the nonce: here each act has a valid one.
"""

import json
from collections.abc import Iterator
from random import Random  # noqa: TID251 - seeded, so a run repeats

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from aios_defs.console.forms import Sent
from aios_defs.console.routes.brake import about as about_brake
from aios_defs.console.routes.digests import MAKE
from aios_defs.core.model import JsonObject, JsonValue
from aios_defs.core.rows.actions import ActionRow
from aios_defs.core.rows.facts import FactRow
from aios_defs.services.card_acts import about_act
from tests.integration.attacks.crawl import Door, doors, furnish
from tests.integration.attacks.kit import FORM, Stage
from tests.integration.console.kit import ORIGIN
from tests.integration.desk import Desk

FIELDS = (
    "content_hash", "reason", "words", "word", "answer", "known", "forget", "level", "until", "at",
    "days", "field.to", "field.subject", "field.body", "field.in_reply_to", "field.", "field.x",
    "to", "list", "item", "scope", "name", "value", "statement", "text", "object", "from",
    "subject", "id",
)  # fmt: skip
ODD: tuple[JsonValue, ...] = (
    "", " ", "x", "0", "-1", "9" * 400, "1e309", "NaN", "\0", "\x7f", "\ud800", "\u202e", "\r\n",
    "a\r\nBcc: b@example.com", "b@example.com, c@example.com", "<script>", "../../etc/passwd", ":",
    "%00", "all", "approve", "reject", "undo", "sent", "tomorrow", "2031-02-30T25:00:00Z", "7",
    "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2031-01-01T00:00", "workflow:support",
    "agent:support", "connector:mail", "workflow:\0", "x" * 100_000, None, True, 0, -1, 2**70, 1.5,
    [], [[]], ["x", None], {}, {"x": {"y": []}}, ["a:b", "c:d", ":", "\0:\0"],
)  # fmt: skip
"""What a value may be."""
NAMES = ("card_id", "fact_id", "token_id", "name", "workflow")
ENDING = ("/login", "/logout", "/end")
"""Addresses that end the session that asks."""
ROUNDS = 2


@pytest.fixture
def furnished(desk: Desk) -> Stage:
    """The guarded console over a home with a card of each common kind."""
    furnish(desk)
    return Stage(desk)


def test_no_act_fails_whatever_its_body_says(furnished: Stage) -> None:
    """Odd words, numbers, lists and objects under every name that a form of ours has."""
    client, session = furnished.logged_in()
    chance = Random(7)  # noqa: S311 - the same bodies at each run
    statuses = set[int]()

    for door, thing in _errands(furnished, chance):
        body: JsonObject = {name: chance.choice(ODD) for name in chance.sample(FIELDS, 6)}
        body["nonce"] = furnished.nonce(session, _about(furnished, door, thing, body))
        answer = _sent(client, door.filled(dict.fromkeys(NAMES, thing)), body, chance)
        assert answer.status_code < 500, (door, body)
        statuses.add(answer.status_code)

    assert {200, 303, 404, 409, 422} <= statuses


def _sent(client: TestClient, path: str, body: JsonObject, chance: Random) -> Response:
    """Send a body as a program does, or as a page's form."""
    if chance.random() < 0.5:
        headers = {"origin": ORIGIN, "content-type": "application/json"}
        return client.post(path, content=json.dumps(body), headers=headers)
    return client.post(path, data=_flat(body), headers=FORM)


def _errands(stage: Stage, chance: Random) -> Iterator[tuple[Door, str]]:
    for _ in range(ROUNDS):
        for door in doors("POST"):
            if not door.pattern.endswith(ENDING):
                yield door, chance.choice(_things(stage, door))


def _things(stage: Stage, door: Door) -> list[str]:
    """Return what the address may be about: ids that are there, and one that is not."""
    if "{name}" in door.pattern or "{workflow}" in door.pattern:
        return ["support", "mail", "x"]
    with stage.kernel.ledger.view() as view:
        actions = [row.id for row in view.select(ActionRow)]
        facts = [row.id for row in view.select(FactRow)]
    client, _ = stage.logged_in()
    sections = client.get("/api/inbox").json()["sections"]
    cards = [card["id"] for section in sections for card in section["cards"]]
    if "/facts/" in door.pattern:
        return [*facts, "x"]
    return [*actions, *facts, *cards, "x"]


def _about(stage: Stage, door: Door, thing: str, body: JsonObject) -> str:
    """Return what the act's nonce is about, as its page would have made it for this body."""
    sent, last = Sent(values=body, is_json=True), door.pattern.rpartition("/")[2]
    if "/inbox/{" in door.pattern:
        with stage.kernel.ledger.view() as view:
            row = view.get(ActionRow, thing)
        shown = sent.text("content_hash") or row.content_hash if row else None
        return about_act(last, thing, shown)
    if last in ("pause", "resume"):
        return about_brake(sent.text("scope", "all"))
    known = {"batch": "batch", "tokens": "token", "test": "notify-test", "digests": MAKE,
             "verify": "verify", "{workflow}": f"run:{thing}"}  # fmt: skip
    return known.get(last, f"{last}:{thing}")


def _flat(body: JsonObject) -> dict[str, str | list[str]]:
    """Return a body as a form has it."""
    return {
        name: [_plain(one) for one in value] if isinstance(value, list) else _plain(value)
        for name, value in body.items()
    }


def _plain(value: JsonValue) -> str:
    return str(value).encode(errors="replace").decode()
