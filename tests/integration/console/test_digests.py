"""Proves the pages of digests, their JSON twins, and trying out how one is told."""

import pytest

from aios_defs.core.events.telling import DigestMade
from aios_defs.services.digest import make_digest
from aios_defs.services.notices import raise_notice
from tests.integration.console.kit import Console
from tests.integration.desk import Desk

FORM = "digest"


def test_without_a_digest_the_list_says_so(console: Console) -> None:
    """The page says when the next one is made, and offers to make one."""
    page = console.get("/digests")

    assert page.status_code == 200
    assert "There is none yet" in page.text
    assert console.json("/api/digests")["digests"] == []


def test_one_is_made_on_request_and_shown(console: Console, desk: Desk) -> None:
    """The form leads to the new digest, which names what waits and the head it was made at."""
    raise_notice(desk.kernel, "connector", "mail", "It does not answer.", "Look at it.")

    answer = console.post("/digests", FORM)

    page = console.get(answer.headers["location"])
    (made,) = desk.events("digest.made")
    digest = DigestMade.model_validate(made.data)
    assert answer.status_code == 303
    assert "A connector does not work (mail)" in page.text
    assert f"/inbox/{digest.content.cards[0].id}" in page.text
    assert digest.head_hash in page.text
    assert console.get("/digests").text.count("/digests/") == 1


def test_a_program_gets_the_same(console: Console) -> None:
    """The JSON twin returns content, sections, text and channels; a digest sent is kept."""
    shown = console.call("/api/digests", FORM, send="1").json()

    again = console.json(f"/api/digests/{shown['digest_id']}")
    assert shown == again
    assert shown["text"].endswith(f"Ledger head: {shown['head_position']} {shown['head_hash']}\n")
    assert [(one["channel"], one["state"]) for one in shown["channels"]] == [("folder", "told")]


@pytest.mark.parametrize("path", ["/digests/none", "/api/digests/none", "/digests/..%2f..%2fx"])
def test_what_is_not_there_is_not_found(console: Console, path: str) -> None:
    """An id that no digest has is an answer of 404."""
    assert console.get(path).status_code == 404


def test_a_nonce_makes_one_digest(console: Console, desk: Desk) -> None:
    """The same form sent twice makes one."""
    nonce = console.nonce(FORM)

    codes = [console.client.post("/digests", data={"nonce": nonce}).status_code for _ in range(2)]

    assert codes == [303, 403]
    assert len(desk.events("digest.made")) == 1


def test_a_link_of_the_digest_page_never_decides(console: Console, desk: Desk) -> None:
    """Looking at digests writes nothing."""
    digest_id = make_digest(desk.kernel)
    before = len(desk.events())

    for path in ("/digests", f"/digests/{digest_id}", "/api/digests"):
        console.get(path)

    assert len(desk.events()) == before
