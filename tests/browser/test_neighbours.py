"""Proves in a real browser that a page at another port of this machine reaches nothing of ours.

Cookies ignore ports, and two ports of one host are one site: the operator's cookie goes along.
"""

import pytest
from playwright.sync_api import Route

from aios_defs.core.rows.house import PauseRow
from tests.browser.conftest import Visit
from tests.browser.site import HOST, Site, listen

TRIES = """async ours => {
  const told = {};
  const asked = async (name, how) => {
    try { told[name] = await how(); } catch { told[name] = "refused"; }
  };
  const element = (tag, address) => new Promise(done => {
    const one = document.createElement(tag);
    one.onload = () => done("loaded");
    one.onerror = () => done("refused");
    one.src = address;
    document.body.append(one);
  });
  await asked("read", async () =>
    (await fetch(ours + "/api/inbox", {credentials: "include"})).status);
  await asked("act", async () => (await fetch(ours + "/pause", {
    method: "POST", mode: "no-cors", credentials: "include",
    body: new URLSearchParams({scope: "all"}) })).type);
  await asked("script", () => element("script", ours + "/api/inbox"));
  await asked("stream", () => new Promise(done => {
    const one = new EventSource(ours + "/live", {withCredentials: true});
    one.onopen = () => done("open");
    one.onerror = () => { one.close(); done("refused"); };
  }));
  return told;
}"""
SENT = """ours => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = ours + "/pause";
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def neighbour() -> str:
    """An origin at another port; nothing has to answer there, the test says what it serves."""
    listening = listen()
    port = listening.getsockname()[1]
    listening.close()
    return f"http://{HOST}:{port}"


def test_a_page_of_another_port_reads_and_does_nothing(
    visit: Visit, site: Site, neighbour: str
) -> None:
    """Its fetches, scripts, streams and forms are refused, although they carry the cookie."""
    visitor = visit()
    for one in ("ERR_", "CORS", "status of 403", "MIME", "beyond"):
        visitor.allow(one)
    visitor.context.route(f"{neighbour}/**", _hostile)
    visitor.page.goto(f"{neighbour}/")

    told = visitor.page.evaluate(TRIES, site.origin)
    with visitor.page.expect_response(f"{site.origin}/pause") as answered:
        visitor.page.evaluate(SENT, site.origin)

    assert set(told.values()) == {"refused"}, told
    assert "cookie" in answered.value.request.all_headers()
    assert answered.value.status == 403
    with site.kernel.ledger.view() as view:
        assert view.column(PauseRow, "scope") == []


def _hostile(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<title>A neighbour</title><p>Hello</p>")
